/** What the readings of Table 3 share: its ten rows, what presets fix, and the parameters of a cell. */
import { Setting } from "ablate"
import { Schema } from "effect"
import type { Emotion, Model } from "../../pipelines/emotion.ts"
import type { ExtraFeature } from "../../stages/eec/features.ts"
import type { SplitKind } from "../../stages/eec/split.ts"
import type { Scheme } from "../../stages/eec/subsample.ts"
import { BiasObjective, type BiasPair, TrainFields } from "../../stages/train/TrainConfig.ts"
import { corpusSettings, wordSettings } from "./emotion.ts"

/** What a preset fixes where `--set train.…` says nothing. `released-code`: the authors' public script. */
export const trainPresets = {
  default: { width: 50, init: "glorot", optimiser: "joint", epochs: 30, batch: 64 },
  "released-code": { width: 200, init: "unit-uniform", optimiser: "separate", epochs: 2000, batch: null }
} as const
export type TrainPreset = keyof typeof trainPresets

/** Training rows of the released code's split in file order. */
export const RELEASED_TRAIN_ROWS = 7000

/** How the race stands in a feature: one number, or three. */
export const raceFeature = Setting.make(Schema.Literals(["race", "race-one-hot"]), "race")

export const logistic = Setting.group({
  C: Setting.make(Schema.Finite, 1),
  tolerance: Setting.make(Schema.Finite, 0.0001),
  maxIterations: Setting.make(Schema.Int, 1000)
})

/** A network's settings; null: as the preset says. */
export const TrainSettings = Schema.Struct({
  preset: Setting.make(Schema.NullOr(Schema.Literals(["default", "released-code"])), null),
  objective: Setting.make(BiasObjective, "negative"),
  lambda: Setting.make(Schema.Finite, 1),
  tau: Setting.make(Schema.Finite, 0),
  activation: Setting.make(TrainFields.activation, "relu"),
  output: Setting.make(TrainFields.output, "sigmoid"),
  learningRate: Setting.make(TrainFields.learningRate, 0.001),
  l2: Setting.make(TrainFields.l2, 0),
  backend: Setting.make(TrainFields.backend, "engine"),
  width: Setting.make(Schema.NullOr(TrainFields.width), null),
  init: Setting.make(Schema.NullOr(TrainFields.init), null),
  optimiser: Setting.make(Schema.NullOr(TrainFields.optimiser), null),
  epochs: Setting.make(Schema.NullOr(TrainFields.epochs), null),
  /** Rows a step, or `full`. */
  batch: Setting.make(Schema.NullOr(Schema.Union([Schema.Int, Schema.Literal("full")])), null)
})
type Train = typeof TrainSettings.Type

const Shared = Schema.Struct({ eec: corpusSettings, words: wordSettings, raceFeature, logistic })
type Shared = typeof Shared.Type

const fearFemale: BiasPair = { emotion: "fear", attribute: "gender", value: "female" }
const angerMale: BiasPair = { emotion: "anger", attribute: "gender", value: "male" }
const fearEuropean: BiasPair = { emotion: "fear", attribute: "race", value: "European" }

interface Variant {
  readonly model: "logistic" | "dense"
  readonly debias?: boolean
  readonly feature?: "gender" | "race"
  readonly pairs?: ReadonlyArray<BiasPair>
}

export const variants = {
  "agnostic-l2": { model: "logistic" },
  agnostic: { model: "dense" },
  "agnostic-dwe": { model: "dense", debias: true },
  "agnostic-gender-feature": { model: "dense", feature: "gender" },
  "agnostic-race-feature": { model: "dense", feature: "race" },
  "aware-gender": { model: "dense", pairs: [fearFemale, angerMale] },
  "aware-race": { model: "dense", pairs: [fearEuropean] },
  "aware-joint": { model: "dense", pairs: [fearFemale, angerMale, fearEuropean] }
} as const satisfies { readonly [method: string]: Variant }
export type Method = keyof typeof variants

const schemes = { None: "none", "SS-1": "ss1", "SS-2": "ss2" } as const satisfies { readonly [label: string]: Scheme }

type Sampling = keyof typeof schemes

/** The table's rows, in its order. */
export const table3Rows: ReadonlyArray<{ readonly method: Method; readonly sampling: Sampling }> = [
  { method: "agnostic-l2", sampling: "SS-1" },
  { method: "agnostic-l2", sampling: "SS-2" },
  { method: "agnostic-l2", sampling: "None" },
  { method: "agnostic", sampling: "None" },
  { method: "agnostic-dwe", sampling: "None" },
  { method: "agnostic-gender-feature", sampling: "None" },
  { method: "agnostic-race-feature", sampling: "None" },
  { method: "aware-gender", sampling: "None" },
  { method: "aware-race", sampling: "None" },
  { method: "aware-joint", sampling: "None" }
]

/** What trains the networks: a preset and what overrides it. `truth`: no training, the test rows' own classes. */
export type Training = { readonly train: Train; readonly preset: TrainPreset } | "truth"

/** The width, start, optimiser, epochs and batch of a network. */
export const networkOf = (preset: TrainPreset, { batch, epochs, init, optimiser, width }: Train) => {
  const fixed = trainPresets[preset]
  return {
    width: width ?? fixed.width,
    init: init ?? fixed.init,
    optimiser: optimiser ?? fixed.optimiser,
    epochs: epochs ?? fixed.epochs,
    batch: batch === "full" ? null : (batch ?? fixed.batch)
  }
}

const modelOf = (variant: Variant, training: Training, { logistic }: Shared): Model => {
  if (training === "truth") return { kind: "truth" }
  if (variant.model === "logistic") return { kind: "logistic", ...logistic }
  const { activation, backend, l2, lambda, learningRate, objective, output, tau } = training.train
  const pairs = variant.pairs ?? []
  const isAware = pairs.length > 0
  return {
    kind: "dense",
    train: {
      activation,
      backend,
      l2,
      learningRate,
      output,
      ...networkOf(training.preset, training.train),
      pairs,
      objective: isAware ? objective : null,
      lambda: isAware ? lambda : null,
      tau: isAware ? tau : null
    }
  }
}

const featureOf = (variant: Variant, settings: Shared): ExtraFeature =>
  variant.feature === "race" ? settings.raceFeature : (variant.feature ?? "none")

/** Under which reading of the paper a cell is computed. */
export interface Reading {
  readonly split: SplitKind
  readonly fileOrderTrain: number | null
  readonly sampled: "corpus" | "training"
  readonly training: Training
}

/** The pipeline's parameters for one row and seed. */
export const emotionOf = (
  { method, sampling }: { readonly method: Method; readonly sampling: Sampling },
  { fileOrderTrain, sampled, split, training }: Reading,
  settings: Shared,
  seed: number
): Emotion => {
  const variant: Variant = variants[method]
  return {
    csv: settings.eec.csv,
    words: settings.words,
    debias: variant.debias ?? false,
    scheme: schemes[sampling],
    sampled,
    extra: featureOf(variant, settings),
    split,
    fileOrderTrain: split === "file-order" ? fileOrderTrain : null,
    model: modelOf(variant, training, settings),
    seed
  }
}
