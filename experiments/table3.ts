/** Table 3 of Sen & Ganguly (AAAI 2020): ten variants of an emotion classifier, their accuracy and their bias. */
import { Experiment, Figure, Grid, Setting, Table } from "ablate"
import { numericsId } from "ablate/numerics"
import { Schema } from "effect"
import { emotion } from "../pipelines/emotion.ts"
import { SplitKind } from "../stages/eec/split.ts"
import { table3Reference } from "./reference/table3.ts"
import { corpusSettings, emotionSources, wordSettings } from "./settings/emotion.ts"
import {
  emotionOf,
  logistic,
  type Method,
  networkOf,
  RELEASED_TRAIN_ROWS,
  raceFeature,
  type TrainPreset,
  TrainSettings,
  table3Rows
} from "./settings/table3.ts"

/** Whole readings of the paper: what `--set preset=…` fixes where other settings say nothing. */
const presets = {
  default: { splits: ["stratified", "by-emotion-word"], fileOrderTrain: null, train: "default" },
  /** As the authors' released script has it: its split, its training, its samplings. */
  paper: { splits: ["file-order"], fileOrderTrain: RELEASED_TRAIN_ROWS, train: "released-code" }
} as const satisfies {
  readonly [preset: string]: {
    readonly splits: ReadonlyArray<SplitKind>
    readonly fileOrderTrain: number | null
    readonly train: TrainPreset
  }
}

/** Null: as the preset says. */
const Settings = Schema.Struct({
  /** `paper`: the split, the training and the samplings of the authors' released script; ten minutes a seed on two cores. */
  preset: Setting.make(Schema.Literals(["default", "paper"]), "default"),
  seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 5),
  splits: Setting.make(Schema.NullOr(Schema.Array(SplitKind)), null),
  /** Training rows of `file-order`; 7000 in the released code. Null without a preset that says another: 80 %. */
  fileOrderTrain: Setting.make(Schema.NullOr(Schema.Int), null),
  /** What SS-1 and SS-2 sample: the corpus before the split, or the training part alone. */
  sampled: Setting.make(Schema.Literals(["corpus", "training"]), "corpus"),
  /** `paper`: the printed columns; `all`: every figure that is measured. */
  columns: Setting.make(Schema.Literals(["paper", "all"]), "paper"),
  eec: corpusSettings,
  words: wordSettings,
  raceFeature,
  logistic,
  train: Setting.group(TrainSettings.fields)
})
type Settings = typeof Settings.Type

const trainPresetOf = ({ preset, train }: Settings): TrainPreset => train.preset ?? presets[preset].train

const splitsOf = ({ preset, splits }: Settings): ReadonlyArray<SplitKind> => splits ?? presets[preset].splits

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
  const preset = trainPresetOf(settings)
  const { batch, epochs, optimiser, width } = networkOf(preset, train)
  return [
    `Networks: shared width ${width}, ${train.activation}, ${train.output} outputs, ${optimiser} Adam at ${train.learningRate}, ${epochs} epochs, batch ${batch ?? "full"}, preset ${preset}; trained by ${train.backend === "engine" ? "Ablate's deterministic engine" : "TensorFlow.js"} (${numericsId(train.backend)}).`,
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
  grid: (settings) =>
    Grid.axes({ split: splitsOf(settings) })
      .product(Grid.rows(table3Rows))
      .cross({ seed: Grid.seeds(settings.seeds) }),
  params: ({ seed, split, ...row }, settings) =>
    emotionOf(
      row,
      {
        split,
        fileOrderTrain: settings.fileOrderTrain ?? presets[settings.preset].fileOrderTrain,
        sampled: settings.sampled,
        training: { preset: trainPresetOf(settings), train: settings.train }
      },
      settings,
      seed
    ),
  table: (settings) =>
    Table.make({
      title: "Table 3: accuracy and bias of emotion classifiers on the Equity Evaluation Corpus",
      rows: ["split", "method", "sampling"],
      columns: settings.columns === "paper" ? paperColumns : allColumns,
      baseline: { method: "agnostic" },
      reference: { label: "paper", rows: table3Reference, distance: true },
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
