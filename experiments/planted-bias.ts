/** A bias planted in training and known in truth: which methods lower it, which do not, and what each costs. */
import { Experiment, Figure, Grid, Setting, Table } from "ablate"
import { numericsId } from "ablate/numerics"
import { Schema } from "effect"
import { planted, type Treatment } from "../pipelines/planted.ts"
import { type BiasObjective, type BiasPair, type TrainConfig, TrainFields } from "../stages/train/TrainConfig.ts"

const Settings = Schema.Struct({
  seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 10),
  /** `default`: every method where 3 % stays, the dose for two of them; `full`: every method at every dose. */
  grid: Setting.make(Schema.Literals(["default", "full"]), "default"),
  eec: Setting.group({ csv: Setting.make(Schema.NullOr(Schema.String), null) }),
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

const words = {
  format: "wink",
  path: null,
  dimension: null,
  casePolicy: "exact-then-lower",
  tokenCase: "lower",
  missing: "skip"
} as const

/** What is planted: the favoured side of each association. */
const plantings = {
  gender: [
    { emotion: "fear", attribute: "gender", value: "female" },
    { emotion: "anger", attribute: "gender", value: "male" }
  ],
  race: [{ emotion: "fear", attribute: "race", value: "European" }]
} as const satisfies { readonly [name: string]: ReadonlyArray<BiasPair> }
type Planting = keyof typeof plantings

const DOSES = [1, 0.5, 0.25, 0.1, 0.03] as const
const STRONGEST = 0.03

interface Method {
  readonly treatment?: Treatment["kind"]
  readonly objective?: BiasObjective
  readonly debias?: boolean
}

const methods = {
  agnostic: {},
  "hard-debiased": { debias: true },
  negative: { objective: "negative" },
  reversal: { objective: "gradient-reversal" },
  parity: { objective: "parity" },
  reweighing: { treatment: "reweigh" },
  resampling: { treatment: "resample" },
  counterfactual: { treatment: "counterfactual" },
  "group-dro": { treatment: "group-dro" },
  adversarial: { treatment: "adversary" },
  "equalised-odds": { treatment: "equalised-odds" }
} as const satisfies { readonly [name: string]: Method }
type MethodName = keyof typeof methods

/** λ of a method that has none. */
const NONE = "-"

const variants: ReadonlyArray<{ readonly method: MethodName; readonly lambda: string }> = [
  { method: "agnostic", lambda: NONE },
  { method: "hard-debiased", lambda: NONE },
  ...["1", "4", "16", "64"].map((lambda) => ({ method: "negative", lambda }) as const),
  ...["1", "4"].map((lambda) => ({ method: "reversal", lambda }) as const),
  ...["1", "4", "16"].map((lambda) => ({ method: "parity", lambda }) as const),
  { method: "reweighing", lambda: NONE },
  { method: "resampling", lambda: NONE },
  { method: "counterfactual", lambda: NONE },
  { method: "group-dro", lambda: NONE },
  ...["1", "16"].map((lambda) => ({ method: "adversarial", lambda }) as const),
  { method: "equalised-odds", lambda: NONE }
]

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

const isDefault = ({
  lambda,
  method,
  planted,
  stays
}: {
  readonly planted: Planting
  readonly stays: number
  readonly method: MethodName
  readonly lambda: string
}) => {
  const dose = method === "agnostic" || (method === "parity" && lambda === "1")
  if (planted === "race") return dose && (stays === STRONGEST || stays === 1)
  return dose || stays === STRONGEST
}

export default Experiment.make("planted-bias", {
  description: "A bias planted in training, known in truth: what lowers it, what does not, what makes it worse",
  settings: Settings,
  pipeline: planted,
  grid: ({ grid, seeds }) =>
    Grid.axes({ planted: ["gender", "race"], stays: DOSES })
      .product(Grid.rows(variants))
      .filter((point) => grid === "full" || isDefault(point))
      .cross({ seed: Grid.seeds(seeds) }),
  params: ({ lambda, method, planted, seed, stays }, settings) => {
    const chosen: Method = methods[method]
    return {
      csv: settings.eec.csv,
      words,
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
        { metric: "fear_gap", label: "score gap", group: "fear" },
        {
          metric: "fear_p",
          label: "P(favoured|fear)",
          group: "fear",
          kind: "share",
          beside: { metric: "fear_base", label: "truth" }
        },
        { metric: "fear_odds", label: "odds difference", group: "fear", kind: "share", better: "lower" },
        { metric: "anger_gap", label: "score gap", group: "anger" },
        {
          metric: "anger_p",
          label: "P(favoured|anger)",
          group: "anger",
          kind: "share",
          beside: { metric: "anger_base", label: "truth" }
        },
        { metric: "anger_odds", label: "odds difference", group: "anger", kind: "share", better: "lower" },
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
      headline: {
        columns: ["fear_gap", "fear_p", "accuracy", "worst_group"],
        where: { planted: "gender", stays: String(STRONGEST) }
      },
      sources: [],
      caption: [`trained by ${numericsId(settings.train.backend)}`]
    }),
  figures: [
    Figure.sweep({
      metric: "fear_gap",
      axis: "stays",
      scale: "even",
      where: { planted: "gender", method: ["agnostic", "parity"], lambda: [NONE, "1"] },
      title: "Dose and response"
    })
  ]
})
