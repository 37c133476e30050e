/** The training stages of the field's methods against bias; each gives a model as `train/emotion` does. */
import { Artifact, F32, f32, Progress, Stage } from "ablate"
import { initialParameters, numericsId, type Objective } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { SentenceRows } from "../eec/features.ts"
import { EMOTION_LABELS, Gender, Race } from "../eec/Sentence.ts"
import { SplitRows } from "../eec/split.ts"
import { trainAgainst } from "./Adversary.ts"
import { type EmotionModel, emotionModel, network } from "./EmotionModel.ts"
import { fitEmotion } from "./FitEmotion.ts"
import { DenseModel } from "./ModelMeta.ts"
import { groupRobustSquares, weightedSquares } from "./RowObjectives.ts"
import { gather, RowsMismatch } from "./Rows.ts"
import { TrainConfig } from "./TrainConfig.ts"

const inputs = { features: SentenceRows, split: SplitRows }
const Attribute = Schema.Literals(["gender", "race"])
const agnostic = { pairs: [], objective: null, lambda: null, tau: null } as const

/** Weights of training rows, in their order. */
export const RowWeights = Artifact.tensors(
  { weights: F32("rows") },
  Schema.Struct({ smallest: Schema.Finite, largest: Schema.Finite })
)

/** The problem with another loss of the emotion, which reads a value of each row. */
const withRows = (
  model: EmotionModel,
  objective: Objective.Objective,
  name: string,
  values: ArrayLike<number>
): EmotionModel => ({
  ...model,
  objectives: [objective, ...model.objectives.slice(1)],
  targets: { ...model.targets, [name]: f32([values.length], Float32Array.from(values)) }
})

/** The bias-agnostic network under weights of its rows; see `reweigh`. */
export const trainWeighted = Stage.make("train/weighted", {
  config: Schema.Struct({ train: TrainConfig, seed: Schema.Int }),
  inputs: { ...inputs, weights: RowWeights },
  output: DenseModel,
  numerics: ({ train }) => numericsId(train.backend),
  run: ({ features, split, weights }, { seed, train }) =>
    Effect.gen(function* () {
      const rows = yield* gather(features.tensors, split.tensors, "train")
      const given = weights.tensors.weights.data
      if (given.length !== rows.y.data.length)
        return yield* new RowsMismatch({
          tensor: "weights",
          found: `${given.length} rows`,
          expected: `one weight for each of the ${rows.y.data.length} training rows`
        })
      const model = emotionModel(rows, { ...train, ...agnostic })
      const objective = weightedSquares({ name: "emotion", head: "y", weights: "weight" })
      return yield* fitEmotion(rows, withRows(model, objective, "weight", given), train, seed)
    })
})

/** Group DRO over class × attribute; rows without the attribute are groups of their own. See `groupRobustSquares`. */
export const trainGroupRobust = Stage.make("train/group-dro", {
  config: Schema.Struct({
    train: TrainConfig,
    attribute: Attribute,
    /** η of the groups' weights; 0.01 in the released code. */
    step: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
    seed: Schema.Int
  }),
  inputs,
  output: DenseModel,
  numerics: ({ train }) => numericsId(train.backend),
  run: ({ features, split }, { attribute, seed, step, train }) =>
    Effect.gen(function* () {
      const rows = yield* gather(features.tensors, split.tensors, "train")
      const sides = attribute === "gender" ? Gender.literals.length : Race.literals.length + 1
      const model = emotionModel(rows, { ...train, ...agnostic })
      const codes = rows[attribute].data
      // A mean loss, where the others sum: the weight makes a step's loss one of as many rows.
      const weight = Math.min(train.batch ?? codes.length, codes.length)
      const objective = groupRobustSquares({
        name: "emotion",
        head: "y",
        group: "group",
        groups: sides * EMOTION_LABELS.length,
        step,
        weight
      })
      const groups = rows.y.data.map((label, row) => label * sides + (codes[row] ?? 0))
      return yield* fitEmotion(rows, withRows(model, objective, "group", groups), train, seed)
    })
})

const isWrittenFor = ({ activation, l2, output }: TrainConfig) =>
  activation === "relu" && output === "sigmoid" && l2 === 0

/** Adversarial debiasing; see `trainAgainst`. Starts from the weights that `train/emotion` starts from. */
export const trainAdversarial = Stage.make("train/adversarial", {
  config: Schema.Struct({
    train: TrainConfig,
    attribute: Attribute,
    /** α of the paper's update. */
    alpha: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
    seed: Schema.Int
  }),
  inputs,
  output: DenseModel,
  run: ({ features, split }, { alpha, attribute, seed, train }) =>
    Effect.gen(function* () {
      const rows = yield* gather(features.tensors, split.tensors, "train")
      const start = initialParameters(network(rows.x.shape[1], { ...train, ...agnostic }, 0), seed)
      const [trunk, head] = [start["trunk.0.weight"], start["heads.y.weight"]]
      if (trunk === undefined || head === undefined || !isWrittenFor(train))
        return yield* new RowsMismatch({
          tensor: "network",
          found: `${train.activation}, ${train.output} and l2 = ${train.l2}`,
          expected: "relu, sigmoid and l2 = 0, which is what adversarial debiasing is written for"
        })
      const progress = yield* Progress
      const classes = EMOTION_LABELS.length
      // Codes above 1 stand for no race: there is nothing for an adversary to guess.
      const side = rows[attribute].data.map((code) => (code > 1 ? -1 : code))
      const { curves, parameters } = yield* trainAgainst(
        { x: rows.x, y: rows.y.data, side, classes },
        { "trunk.0.weight": trunk, "heads.y.weight": head },
        {
          alpha,
          learningRate: train.learningRate,
          epochs: train.epochs,
          batch: train.batch ?? rows.y.data.length,
          seed,
          onEpoch: (epoch, losses) =>
            progress.report({ current: epoch, total: train.epochs, unit: "epoch", metrics: { loss: losses.predictor } })
        }
      )
      return {
        tensors: { parameters },
        meta: {
          kind: "dense" as const,
          inputs: rows.x.shape[1],
          width: train.width,
          activation: train.activation,
          output: train.output,
          activeTasks: [],
          epochs: train.epochs,
          loss: curves.predictor,
          terms: { adversary: curves.adversary },
          converged: true,
          numerics: "float64"
        }
      }
    })
})
