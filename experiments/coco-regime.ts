/** Regimes of the COCO study in which there is something to lower: what the best possible classifier amplifies, and trained ones beside it. */
import { Experiment, Figure, Grid, Setting, Table } from "ablate"
import { numericsId } from "ablate/numerics"
import { Schema } from "effect"
import { STAND_IN } from "../pipelines/coco.ts"
import type { Treatment } from "../pipelines/coco-bias.ts"
import { cocoRegime } from "../pipelines/coco-regime.ts"
import { EMBEDDINGS_DEFAULTS } from "../pipelines/embeddings.ts"
import { StandInImages } from "../stages/coco/StandInScene.ts"
import { SyntheticConfig } from "../stages/images/synthetic.ts"
import {
  AUXILIARY_DEFAULTS,
  AuxiliaryFields,
  MULTI_LABEL_DEFAULTS,
  MultiLabelFields,
  ONLINE_DEFAULTS
} from "../stages/train/MultiLabelConfig.ts"
import { labelBiasScatter } from "./figures/labelBias.ts"
import { CocoBiasSettings, descriptorOf } from "./settings/cocoBias.ts"

/** Strengths of the made-up embeddings, in standard deviations of the noise; `default` is coco-bias's. */
const regimes = {
  default: { labelStrength: 2.2, genderStrength: 4, genderVisible: 0.55 },
  /** Gender shows, objects hardly: who is in the picture decides which object is said to be. */
  "uncertain-objects": { labelStrength: 1.15, genderStrength: 4, genderVisible: 1 },
  /** Objects show, gender hardly ever: the object decides which gender is said to be. */
  "hidden-gender": { labelStrength: 2.2, genderStrength: 4, genderVisible: 0.05 }
} as const
const REGIMES = ["default", "uncertain-objects", "hidden-gender"] as const

const Settings = Schema.Struct({
  seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 3),
  regimes: Setting.make(Schema.Array(Schema.Literals(REGIMES)), ["uncertain-objects", "hidden-gender"]),
  /** Random images that the best possible classifier's amplification is counted over. */
  draws: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1000, maximum: 100_000_000 })), 100_000),
  /** Of the made-up embeddings. What the best possible classifier can do hardly depends on it; what a network learns by heart does. coco-bias: 512. */
  dimension: Setting.make(SyntheticConfig.fields.dimension, 64),
  images: Setting.make(StandInImages, STAND_IN.images),
  lambda: Setting.make(AuxiliaryFields.lambda, AUXILIARY_DEFAULTS.lambda),
  genders: Setting.make(AuxiliaryFields.genders, AUXILIARY_DEFAULTS.genders),
  epochs: Setting.make(MultiLabelFields.epochs, MULTI_LABEL_DEFAULTS.epochs)
})
type Settings = typeof Settings.Type

/** The forms of the auxiliary task: the surrogate, and whether the synthetic rows are drawn once or every epoch. */
const forms = {
  product: { surrogate: "product", isOnline: false },
  "straight-through": { surrogate: "straight-through", isOnline: false },
  "product-online": { surrogate: "product", isOnline: true },
  "straight-through-online": { surrogate: "straight-through", isOnline: true }
} as const
const METHODS = [
  "bayes",
  "baseline",
  "product",
  "straight-through",
  "product-online",
  "straight-through-online"
] as const
type Method = (typeof METHODS)[number]

/** What coco-bias does by default. */
const study = () => Schema.decodeSync(CocoBiasSettings)({})

const treatmentOf = (method: Method, { genders, lambda }: Settings): Treatment => {
  if (method === "bayes" || method === "baseline") return { kind: "none" }
  const { isOnline, surrogate } = forms[method]
  const { auxiliary: defaults, sample } = study()
  const { frequencies, rowsPerStep } = defaults
  const auxiliary = { surrogate, beta: null, genders, lambda, rowsPerStep, frequencies }
  return isOnline
    ? { kind: "online", auxiliary, draw: ONLINE_DEFAULTS }
    : { kind: "auxiliary", auxiliary, draw: sample }
}

const columns = <const P extends "at" | "expected">(prefix: P, group: string) =>
  (
    [
      ["leaning", "from the base rate"],
      ["zhao", "by Zhao et al."],
      ["absolute", "absolute"]
    ] as const
  ).map(([form, label]) => ({
    metric: `${prefix}_${form}` as const,
    label,
    group,
    better: "lower" as const,
    beside: { metric: `bayes_${prefix}_${form}` as const, label: "best possible" }
  }))

const caption = ({ dimension, draws, genders, lambda }: Settings): ReadonlyArray<string> => [
  `Regimes of the made-up embeddings (object, gender in standard deviations of the noise; share of images in which gender shows): ${REGIMES.map((name) => `${name} ${regimes[name].labelStrength}, ${regimes[name].genderStrength}, ${regimes[name].genderVisible}`).join("; ")}. Objects, genders and their frequencies are the same in all; ${dimension} values an image.`,
  `In parentheses: the best possible classifier of the regime, whose probabilities are exact because the generator is known, over ${draws.toLocaleString("en-US")} random images. bayes: the same classifier on the test images that the trained ones are judged on. What it amplifies no training need be blamed for: it is what a threshold does to the most accurate decisions.`,
  "At the threshold: share of men among the images predicted to have a label, by predicted gender (score ≥ .5), against the training images' share. Expected: Σ p(label)·p(man) / Σ p(label), without a threshold. From the base rate: positive where a label moves further to the side to which it leans from the share of men among all images; by Zhao et al.: from one half. Labels without a predicted image are left out and counted.",
  `Classifiers as in coco-bias. Auxiliary task: λ = ${lambda}, ${genders === "man" ? "man only" : "both genders"}; product: frequencies of products of probabilities; straight-through: of decisions, with the product's gradient; online: synthetic rows drawn anew every epoch (${numericsId("engine")}).`
]

const scatter = (regime: (typeof REGIMES)[number], method: Method) =>
  labelBiasScatter({
    file: `${regime}-${method}.svg`,
    title: `${regime}, ${method}`,
    where: { regime, method },
    metric: "at_leaning"
  })

const lowers = (method: keyof typeof forms, metric: "at_leaning" | "at_zhao" | "expected_leaning", what: string) => ({
  text: `the auxiliary task (${method}) lowers amplification ${what}`,
  source: "the paper",
  metric,
  labels: { method },
  direction: "lower" as const
})

export default Experiment.make("coco-regime", {
  description:
    "Regimes in which bias amplification is as large as the paper's: what is unavoidable, and what the auxiliary task lowers",
  settings: Settings,
  pipeline: cocoRegime,
  grid: (settings) =>
    Grid.axes({ regime: settings.regimes, method: METHODS }).cross({ seed: Grid.seeds(settings.seeds) }),
  params: ({ method, regime, seed }, settings) => {
    const { coco, descriptor, embeddings, standIn, train } = study()
    return {
      isTrained: method !== "bayes",
      draws: settings.draws,
      study: {
        folder: null,
        set: { words: coco.words, standIn: { ...standIn, images: settings.images } },
        embeddings: {
          ...EMBEDDINGS_DEFAULTS,
          extractor: "synthetic" as const,
          imagesDir: null,
          weights: null,
          synthetic: { dimension: settings.dimension, seed: embeddings.seed, ...regimes[regime] }
        },
        trainShare: coco.trainShare,
        train: { ...train, epochs: settings.epochs },
        descriptor: descriptorOf({ descriptor }),
        treatment: treatmentOf(method, settings),
        leakage: null,
        seed
      }
    }
  },
  table: (settings) =>
    Table.make({
      title: "Bias amplification where there is something to lower",
      rows: ["regime", "method"],
      columns: [
        ...columns("at", "amplification at the threshold"),
        ...columns("expected", "amplification, expected"),
        { metric: "labels_undefined", label: "labels left out", kind: "count", better: "lower", digits: 1 },
        { metric: "acc_test", label: "accuracy", kind: "share", better: "higher" },
        { metric: "gender_acc", label: "of gender", kind: "share", better: "higher" }
      ],
      baseline: { method: "baseline" },
      claims: [
        lowers("product", "at_leaning", "at the threshold, from the base rate"),
        lowers("product", "at_zhao", "at the threshold, by Zhao et al."),
        lowers("straight-through", "at_leaning", "at the threshold, from the base rate"),
        lowers("straight-through", "at_zhao", "at the threshold, by Zhao et al."),
        lowers("product-online", "at_leaning", "at the threshold, from the base rate"),
        lowers("straight-through-online", "at_leaning", "at the threshold, from the base rate")
      ],
      headline: { columns: ["at_leaning", "at_zhao", "expected_leaning", "acc_test"] },
      // The stages tell of images and embeddings.
      sources: [],
      caption: caption(settings)
    }),
  figures: ({ regimes: chosen }) => [
    Figure.forest({
      metric: "at_leaning",
      title: "Amplification at the threshold, from the base rate, against the baseline"
    }),
    Figure.forest({ metric: "at_zhao", title: "Amplification at the threshold, by Zhao et al., against the baseline" }),
    ...chosen.flatMap((regime) => [
      scatter(regime, "bayes"),
      scatter(regime, "baseline"),
      scatter(regime, "straight-through")
    ])
  ]
})
