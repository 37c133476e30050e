/** Table 3 of Sen & Ganguly (AAAI 2020): ten variants of an emotion classifier, their accuracy and their bias. */
import { Experiment, Figure, Grid, Setting, Table } from "ablate"
import { numericsId } from "ablate/numerics"
import { Schema } from "effect"
import { emotion, type Model } from "../pipelines/emotion.ts"
import type { ExtraFeature } from "../stages/eec/features.ts"
import { SplitKind } from "../stages/eec/split.ts"
import type { Scheme } from "../stages/eec/subsample.ts"
import { BiasObjective, type BiasPair, TrainFields } from "../stages/train/TrainConfig.ts"
import { table3Reference } from "./reference/table3.ts"
import { corpusSettings, emotionSources, wordSettings } from "./settings/emotion.ts"

/** What a preset fixes where `--set train.…` says nothing. `released-code`: the authors' public script. */
const presets = {
  default: {
    width: 50,
    init: "glorot",
    optimiser: "joint",
    epochs: 30,
    batch: 64
  },
  "released-code": {
    width: 200,
    init: "unit-uniform",
    optimiser: "separate",
    epochs: 2000,
    batch: null
  }
} as const

/** Null: as the preset says. */
const Settings = Schema.Struct({
  seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 5),
  splits: Setting.make(Schema.Array(SplitKind), ["stratified", "by-emotion-word"]),
  /** Training rows of `file-order`; null for 80 %, 7000 in the released code. */
  fileOrderTrain: Setting.make(Schema.NullOr(Schema.Int), null),
  /** What SS-1 and SS-2 sample: the corpus before the split, or the training part alone. */
  sampled: Setting.make(Schema.Literals(["corpus", "training"]), "corpus"),
  /** `paper`: the printed columns; `all`: every figure that is measured. */
  columns: Setting.make(Schema.Literals(["paper", "all"]), "paper"),
  eec: corpusSettings,
  words: wordSettings,
  raceFeature: Setting.make(Schema.Literals(["race", "race-one-hot"]), "race"),
  logistic: Setting.group({
    C: Setting.make(Schema.Finite, 1),
    tolerance: Setting.make(Schema.Finite, 0.0001),
    maxIterations: Setting.make(Schema.Int, 1000)
  }),
  train: Setting.group({
    preset: Setting.make(Schema.Literals(["default", "released-code"]), "default"),
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
})
type Settings = typeof Settings.Type

const fearFemale: BiasPair = { emotion: "fear", attribute: "gender", value: "female" }
const angerMale: BiasPair = { emotion: "anger", attribute: "gender", value: "male" }
const fearEuropean: BiasPair = { emotion: "fear", attribute: "race", value: "European" }

interface Variant {
  readonly model: "logistic" | "dense"
  readonly debias?: boolean
  readonly feature?: "gender" | "race"
  readonly pairs?: ReadonlyArray<BiasPair>
}

const variants = {
  "agnostic-l2": { model: "logistic" },
  agnostic: { model: "dense" },
  "agnostic-dwe": { model: "dense", debias: true },
  "agnostic-gender-feature": { model: "dense", feature: "gender" },
  "agnostic-race-feature": { model: "dense", feature: "race" },
  "aware-gender": { model: "dense", pairs: [fearFemale, angerMale] },
  "aware-race": { model: "dense", pairs: [fearEuropean] },
  "aware-joint": { model: "dense", pairs: [fearFemale, angerMale, fearEuropean] }
} as const satisfies { readonly [method: string]: Variant }
type Method = keyof typeof variants

/** What a figure reads of a model. */
interface Trained {
  readonly meta: { readonly loss: ReadonlyArray<number> }
}

/** The networks: a regression's iterations are no epochs. */
const networks = [
  "agnostic",
  "agnostic-dwe",
  "agnostic-gender-feature",
  "agnostic-race-feature",
  "aware-gender",
  "aware-race",
  "aware-joint"
] as const satisfies ReadonlyArray<Method>

const schemes = { None: "none", "SS-1": "ss1", "SS-2": "ss2" } as const satisfies { readonly [label: string]: Scheme }

const rows: ReadonlyArray<{ readonly method: Method; readonly sampling: keyof typeof schemes }> = [
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

const modelOf = (variant: Variant, { logistic, train }: Settings): Model => {
  if (variant.model === "logistic") return { kind: "logistic", ...logistic }
  const preset = presets[train.preset]
  const { activation, backend, l2, learningRate, output } = train
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
      width: train.width ?? preset.width,
      init: train.init ?? preset.init,
      optimiser: train.optimiser ?? preset.optimiser,
      epochs: train.epochs ?? preset.epochs,
      batch: train.batch === "full" ? null : (train.batch ?? preset.batch),
      pairs,
      objective: isAware ? train.objective : null,
      lambda: isAware ? train.lambda : null,
      tau: isAware ? train.tau : null
    }
  }
}

const featureOf = (variant: Variant, settings: Settings): ExtraFeature =>
  variant.feature === "race" ? settings.raceFeature : (variant.feature ?? "none")

const pairColumns = <const P extends string>(pair: P, group: string, posterior: string) =>
  [
    {
      metric: `${pair}_p`,
      label: posterior,
      group,
      kind: "share",
      beside: { metric: `${pair}_base`, label: "base rate" }
    },
    { metric: `${pair}_F`, label: "F", group, better: "higher" },
    { metric: `${pair}_H`, label: "H", group, better: "higher" }
  ] as const

const allPairColumns = <const P extends string>(pair: P, group: string, posterior: string) =>
  [
    ...pairColumns(pair, group, posterior),
    { metric: `${pair}_p_include`, label: `${posterior}, all rows`, group, kind: "share" },
    { metric: `${pair}_F4`, label: "4F", group, kind: "share", better: "higher" },
    { metric: `${pair}_harmonic`, label: "harmonic", group, kind: "share", better: "higher" },
    { metric: `${pair}_gap`, label: "score gap", group }
  ] as const

const FEAR_GENDER = ["fear_gender", "fear × gender", "P(female|fear)"] as const
const FEAR_RACE = ["fear_race", "fear × race", "P(AA|fear)"] as const
const ANGER_GENDER = ["anger_gender", "anger × gender", "P(male|anger)"] as const

const accuracyColumn = {
  metric: "accuracy",
  label: "accuracy",
  kind: "share",
  better: "higher",
  beside: { metric: "majority", label: "majority" }
} as const

const flipColumns = [
  { metric: "flip_gender", label: "gender", group: "flips on swap", kind: "share", better: "lower" },
  { metric: "flip_race", label: "race", group: "flips on swap", kind: "share", better: "lower" }
] as const

const paperColumns = [
  accuracyColumn,
  ...pairColumns(...FEAR_GENDER),
  ...pairColumns(...FEAR_RACE),
  ...pairColumns(...ANGER_GENDER),
  ...flipColumns
] as const

const allColumns = [
  accuracyColumn,
  ...allPairColumns(...FEAR_GENDER),
  ...allPairColumns(...FEAR_RACE),
  ...allPairColumns(...ANGER_GENDER),
  ...flipColumns,
  { metric: "accuracy_male", label: "male", group: "accuracy of", kind: "share", better: "higher" },
  { metric: "accuracy_female", label: "female", group: "accuracy of", kind: "share", better: "higher" },
  { metric: "accuracy_aa", label: "AA", group: "accuracy of", kind: "share", better: "higher" },
  { metric: "accuracy_eu", label: "European", group: "accuracy of", kind: "share", better: "higher" },
  { metric: "accuracy_none", label: "no race", group: "accuracy of", kind: "share", better: "higher" }
] as const

const caption = (settings: Settings): ReadonlyArray<string> => {
  const { train } = settings
  const preset = presets[train.preset]
  return [
    `Networks: shared width ${train.width ?? preset.width}, ${train.activation}, ${train.output} outputs, ${train.optimiser ?? preset.optimiser} Adam at ${train.learningRate}, ${train.epochs ?? preset.epochs} epochs, batch ${train.batch ?? preset.batch ?? "full"}, preset ${train.preset}; trained by ${train.backend === "engine" ? "Ablate's deterministic engine" : "TensorFlow.js"} (${numericsId(train.backend)}).`,
    `Bias-aware rows: objective ${train.objective}, λ = ${train.lambda}, τ = ${train.tau}. agnostic-l2: logistic regression, C = ${settings.logistic.C}.`,
    ...(settings.sampled === "training"
      ? ["SS-1 and SS-2 sample the training part alone; the test part is balanced."]
      : []),
    "p over test rows that have the attribute; F = p(1−p); H = A·F/(A+F), as the paper prints it (half the harmonic mean).",
    "Splits: stratified tests sentences whose emotion words were all trained on; by-emotion-word tests words never seen."
  ]
}

const claim = <const M extends string>(method: Method, metric: M, text: string) =>
  ({ text, source: "the paper", metric, labels: { method }, direction: "higher" }) as const

/** What the paper reads out of its Table 3. */
const claims = [
  claim("aware-gender", "fear_gender_F", "gender-aware training makes fear × gender fairer (F above agnostic)"),
  claim("aware-gender", "anger_gender_F", "gender-aware training makes anger × gender fairer (F above agnostic)"),
  claim("aware-race", "fear_race_F", "race-aware training makes fear × race fairer (F above agnostic)"),
  claim("aware-joint", "fear_gender_F", "joint training makes fear × gender fairer (F above agnostic)"),
  claim("aware-joint", "fear_race_F", "joint training makes fear × race fairer (F above agnostic)"),
  claim("aware-joint", "anger_gender_F", "joint training makes anger × gender fairer (F above agnostic)"),
  claim("aware-gender", "accuracy", "gender-aware training is also more accurate than agnostic"),
  claim("aware-race", "accuracy", "race-aware training is also more accurate than agnostic"),
  claim("aware-joint", "accuracy", "joint training is also more accurate than agnostic")
]

export default Experiment.make("table3", {
  description: "Ten variants of the emotion classifier of Sen & Ganguly: accuracy, bias and both together",
  settings: Settings,
  pipeline: emotion,
  grid: ({ seeds, splits }) =>
    Grid.axes({ split: splits })
      .product(Grid.rows(rows))
      .cross({ seed: Grid.seeds(seeds) }),
  params: ({ method, sampling, seed, split }, settings) => {
    const variant: Variant = variants[method]
    return {
      csv: settings.eec.csv,
      words: settings.words,
      debias: variant.debias ?? false,
      scheme: schemes[sampling],
      sampled: settings.sampled,
      extra: featureOf(variant, settings),
      split,
      fileOrderTrain: split === "file-order" ? settings.fileOrderTrain : null,
      model: modelOf(variant, settings),
      seed
    }
  },
  table: (settings) =>
    Table.make({
      title: "Table 3: accuracy and bias of emotion classifiers on the Equity Evaluation Corpus",
      rows: ["split", "method", "sampling"],
      columns: settings.columns === "paper" ? paperColumns : allColumns,
      baseline: { method: "agnostic" },
      reference: { label: "paper", rows: table3Reference },
      claims,
      // Where all sentences' words were trained on, every variant is right: bias can show in the other split alone.
      headline: {
        columns: ["accuracy", "fear_gender_F", "fear_race_F", "anger_gender_F"],
        where: { split: "by-emotion-word" }
      },
      sources: emotionSources(settings),
      caption: caption(settings)
    }),
  figures: [
    Figure.forest({ metric: "accuracy", where: { sampling: "None" }, title: "Accuracy against the agnostic network" }),
    Figure.forest({
      metric: "fear_gender_F",
      where: { sampling: "None" },
      title: "Fairness of fear × gender against the agnostic network"
    }),
    Figure.tradeoff({
      x: { metric: "fear_gender_F", better: "higher" },
      y: { metric: "accuracy", better: "higher" },
      where: { split: "by-emotion-word", sampling: "None" },
      title: "Accuracy and fairness of fear × gender",
      subtitle: ["Sentences whose emotion words were never seen in training"]
    }),
    Figure.curves({
      from: "model",
      curves: ({ meta }: Trained) => ({ loss: meta.loss }),
      where: { split: "by-emotion-word", method: networks },
      title: "Loss of the networks while they are trained"
    })
  ]
})
