/** The settings of the study by Choi, Zhang & Liu. */
import { Setting } from "ablate"
import { Schema } from "effect"
import { STAND_IN } from "../../pipelines/coco.ts"
import { Descriptor } from "../../pipelines/coco-bias.ts"
import { CocoLayout, CocoPart } from "../../pipelines/cocoFolder.ts"
import { EMBEDDINGS_DEFAULTS, ExtractorKind } from "../../pipelines/embeddings.ts"
import { GenderWords } from "../../stages/coco/GenderWords.ts"
import { StandInImages } from "../../stages/coco/StandInScene.ts"
import { TrainShare } from "../../stages/coco/split.ts"
import { DrawStart, LinearEnergy, MlpEnergy } from "../../stages/descriptor/DescriptorConfig.ts"
import { OnBadImage } from "../../stages/images/BadImage.ts"
import { SyntheticConfig } from "../../stages/images/synthetic.ts"
import { Attacker, LEAKAGE_DEFAULTS } from "../../stages/metrics/Leakage.ts"
import { RBA_DEFAULTS, RbaConfig } from "../../stages/rba/stages.ts"
import {
  AUXILIARY_DEFAULTS,
  AuxiliaryFields,
  DEFAULT_BETA,
  MULTI_LABEL_DEFAULTS,
  MultiLabelFields,
  ONLINE_DEFAULTS,
  OnlineDraw
} from "../../stages/train/MultiLabelConfig.ts"

const d = MULTI_LABEL_DEFAULTS
const e = EMBEDDINGS_DEFAULTS
const positive = Schema.Finite.check(Schema.isGreaterThan(0))

/** What `--set` may change. Where the paper gives a value, it is the default. */
export const CocoBiasSettings = Schema.Struct({
  seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 5),
  /** `default`: the paper's two classifiers and RBA; `surrogates`: other forms of the auxiliary task; `sweep`: λ; `all`. */
  variants: Setting.make(Schema.Literals(["default", "surrogates", "sweep", "all"]), "default"),
  /** `paper`: what the paper speaks of; `all`: every figure that is measured. */
  columns: Setting.make(Schema.Literals(["paper", "all"]), "paper"),
  coco: Setting.group({
    /** Your folder of COCO: annotations/instances_train2017.json, annotations/captions_train2017.json, train2017/; or 2014's. */
    dir: Setting.make(Schema.NullOr(Schema.String), null),
    /** 2014 or 2017; null: the one whose annotations are there. */
    layout: Setting.make(Schema.NullOr(CocoLayout), null),
    part: Setting.make(CocoPart, "train"),
    words: Setting.make(GenderWords, "whole-word"),
    trainShare: Setting.make(TrainShare, 0.85)
  }),
  standIn: Setting.group({
    seed: Setting.make(Schema.Int, STAND_IN.seed),
    images: Setting.make(StandInImages, STAND_IN.images)
  }),
  embeddings: Setting.group({
    /** Null: `synthetic` for the stand-in; with `coco.dir`, `resnet34` where weights are given, else `centernet`. */
    extractor: Setting.make(Schema.NullOr(ExtractorKind), null),
    /** ResNet-34 as an ONNX file that ends with the pooled 512 values. */
    weights: Setting.make(Schema.NullOr(Schema.String), null),
    /** Parts that are kept as they are finished. */
    shards: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 })), e.shards),
    onBadImage: Setting.make(OnBadImage, e.onBadImage),
    dimension: Setting.make(SyntheticConfig.fields.dimension, e.synthetic.dimension),
    seed: Setting.make(Schema.Int, e.synthetic.seed),
    labelStrength: Setting.make(Schema.Finite, e.synthetic.labelStrength),
    genderStrength: Setting.make(Schema.Finite, e.synthetic.genderStrength),
    genderVisible: Setting.make(SyntheticConfig.fields.genderVisible, e.synthetic.genderVisible)
  }),
  train: Setting.group({
    hidden: Setting.make(MultiLabelFields.hidden, d.hidden),
    activation: Setting.make(MultiLabelFields.activation, d.activation),
    loss: Setting.make(MultiLabelFields.loss, d.loss),
    decay: Setting.make(MultiLabelFields.decay, d.decay),
    l2: Setting.make(Schema.Finite, d.l2 ?? 0),
    learningRate: Setting.make(MultiLabelFields.learningRate, d.learningRate),
    batch: Setting.make(MultiLabelFields.batch, d.batch),
    epochs: Setting.make(MultiLabelFields.epochs, d.epochs),
    standardise: Setting.make(MultiLabelFields.standardise, d.standardise),
    backend: Setting.make(MultiLabelFields.backend, d.backend)
  }),
  auxiliary: Setting.group({
    surrogate: Setting.make(AuxiliaryFields.surrogate, AUXILIARY_DEFAULTS.surrogate),
    beta: Setting.make(positive, DEFAULT_BETA),
    genders: Setting.make(AuxiliaryFields.genders, AUXILIARY_DEFAULTS.genders),
    lambda: Setting.make(AuxiliaryFields.lambda, AUXILIARY_DEFAULTS.lambda),
    /** Synthetic rows that a step sees; null for all of them. */
    rowsPerStep: Setting.make(AuxiliaryFields.rowsPerStep, 64),
    /** Of which rows the frequencies are, where a step does not see all: the step's own, or the last pass over all. */
    frequencies: Setting.make(Schema.Literals(["step", "pass"]), "pass")
  }),
  descriptor: Setting.group({
    energy: Setting.make(Schema.Literals(["linear", "mlp"]), "linear"),
    filters: Setting.make(LinearEnergy.fields.filters, 512),
    /** Leading principal components of the training rows that the filters look along; null for all dimensions. */
    components: Setting.make(Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0))), 16),
    tolerance: Setting.make(LinearEnergy.fields.tolerance, null),
    width: Setting.make(MlpEnergy.fields.width, 256),
    batch: Setting.make(MlpEnergy.fields.batch, null),
    sigma: Setting.make(Descriptor.fields.sigma, 1),
    epsilon: Setting.make(Descriptor.fields.epsilon, 0.3),
    steps: Setting.make(Descriptor.fields.steps, 10),
    chains: Setting.make(Descriptor.fields.chains, 256),
    learningRate: Setting.make(Descriptor.fields.learningRate, 0.001),
    beta1: Setting.make(Descriptor.fields.beta1, 0.9),
    iterations: Setting.make(Descriptor.fields.iterations, 300),
    clip: Setting.make(Descriptor.fields.clip, 1)
  }),
  sample: Setting.group({
    samples: Setting.make(OnlineDraw.fields.samples, 1760),
    steps: Setting.make(Schema.Int, 50),
    start: Setting.make(DrawStart, "chains")
  }),
  online: Setting.group({
    samples: Setting.make(OnlineDraw.fields.samples, ONLINE_DEFAULTS.samples),
    steps: Setting.make(OnlineDraw.fields.steps, ONLINE_DEFAULTS.steps),
    burnIn: Setting.make(OnlineDraw.fields.burnIn, ONLINE_DEFAULTS.burnIn)
  }),
  rba: Setting.group({
    margin: Setting.make(RbaConfig.fields.margin, RBA_DEFAULTS.margin),
    eta: Setting.make(RbaConfig.fields.eta, RBA_DEFAULTS.eta),
    maxIterations: Setting.make(RbaConfig.fields.maxIterations, RBA_DEFAULTS.maxIterations),
    form: Setting.make(RbaConfig.fields.form, RBA_DEFAULTS.form),
    minOccurrences: Setting.make(RbaConfig.fields.minOccurrences, RBA_DEFAULTS.minOccurrences)
  }),
  leakage: Setting.make(Schema.Union([Attacker, Schema.Literal("off")]), LEAKAGE_DEFAULTS.attacker)
})
export type CocoBiasSettings = typeof CocoBiasSettings.Type

/** The descriptor model that the settings ask for. */
export const descriptorOf = ({ descriptor }: Pick<CocoBiasSettings, "descriptor">): Descriptor => {
  const { batch, components, energy, filters, tolerance, width, ...rest } = descriptor
  return {
    ...rest,
    energy:
      energy === "mlp"
        ? { kind: "mlp", width, batch }
        : { kind: "linear", filters, tolerance, ...(components === null ? {} : { components }) }
  }
}
