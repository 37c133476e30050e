/** A bias planted in training and known in truth: which methods lower it, which do not, and what each costs. */
import { Experiment, Figure, Grid, Setting, Table } from "ablate"
import { numericsId } from "ablate/numerics"
import { Schema, Struct } from "effect"
import { planted, type Treatment } from "../pipelines/planted.ts"
import { Share } from "../stages/planted/plant.ts"
import { type BiasObjective, type BiasPair, type TrainConfig, TrainFields } from "../stages/train/TrainConfig.ts"
import { corpusSettings, emotionSources, wordSettings } from "./settings/emotion.ts"

const Settings = Schema.Struct({
  seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 10),
  /** `default`: every method where fewest rows stay, and the dose for two of them; `full`: every method at every dose. */
  grid: Setting.make(Schema.Literals(["default", "full"]), "default"),
  /** Shares of the disfavoured side's rows that stay in training. */
  stays: Setting.make(Schema.NonEmptyArray(Share), [1, 0.5, 0.25, 0.1, 0.03]),
  eec: corpusSettings,
  words: wordSettings,
  groupDro: Setting.group({ step: Setting.make(Schema.Finite, 0.01) }),
  train: Setting.group({
    width: Setting.make(TrainFields.width, 50),
    epochs: Setting.make(TrainFields.epochs, 30),
    batch: Setting.make(TrainFields.batch, 64),
    learningRate: Setting.make(TrainFields.learningRate, 0.001),
    backend: Setting.make(TrainFields.backend, "engine")
  })
})
type Settings = typeof Settings.Type

/** The share of the strongest bias. */
const fewest = ({ stays }: Pick<Settings, "stays">) => Math.min(...stays)

/** What is planted: the favoured side of each association. */
const plantings = {
  gender: [
    { emotion: "fear", attribute: "gender", value: "female" },
    { emotion: "anger", attribute: "gender", value: "male" }
  ],
  race: [{ emotion: "fear", attribute: "race", value: "European" }]
} as const satisfies { readonly [name: string]: ReadonlyArray<BiasPair> }
type Planting = keyof typeof plantings

interface Method {
  readonly treatment?: Treatment["kind"]
  readonly objective?: BiasObjective
  readonly debias?: boolean
  /** Whose claim it is that the method lowers bias. */
  readonly source?: string
}

const methods = {
  agnostic: {},
  negative: { objective: "negative", source: "Sen & Ganguly 2020" },
  reversal: { objective: "gradient-reversal", source: "Ganin & Lempitsky 2015" },
  parity: { objective: "parity", source: "demographic parity as a penalty" },
  "hard-debiased": { debias: true, source: "Bolukbasi et al. 2016" },
  reweighing: { treatment: "reweigh", source: "Kamiran & Calders 2012" },
  resampling: { treatment: "resample", source: "Kamiran & Calders 2012" },
  counterfactual: { treatment: "counterfactual", source: "Lu et al. 2018" },
  "group-dro": { treatment: "group-dro", source: "Sagawa et al. 2020" },
  adversarial: { treatment: "adversary", source: "Zhang, Lemoine & Mitchell 2018" },
  "fewer-words": { treatment: "fewer-words" },
  "equalised-odds": { treatment: "equalised-odds", source: "Hardt, Price & Srebro 2016" }
} as const satisfies { readonly [name: string]: Method }
type MethodName = keyof typeof methods

/** λ of a method that has none. */
const NONE = "-"

/** λ of those that have one; of `adversarial` it is α. */
const lambdas: { readonly [M in MethodName]?: ReadonlyArray<string> } = {
  negative: ["1", "4", "16", "64"],
  reversal: ["1", "4"],
  parity: ["1", "4", "16"],
  adversarial: ["1", "4"]
}

// A type, not an interface: points of a grid are records of labels.
type Variant = { readonly method: MethodName; readonly lambda: string }

const variants: ReadonlyArray<Variant> = Struct.keys(methods).flatMap((method) =>
  (lambdas[method] ?? [NONE]).map((lambda) => ({ method, lambda }))
)

/** In no default run: what they add is little, or dear. */
const isFurther = ({ lambda, method }: Variant) => lambda === "4" && (method === "reversal" || method === "adversarial")

const isWeighedEverywhere = ({ lambda, method }: Variant) =>
  method === "agnostic" || (method === "parity" && lambda === "1")

const isDefault = (point: Variant & { readonly planted: Planting; readonly stays: number }, fewest: number) => {
  if (isFurther(point)) return false
  const isStrongest = point.stays === fewest
  if (point.planted === "gender") return isStrongest || isWeighedEverywhere(point)
  return isStrongest
    ? isWeighedEverywhere(point) || point.method === "reweighing" || point.method === "counterfactual"
    : point.stays === 1 && point.method === "agnostic"
}

const trainOf = (method: Method, planting: Planting, lambda: string, { train }: Settings): TrainConfig => ({
  ...train,
  activation: "relu",
  output: "sigmoid",
  init: "glorot",
  optimiser: "joint",
  l2: 0,
  ...(method.objective === undefined
    ? { pairs: [], objective: null, lambda: null, tau: null }
    : { pairs: plantings[planting], objective: method.objective, lambda: Number(lambda), tau: 0 })
})

const treatmentOf = ({ treatment = "none" }: Method, lambda: string, { groupDro }: Settings): Treatment => {
  switch (treatment) {
    case "group-dro":
      return { kind: treatment, step: groupDro.step }
    case "adversary":
      return { kind: treatment, alpha: Number(lambda) }
    default:
      return { kind: treatment }
  }
}

const shown = ({ lambda, method }: Variant) => (lambda === NONE ? method : `${method} (λ = ${lambda})`)

/** The rows of the strongest bias in gender. */
const strongest = (settings: Settings) => ({ planted: "gender", stays: String(fewest(settings)) }) as const

/** A verdict on every method: whether it lowers the planted bias, and whether it costs accuracy. */
const claimsOf = (settings: Settings) =>
  variants.flatMap((variant) => {
    const { source }: Method = methods[variant.method]
    if (source === undefined) return []
    const labels = { ...strongest(settings), ...variant }
    const name = shown(variant)
    // Decisions that are partly chance have no scores.
    const bias =
      variant.method === "equalised-odds"
        ? ({ metric: "fear_odds", text: `${name} lowers the difference of odds for fear` } as const)
        : ({ metric: "fear_gap", text: `${name} lowers the score gap on fear` } as const)
    return [
      { ...bias, source, labels, direction: "lower" } as const,
      { text: `${name} costs accuracy`, metric: "accuracy", labels, direction: "lower" } as const
    ]
  })

const pairColumns = <const E extends "fear" | "anger">(emotion: E) =>
  [
    { metric: `${emotion}_gap`, label: "score gap", group: emotion },
    {
      metric: `${emotion}_p`,
      label: "P(favoured)",
      group: emotion,
      kind: "share",
      beside: { metric: `${emotion}_base`, label: "truth" }
    },
    { metric: `${emotion}_odds`, label: "odds", group: emotion, kind: "share", better: "lower" }
  ] as const

const caption = ({ groupDro, train }: Settings): ReadonlyArray<string> => [
  "Planted: of the training rows alone, those of men in fear and of women in anger (gender), or of African-Americans in fear (race), are thinned to the share that stays; the test part has as many of each. So the truth is no bias at all: score gaps, differences of odds and flips of 0, and the test rows' own share as P(favoured). Where all rows stay nothing was planted, and what is measured is what the vectors bring.",
  "Split: by emotion word; of every emotion and kind one word is tested that was never trained on.",
  "Score gap: the emotion's score for the favoured side less that for the other, over the corpus' own pairs of sentences. P(favoured): their share among rows predicted to have the emotion. Odds: the larger of the differences of true and false positive rates. Flips: predictions that change when only the person is swapped. Worst group: the lowest accuracy of a class and side. Accuracy of the favoured and the disfavoured: within the planted emotions.",
  `Networks: shared width ${train.width}, relu, sigmoid outputs, Adam at ${train.learningRate}, ${train.epochs} epochs, batch ${train.batch ?? "full"}; trained by ${train.backend === "engine" ? "Ablate's deterministic engine" : "TensorFlow.js"} (${numericsId(train.backend)}), adversarial by its own loop. All variants of a seed share split, planted rows and starting weights.`,
  `λ: weight of the objective's bias terms (negative: the paper's, to the letter), α of adversarial. group-dro: step ${groupDro.step}. counterfactual: the swapped sentences are those of the corpus, so it brings back what was thinned out. equalised-odds: fitted on words kept back from training, which fewer-words keeps back too and does nothing else; its decisions are partly chance and have no scores.`
]

const everywhere = { planted: "gender", method: ["agnostic", "parity"], lambda: [NONE, "1"] } as const

const doseResponse = <const M extends "fear_gap" | "fear_p" | "fear_odds" | "flip">(
  { stays }: Settings,
  metric: M,
  title: string
) =>
  Figure.sweep({
    metric,
    axis: "stays",
    // Percent taken away.
    at: Object.fromEntries(stays.map((share) => [String(share), Math.round((1 - share) * 1e4) / 100])),
    scale: "even",
    where: everywhere,
    file: `dose-${metric.replace("_", "-")}.svg`,
    title,
    subtitle: ["Fear × gender, unseen emotion words; nothing is planted at 0"],
    xTitle: "rows taken from the disfavoured side, %"
  })

const figuresOf = (settings: Settings) => {
  const where = strongest(settings)
  return [
    doseResponse(settings, "fear_gap", "Score gap by dose"),
    doseResponse(settings, "fear_p", "P(female|fear) by dose"),
    doseResponse(settings, "fear_odds", "Difference of odds by dose"),
    doseResponse(settings, "flip", "Flips on swap by dose"),
    Figure.tradeoff({
      file: "tradeoff.svg",
      x: { metric: "fear_gap", better: "zero" },
      y: { metric: "accuracy", better: "higher" },
      where,
      title: "Planted bias against accuracy",
      subtitle: [`Fear × gender, ${100 * fewest(settings)} % of the men in fear stay`]
    }),
    Figure.forest({
      file: "forest-fear-gap.svg",
      metric: "fear_gap",
      where,
      title: "Score gap on fear against the agnostic network"
    }),
    Figure.forest({
      file: "forest-accuracy.svg",
      metric: "accuracy",
      where,
      title: "Accuracy against the agnostic network"
    }),
    Figure.sweep({
      file: "sweep-lambda.svg",
      metric: "fear_gap",
      axis: "lambda",
      scale: "even",
      where: { ...where, method: ["negative", "parity"] },
      title: "Score gap along λ",
      xTitle: "λ"
    })
  ]
}

export default Experiment.make("planted-bias", {
  description: "A bias planted in training, known in truth: what lowers it, what does not, what makes it worse",
  settings: Settings,
  pipeline: planted,
  grid: ({ grid, seeds, stays }) =>
    Grid.axes({ planted: ["gender", "race"], stays })
      .product(Grid.rows(variants))
      .filter((point) => grid === "full" || isDefault(point, fewest({ stays })))
      .cross({ seed: Grid.seeds(seeds) }),
  params: ({ lambda, method, planted, seed, stays }, settings) => {
    const chosen: Method = methods[method]
    return {
      csv: settings.eec.csv,
      words: settings.words,
      debias: chosen.debias ?? false,
      pairs: plantings[planted],
      share: stays,
      train: trainOf(chosen, planted, lambda, settings),
      treatment: treatmentOf(chosen, lambda, settings),
      seed
    }
  },
  table: (settings) =>
    Table.make({
      title: "A planted bias: what lowers it, and at which cost",
      rows: ["planted", "stays", "method", "lambda"],
      columns: [
        ...pairColumns("fear"),
        ...pairColumns("anger"),
        { metric: "flip", label: "flips on swap", kind: "share", better: "lower" },
        {
          metric: "accuracy",
          label: "accuracy",
          kind: "share",
          better: "higher",
          beside: { metric: "majority", label: "majority" }
        },
        { metric: "worst_group", label: "worst group", kind: "share", better: "higher" },
        { metric: "accuracy_favoured", label: "favoured", group: "accuracy of", kind: "share", better: "higher" },
        { metric: "accuracy_disfavoured", label: "disfavoured", group: "accuracy of", kind: "share", better: "higher" }
      ],
      baseline: { method: "agnostic", lambda: NONE },
      claims: claimsOf(settings),
      headline: { columns: ["fear_gap", "fear_p", "accuracy", "fear_odds"], where: strongest(settings) },
      sources: emotionSources(settings),
      caption: caption(settings)
    }),
  figures: figuresOf
})
