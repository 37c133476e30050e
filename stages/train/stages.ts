/** The training stages of the emotion study, and the predictions of their models. */
import { Artifact, type Float32Tensor, f32, I32, i32, Progress, Stage, type Tensor } from "ablate"
import { LogisticRegression, numericsId, Train } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { SentenceRows } from "../eec/features.ts"
import { EMOTION_LABELS, Sentence } from "../eec/Sentence.ts"
import { SplitRows } from "../eec/split.ts"
import { emotionModel } from "./EmotionModel.ts"
import { fitEmotion } from "./FitEmotion.ts"
import { DenseModel, EmotionPredictions, LogisticModel } from "./ModelMeta.ts"
import { gather, RowsMismatch } from "./Rows.ts"
import { TrainConfig } from "./TrainConfig.ts"

const inputs = { features: SentenceRows, split: SplitRows }

/** The paper's network, by equation 6. `seed` draws initialisation and batch order, alike for every variant. */
export const trainEmotion = Stage.make("train/emotion", {
  config: Schema.Struct({ train: TrainConfig, seed: Schema.Int }),
  inputs,
  output: DenseModel,
  numerics: ({ train }) => numericsId(train.backend),
  run: ({ features, split }, { seed, train }) =>
    Effect.gen(function* () {
      const rows = yield* gather(features.tensors, split.tensors, "train")
      return yield* fitEmotion(rows, emotionModel(rows, train), train, seed)
    })
})

/** L2-regularised multinomial logistic regression, ½‖w‖² + C·Σ log-loss: the released code's "agnostic with L2". */
export const trainLogistic = Stage.make("train/logistic", {
  config: Schema.Struct({
    C: Schema.Finite.check(Schema.isGreaterThan(0)),
    /** Of the largest component of the mean loss' gradient. */
    tolerance: Schema.Finite.check(Schema.isGreaterThan(0)),
    maxIterations: Schema.Int.check(Schema.isGreaterThan(0))
  }),
  inputs,
  output: LogisticModel,
  numerics: () => numericsId("engine"),
  run: ({ features, split }, { C, maxIterations, tolerance }) =>
    Effect.gen(function* () {
      const rows = yield* gather(features.tensors, split.tensors, "train")
      const count = rows.y.data.length
      const progress = yield* Progress
      const model = yield* LogisticRegression.fit({
        x: rows.x,
        y: rows.y,
        classes: EMOTION_LABELS.length,
        C,
        maxIterations,
        // scikit-learn stops by the gradient of the mean loss, which is this objective divided by C·N.
        tolerance: tolerance * C * count,
        onProgress: ({ iteration, loss, maxIterations }) =>
          progress.report({ current: iteration, total: maxIterations, unit: "iteration", metrics: { loss } })
      })
      return {
        tensors: { weights: model.weights, intercepts: model.intercepts },
        meta: {
          kind: "logistic" as const,
          inputs: rows.x.shape[1],
          width: null,
          activation: null,
          output: "softmax" as const,
          activeTasks: [],
          epochs: model.iterations,
          loss: model.curve,
          terms: {},
          converged: model.converged,
          numerics: "float64"
        }
      }
    })
})

const argmax = (scores: ArrayLike<number>, row: number, width: number) => {
  let best = 0
  for (let unit = 1; unit < width; unit++)
    if ((scores[row * width + unit] ?? 0) > (scores[row * width + best] ?? 0)) best = unit
  return best
}

/** The test rows, which must have the columns that the model was trained on. */
const testRows = Effect.fnUntraced(function* (
  features: SentenceRows,
  split: SplitRows,
  inputs: number
): Effect.fn.Return<Float32Tensor<readonly [number, number]>, RowsMismatch> {
  const { x } = yield* gather(features.tensors, split.tensors, "test")
  if (x.shape[1] === inputs) return x
  return yield* new RowsMismatch({
    tensor: "x",
    found: `${x.shape[1]} columns`,
    expected: `${inputs}, as the model was trained on`
  })
})

const predictions = ({ data }: Tensor, rows: number) => {
  const classes = EMOTION_LABELS.length
  return {
    tensors: {
      scores: f32([rows, classes], Float32Array.from(data)),
      predicted: i32(
        [rows],
        Int32Array.from({ length: rows }, (_, row) => argmax(data, row, classes))
      )
    },
    meta: { rows }
  }
}

/** What a network says of the test rows. */
export const predictEmotion = Stage.make("train/predict", {
  inputs: { ...inputs, model: DenseModel },
  output: EmotionPredictions,
  run: ({ features, model: { meta, tensors }, split }) =>
    Effect.gen(function* () {
      const x = yield* testRows(features, split, meta.inputs)
      // The bias heads have no part in a prediction.
      const parameters = Object.entries(tensors.parameters).filter(
        ([name]) => !name.startsWith("heads.") || name === "heads.y.weight"
      )
      const { y } = yield* Train.predict({
        network: {
          inputs: meta.inputs,
          trunk: [{ units: meta.width, activation: meta.activation, bias: false }],
          heads: [{ name: "y", units: EMOTION_LABELS.length, activation: meta.output, bias: false }]
        },
        parameters: Object.fromEntries(parameters),
        x
      })
      return predictions(y.outputs, x.shape[0])
    })
})

/** What a logistic regression says of the test rows. */
export const predictLogistic = Stage.make("train/predict-logistic", {
  inputs: { ...inputs, model: LogisticModel },
  output: EmotionPredictions,
  run: ({ features, model, split }) =>
    Effect.gen(function* () {
      const x = yield* testRows(features, split, model.meta.inputs)
      return predictions(LogisticRegression.probabilities(model.tensors, x), x.shape[0])
    })
})

/** The test rows' own classes as predictions: a classifier without error, for what a split gives by itself. */
export const trueClasses = Stage.make("train/true-classes", {
  inputs: { sample: Artifact.table(Sentence), split: SplitRows },
  output: Artifact.tensors({ predicted: I32("rows") }),
  run: ({ sample, split }) =>
    Effect.succeed({
      tensors: {
        predicted: i32(
          [split.tensors.test.data.length],
          Int32Array.from(split.tensors.test.data, (row) => sample[row]?.label ?? 0)
        )
      }
    })
})
