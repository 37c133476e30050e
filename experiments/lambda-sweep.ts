/** The paper's λ and its width m under a planted bias, tuned as they should be: chosen on a validation part, reported on the test part. */
import { Experiment, Figure, Grid, Setting, Table } from "ablate"
import { numericsId } from "ablate/numerics"
import { Schema } from "effect"
import { type Network, tuned } from "../pipelines/tuned.ts"
import { Share } from "../stages/planted/plant.ts"
import { type BiasObjective, type BiasPair, TrainFields } from "../stages/train/TrainConfig.ts"
import { corpusSettings, emotionSources, wordSettings } from "./settings/emotion.ts"

const Lambda = Schema.Finite.check(Schema.isGreaterThan(0))

const Settings = Schema.Struct({
  seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 5),
  /** The grid of m, in the paper's steps of 10. */
  widths: Setting.make(Schema.NonEmptyArray(TrainFields.width), [10, 20, 30, 40, 50]),
  lambdas: Setting.make(Schema.NonEmptyArray(Lambda), [1, 4, 16]),
  /** Share of the disfavoured side's rows that stays in training; 1 plants nothing. */
  stays: Setting.make(Share, 0.03),
  eec: corpusSettings,
  words: wordSettings,
  train: Setting.group({
    epochs: Setting.make(TrainFields.epochs, 30),
    batch: Setting.make(TrainFields.batch, 64),
    learningRate: Setting.make(TrainFields.learningRate, 0.001),
    backend: Setting.make(TrainFields.backend, "engine")
  })
})
type Settings = typeof Settings.Type

/** What is planted: the favoured side of each association, as in the planted-bias experiment. */
const pairs: ReadonlyArray<BiasPair> = [
  { emotion: "fear", attribute: "gender", value: "female" },
  { emotion: "anger", attribute: "gender", value: "male" }
]

const objectives = { negative: "negative", reversal: "gradient-reversal", parity: "parity" } as const satisfies {
  readonly [name: string]: BiasObjective
}
const names = ["negative", "reversal", "parity"] as const

/** λ of the network without bias terms, and what stands for a value that was chosen. */
const NONE = "0"
const CHOSEN = "chosen"

// A type, not an interface: points of a grid are records of labels.
type Variant = { readonly objective: keyof typeof objectives | "agnostic"; readonly lambda: string; readonly m: string }

const variantsOf = ({ lambdas, widths }: Settings): ReadonlyArray<Variant> => [
  ...[...widths.map(String), CHOSEN].map((m) => ({ objective: "agnostic", lambda: NONE, m }) as const),
  ...names.flatMap((objective) => [...lambdas.map(String), CHOSEN].map((lambda) => ({ objective, lambda, m: CHOSEN })))
]

const networkOf = (objective: Variant["objective"], lambda: number, width: number, { train }: Settings): Network => ({
  label: objective === "agnostic" ? `m=${width}` : `λ=${lambda} m=${width}`,
  train: {
    ...train,
    width,
    activation: "relu",
    output: "sigmoid",
    init: "glorot",
    optimiser: "joint",
    l2: 0,
    ...(objective === "agnostic"
      ? { pairs: [], objective: null, lambda: null, tau: null }
      : { pairs, objective: objectives[objective], lambda, tau: 0 })
  }
})

/** Small values first: of equal figures the first is chosen. */
const networksOf = ({ lambda, m, objective }: Variant, settings: Settings): readonly [Network, ...Array<Network>] => {
  const [firstLambda, ...lambdas] = lambda === CHOSEN ? settings.lambdas : ([Number(lambda)] as const)
  const [firstWidth, ...widths] = m === CHOSEN ? settings.widths : ([Number(m)] as const)
  const of = (each: number, width: number) => networkOf(objective, each, width, settings)
  return [
    of(firstLambda, firstWidth),
    ...widths.map((width) => of(firstLambda, width)),
    ...lambdas.flatMap((each) => [firstWidth, ...widths].map((width) => of(each, width)))
  ]
}

const criterionOf = ({ lambda }: Variant) => (lambda === CHOSEN ? ("worst_group" as const) : ("accuracy" as const))

const caption = ({ lambdas, stays, train, widths }: Settings): ReadonlyArray<string> => [
  `Planted: of the training rows of men in fear and of women in anger ${100 * stays} % stay; the test part has as many of each, so the truth is no difference at all.`,
  "Three parts: of every emotion and kind one word is tested that was never trained on, and of the rest another is kept back as the validation part, which is thinned as the training part is. Networks are trained on what is left, so on fewer words than in the planted-bias table.",
  `m: units of the shared layer; chosen: the best validation accuracy among ${widths.join(", ")}. λ chosen: together with m among ${lambdas.join(", ")}, by the validation part's worst group. Each seed chooses for itself. The test part reaches no choice.`,
  `Networks: relu, sigmoid outputs, Adam at ${train.learningRate}, ${train.epochs} epochs, batch ${train.batch ?? "full"}; trained by ${train.backend === "engine" ? "Ablate's deterministic engine" : "TensorFlow.js"} (${numericsId(train.backend)}). All variants of a seed share split, planted rows and validation rows.`
]

export default Experiment.make("lambda-sweep", {
  description:
    "The weight λ and the width m of the bias-aware network, chosen on a validation part, reported on the test part",
  settings: Settings,
  pipeline: tuned,
  grid: (settings) => Grid.rows(variantsOf(settings)).cross({ seed: Grid.seeds(settings.seeds) }),
  params: ({ seed, ...variant }, settings) => ({
    csv: settings.eec.csv,
    words: settings.words,
    pairs,
    share: settings.stays,
    networks: networksOf(variant, settings),
    by: criterionOf(variant),
    seed
  }),
  table: (settings) =>
    Table.make({
      title: "λ and m, chosen on a validation part",
      rows: ["objective", "lambda", "m"],
      columns: [
        { metric: "fear_gap", label: "score gap", group: "fear" },
        {
          metric: "fear_p",
          label: "P(female)",
          group: "fear",
          kind: "share",
          beside: { metric: "fear_base", label: "truth" }
        },
        { metric: "fear_odds", label: "odds", group: "fear", kind: "share", better: "lower" },
        { metric: "accuracy", label: "accuracy", kind: "share", better: "higher" },
        { metric: "worst_group", label: "worst group", kind: "share", better: "higher" },
        { metric: "width", label: "m", digits: 0 }
      ],
      baseline: { objective: "agnostic", lambda: NONE, m: CHOSEN },
      headline: { columns: ["fear_gap", "fear_p", "accuracy", "width"] },
      sources: emotionSources(settings),
      caption: caption(settings)
    }),
  figures: ({ lambdas }) => [
    ...(["fear_gap", "accuracy"] as const).map((metric) =>
      Figure.sweep({
        metric,
        axis: "lambda",
        scale: "even",
        where: { objective: names, lambda: lambdas.map(String) },
        file: `sweep-lambda-${metric.replace("_", "-")}.svg`,
        title: metric === "accuracy" ? "Accuracy along λ" : "Score gap on fear along λ",
        subtitle: ["Width m chosen on the validation part"],
        xTitle: "λ"
      })
    ),
    Figure.sweep({
      metric: "accuracy",
      axis: "m",
      where: { objective: "agnostic" },
      file: "sweep-m-accuracy.svg",
      title: "Accuracy of the agnostic network along its width",
      xTitle: "m"
    }),
    Figure.tradeoff({
      file: "tradeoff.svg",
      x: { metric: "fear_gap", better: "zero" },
      y: { metric: "accuracy", better: "higher" },
      where: { m: CHOSEN },
      title: "Planted bias against accuracy, tuned"
    })
  ]
})
