/** The training stages of the emotion study, and the predictions of their models. */
import { Artifact, f32, i32, Progress, Stage } from "ablate"
import { LogisticRegression, numericsId, type Parameters, Train } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { FeaturesMeta } from "../eec/features.ts"
import { EMOTION_LABELS } from "../eec/Sentence.ts"
import { SplitMeta } from "../eec/split.ts"
import { emotionModel } from "./EmotionModel.ts"
import { ModelMeta } from "./ModelMeta.ts"
import { gather, RowsMismatch } from "./Rows.ts"
import { TrainConfig } from "./TrainConfig.ts"

const inputs = { features: Artifact.tensors(FeaturesMeta), split: Artifact.tensors(SplitMeta) }

/** The paper's network, by equation 6. `seed` draws initialisation and batch order, alike for every variant. */
export const trainEmotion = Stage.make("train/emotion", {
  config: Schema.Struct({ train: TrainConfig, seed: Schema.Int }),
  inputs,
  output: Artifact.tensors(ModelMeta),
  numerics: ({ train }) => numericsId(train.backend),
  run: Effect.fn("train/emotion")(function* ({ features, split }, { seed, train }) {
    const rows = yield* gather(features.tensors, split.tensors, "train")
    const model = emotionModel(rows, train)
    const progress = yield* Progress
    const fitted = yield* Train.fit({
      network: model.network,
      objectives: model.objectives,
      optimisers: model.optimisers,
      data: { x: rows.x, targets: model.targets, gates: model.gates },
      batch: train.batch ?? "full",
      epochs: train.epochs,
      seed,
      backend: train.backend,
      onProgress: ({ epoch, epochs, loss }) =>
        progress.report({ current: epoch, total: epochs, unit: "epoch", metrics: { loss } })
    })
    return {
      tensors: fitted.parameters,
      meta: {
        kind: "dense" as const,
        inputs: model.network.inputs,
        width: train.width,
        activation: train.activation,
        output: train.output,
        activeTasks: model.activeTasks,
        epochs: fitted.epochs,
        loss: fitted.curves.loss,
        terms: fitted.curves.terms,
        converged: true,
        numerics: fitted.numerics
      }
    }
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
  output: Artifact.tensors(ModelMeta),
  numerics: () => numericsId("engine"),
  run: Effect.fn("train/logistic")(function* ({ features, split }, { C, maxIterations, tolerance }) {
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
        inputs: rows.x.shape[1] ?? 0,
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

/**
 * Scores of the test rows: `scores` F32 [rows, 5] in [0, 1] and `predicted` I32 [rows], the class of the largest score
 * (the first of equals).
 */
export const predictEmotion = Stage.make("train/predict", {
  inputs: { ...inputs, model: Artifact.tensors(ModelMeta) },
  output: Artifact.tensors(Schema.Struct({ rows: Schema.Int })),
  run: Effect.fn("train/predict")(function* ({ features, model, split }) {
    const { x } = yield* gather(features.tensors, split.tensors, "test")
    const { activation, inputs: width, kind, output } = model.meta
    if (x.shape[1] !== width)
      return yield* new RowsMismatch({
        tensor: "x",
        found: `${x.shape[1]} columns`,
        expected: `${width}, as the model was trained on`
      })
    const scores =
      kind === "logistic" ? yield* logisticScores(x, model.tensors) : yield* denseScores(x, model, activation, output)
    const rows = x.shape[0] ?? 0
    const classes = EMOTION_LABELS.length
    return {
      tensors: {
        scores: f32([rows, classes], Float32Array.from(scores.data)),
        predicted: i32(
          [rows],
          Int32Array.from({ length: rows }, (_, row) => argmax(scores.data, row, classes))
        )
      },
      meta: { rows }
    }
  })
})

const logisticScores = Effect.fnUntraced(function* (
  x: Parameters[string],
  tensors: { readonly [name: string]: Parameters[string] }
) {
  const { intercepts, weights } = tensors
  if (weights === undefined || intercepts === undefined)
    return yield* new RowsMismatch({ tensor: "weights", found: "nothing", expected: "a logistic model" })
  return LogisticRegression.probabilities({ weights, intercepts }, x)
})

const denseScores = Effect.fnUntraced(function* (
  x: Parameters[string],
  model: { readonly tensors: Parameters; readonly meta: ModelMeta },
  activation: ModelMeta["activation"],
  output: ModelMeta["output"]
) {
  const { "heads.y.weight": head, "trunk.0.weight": trunk } = model.tensors
  if (head === undefined || trunk === undefined)
    return yield* new RowsMismatch({ tensor: "trunk.0.weight", found: "nothing", expected: "a dense model" })
  const predicted = yield* Train.predict({
    // The bias heads have no part in a prediction.
    network: {
      inputs: model.meta.inputs,
      trunk: [{ units: model.meta.width ?? 0, activation: activation ?? "relu", bias: false }],
      heads: [{ name: "y", units: EMOTION_LABELS.length, activation: output, bias: false }]
    },
    parameters: { "trunk.0.weight": trunk, "heads.y.weight": head },
    x
  })
  const scores = predicted.y?.outputs
  if (scores === undefined)
    return yield* new RowsMismatch({ tensor: "y", found: "nothing", expected: "the emotion head" })
  return scores
})
