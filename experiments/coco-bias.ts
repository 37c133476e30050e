/** Bias amplification of Choi, Zhang & Liu: a multi-label classifier, and what reduces the gender bias of its predictions. */
import { Experiment, Figure, Grid, Table } from "ablate"
import { numericsId } from "ablate/numerics"
import { cocoFolderOf } from "../pipelines/coco.ts"
import { cocoBias, type Draw, type Treatment } from "../pipelines/coco-bias.ts"
import { cocoImagesDir } from "../pipelines/cocoFolder.ts"
import type { EmbeddingsOptions, ExtractorKind } from "../pipelines/embeddings.ts"
import type { DescriptorModel } from "../stages/descriptor/DescriptorMeta.ts"
import { LEAKAGE_DEFAULTS } from "../stages/metrics/Leakage.ts"
import type { AuxiliaryConfig } from "../stages/train/MultiLabelConfig.ts"
import type { MultiLabelModel } from "../stages/train/MultiLabelMeta.ts"
import { labelBiasScatter } from "./figures/labelBias.ts"
import { choiAmplification } from "./reference/choi.ts"
import { CocoBiasSettings, descriptorOf } from "./settings/cocoBias.ts"

type Settings = CocoBiasSettings

/** Weights of the sweep beside the default one; λ = 0 is the baseline, bit for bit. */
const SWEEP = [0.1, 0.3, 3, 10] as const

const groups = {
  default: ["baseline", "rba", "auxiliary"],
  surrogates: [
    "auxiliary-both",
    "auxiliary-conditional",
    "auxiliary-sharpened",
    "auxiliary-straight-through",
    "auxiliary-straight-through-both",
    "auxiliary-online"
  ],
  sweep: SWEEP.map((lambda) => `auxiliary-λ${lambda}` as const)
} as const
type Method = (typeof groups)[keyof typeof groups][number]

const choices = {
  default: groups.default,
  surrogates: [...groups.default, ...groups.surrogates],
  sweep: [...groups.default, ...groups.sweep],
  all: [...groups.default, ...groups.surrogates, ...groups.sweep]
} as const satisfies { readonly [choice: string]: ReadonlyArray<Method> }

const SURROGATES = ["conditional", "sharpened", "straight-through"] as const

const extractorOf = ({ coco, embeddings }: Settings): ExtractorKind =>
  embeddings.extractor ?? (coco.dir === null ? "synthetic" : embeddings.weights === null ? "centernet" : "resnet34")

const embeddingsOf = (settings: Settings): EmbeddingsOptions => {
  const { dimension, genderStrength, genderVisible, labelStrength, onBadImage, seed, shards, weights } =
    settings.embeddings
  const extractor = extractorOf(settings)
  const folder = cocoFolderOf(settings.coco)
  return {
    extractor,
    imagesDir: folder === null || extractor === "synthetic" ? null : cocoImagesDir(folder),
    weights,
    shards,
    onBadImage,
    synthetic: { dimension, genderStrength, genderVisible, labelStrength, seed }
  }
}

const auxiliaryOf = (method: Method, { auxiliary }: Settings): AuxiliaryConfig => {
  const lambda = SWEEP.find((each) => method === `auxiliary-λ${each}`) ?? auxiliary.lambda
  const genders = method.endsWith("-both") ? "both" : auxiliary.genders
  const surrogate = SURROGATES.find((each) => method.startsWith(`auxiliary-${each}`)) ?? auxiliary.surrogate
  const beta = surrogate === "sharpened" ? auxiliary.beta : null
  const { rowsPerStep } = auxiliary
  const frequencies = rowsPerStep === null ? null : auxiliary.frequencies
  return { surrogate, beta, genders, lambda, rowsPerStep, frequencies }
}

const treatmentOf = (method: Method, settings: Settings): Treatment => {
  const { online, rba, sample } = settings
  if (method === "baseline") return { kind: "none" }
  if (method === "rba") return { kind: "rba", rba }
  const auxiliary = auxiliaryOf(method, settings)
  const draw: Draw = sample
  return method === "auxiliary-online"
    ? { kind: "online", auxiliary, draw: online }
    : { kind: "auxiliary", auxiliary, draw }
}

const amplification = "bias amplification"
const accuracy = "accuracy"

const paperColumns = [
  { metric: "amp_zhao", label: "by Zhao et al.", better: "lower", group: amplification },
  { metric: "amp_signed", label: "signed", group: amplification },
  { metric: "amp_abs", label: "absolute", better: "lower", group: amplification },
  { metric: "reduction_zhao", label: "reduction", better: "higher" },
  { metric: "labels_undefined", label: "labels left out", kind: "count", better: "lower", digits: 1 },
  {
    metric: "acc_train",
    label: "train",
    kind: "share",
    better: "higher",
    group: accuracy,
    beside: { metric: "majority_train", label: "majority" }
  },
  {
    metric: "acc_test",
    label: "test",
    kind: "share",
    better: "higher",
    group: accuracy,
    beside: { metric: "majority_test", label: "majority" }
  },
  {
    metric: "gender_acc",
    label: "gender",
    kind: "share",
    better: "higher",
    group: accuracy,
    beside: { metric: "gender_majority", label: "majority" }
  }
] as const

const allColumns = [
  ...paperColumns,
  { metric: "amp_zhao_test", label: "against test", better: "lower", group: amplification },
  { metric: "amp_zhao_truth", label: "of the truth", group: amplification },
  { metric: "reduction_signed", label: "signed reduction", better: "higher" },
  { metric: "reduction_abs", label: "absolute reduction", better: "higher" },
  { metric: "reduction_zhao_shared", label: "reduction, shared labels", better: "higher" },
  {
    metric: "man_share_predicted",
    label: "predicted men",
    kind: "share",
    beside: { metric: "man_share", label: "true" }
  },
  { metric: "macro_f1", label: "macro F1", kind: "share", better: "higher" },
  { metric: "map", label: "mAP", kind: "share", better: "higher" },
  { metric: "dir_a_to_t", label: "gender → label", group: "directional amplification" },
  { metric: "dir_t_to_a", label: "label → gender", group: "directional amplification" },
  { metric: "dp_gap", label: "mean", kind: "share", better: "lower", group: "demographic parity gap" },
  { metric: "dp_gap_max", label: "largest", kind: "share", better: "lower", group: "demographic parity gap" },
  { metric: "eo_gap", label: "mean", kind: "share", better: "lower", group: "equalised odds gap" },
  { metric: "eo_gap_max", label: "largest", kind: "share", better: "lower", group: "equalised odds gap" },
  { metric: "leak_data", label: "labels", kind: "share", group: "leakage" },
  { metric: "leak_model", label: "model", kind: "share", better: "lower", group: "leakage" },
  { metric: "leak_amp", label: "amplification", better: "lower", group: "leakage" }
] as const

const caption = (settings: Settings): ReadonlyArray<string> => {
  const { auxiliary, descriptor, sample, train } = settings
  const energy =
    descriptor.energy === "linear"
      ? `${descriptor.filters} random filters over ${descriptor.components === null ? "all dimensions" : `${descriptor.components} principal components`}`
      : `a network of ${descriptor.width} hidden units`
  return [
    `Classifiers: ${[settings.embeddings.dimension, ...train.hidden, 12].slice(1).join("-")} units above the embedding, ${train.loss}, Adam at ${train.learningRate}, L2 ${train.l2} (${train.decay}), batch ${train.batch ?? "full"}, ${train.epochs} epochs; trained by ${train.backend === "engine" ? "Ablate's deterministic engine" : "TensorFlow.js"} (${numericsId(train.backend)}).`,
    `Auxiliary task: ${auxiliary.surrogate} surrogate, λ = ${auxiliary.lambda}, ${auxiliary.genders === "man" ? "man only" : "both genders"}; ${sample.samples.toLocaleString("en-US")} rows from a descriptor model of ${energy} (Langevin steps of ε = ${descriptor.epsilon}), ${auxiliary.rowsPerStep === null ? "all of them in every step" : `${auxiliary.rowsPerStep} of them a step, frequencies of the ${auxiliary.frequencies === "pass" ? "last pass over all" : "step's own"}`}. λ = 0 is the baseline, bit for bit.`,
    "Amplification: share of men among the test images predicted to have a label, by predicted gender, against the training images' share; towards the label's own side (Zhao et al.), signed towards men, and absolute. Labels without a predicted image are left out and counted.",
    "Reduction: 1 − amplification / the baseline's, seed by seed. rba: corpus-level constraints (Zhao et al. 2017) on the baseline's decisions; its scores stay, so figures of scores are the baseline's.",
    "Accuracy: of all twelve bits of an image; beside it, of always answering the training images' majority."
  ]
}

const biasScatter = (method: Method, file: string, title: string, subtitle: ReadonlyArray<string> = []) =>
  labelBiasScatter({ file, title, subtitle, where: { method }, metric: "amp_zhao" })

const lambdaAt = ({ auxiliary }: Settings) => ({
  baseline: 0,
  auxiliary: auxiliary.lambda,
  ...Object.fromEntries(SWEEP.map((lambda) => [`auxiliary-λ${lambda}`, lambda]))
})

const figuresOf = (settings: Settings) => {
  const { auxiliary, variants } = settings
  const sweeps = variants === "sweep" || variants === "all"
  return [
    biasScatter("baseline", "figure-1-baseline.svg", "Figure 1. Baseline"),
    biasScatter("auxiliary", "figure-2-auxiliary.svg", "Figure 2. Auxiliary task", [
      `${auxiliary.surrogate} surrogate, λ = ${auxiliary.lambda}`
    ]),
    biasScatter("rba", "figure-rba.svg", "RBA"),
    Figure.curves({
      file: "curves-auxiliary.svg",
      title: "Auxiliary task: loss and its terms",
      where: { method: "auxiliary" },
      from: "model",
      curves: ({ meta: { loss, terms } }: MultiLabelModel) => ({ loss, ...terms })
    }),
    Figure.curves({
      file: "curves-descriptor.svg",
      title: "Descriptor model: observed against synthesised statistics",
      where: { method: "auxiliary" },
      from: "descriptor",
      curves: ({ meta: { curves } }: DescriptorModel) => ({ mean: curves.gapMean, largest: curves.gapMax }),
      xTitle: "iteration",
      yTitle: "gap",
      scale: "log"
    }),
    Figure.tradeoff({
      file: "tradeoff.svg",
      title: "Accuracy against bias amplification",
      x: { metric: "amp_zhao", better: "zero" },
      y: { metric: "acc_test", better: "higher" }
    }),
    Figure.forest({
      file: "forest-amplification.svg",
      title: "Mean bias amplification against the baseline",
      metric: "amp_zhao"
    }),
    ...(sweeps
      ? [
          Figure.sweep({
            file: "sweep-lambda.svg",
            title: "Mean bias amplification along λ",
            metric: "amp_zhao",
            axis: "method",
            where: { method: Object.keys(lambdaAt(settings)) },
            at: lambdaAt(settings),
            scale: "even",
            xTitle: "λ of the auxiliary task"
          })
        ]
      : [])
  ]
}

export default Experiment.make("coco-bias", {
  description: "Gender-bias amplification of a multi-label classifier, and its reduction by an auxiliary task",
  settings: CocoBiasSettings,
  pipeline: cocoBias,
  grid: ({ seeds, variants }) => Grid.axes({ method: choices[variants] }).cross({ seed: Grid.seeds(seeds) }),
  params: ({ method, seed }, settings) => ({
    folder: cocoFolderOf(settings.coco),
    set: { words: settings.coco.words, standIn: settings.standIn },
    embeddings: embeddingsOf(settings),
    trainShare: settings.coco.trainShare,
    train: { ...settings.train, l2: settings.train.decay === "none" ? null : settings.train.l2 },
    descriptor: descriptorOf(settings),
    treatment: treatmentOf(method, settings),
    leakage: settings.leakage === "off" ? null : { attacker: settings.leakage, rounds: LEAKAGE_DEFAULTS.rounds },
    seed
  }),
  table: (settings) =>
    Table.make({
      title: "Gender bias of a multi-label classifier on the COCO subset",
      rows: ["method"],
      columns: settings.columns === "paper" ? paperColumns : allColumns,
      baseline: { method: "baseline" },
      reference: { label: "paper", rows: choiAmplification },
      claims: [
        {
          text: "the auxiliary task lowers mean bias amplification (from 16.24 % to 7.5 %, a reduction of 53.82 %)",
          source: "the paper",
          metric: "amp_zhao",
          labels: { method: "auxiliary" },
          direction: "lower"
        },
        {
          text: "the auxiliary task lowers mean bias amplification with the indicator itself forward (straight-through) and both genders matched",
          source: "the paper",
          metric: "amp_zhao",
          labels: { method: "auxiliary-straight-through-both" },
          direction: "lower"
        },
        {
          text: "corpus-level constraints lower mean bias amplification (the paper quotes 47.5 %)",
          source: "Zhao et al.",
          metric: "amp_zhao",
          labels: { method: "rba" },
          direction: "lower"
        }
      ],
      headline: { columns: ["amp_zhao", "amp_abs", "reduction_zhao", "acc_test"] },
      // The stages tell of images, embeddings and weights.
      sources: [],
      caption: caption(settings)
    }),
  figures: figuresOf
})
