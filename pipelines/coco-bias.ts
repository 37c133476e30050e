/** The study of Choi, Zhang & Liu: from annotated images to the gender bias of one classifier. */
import { type Node, Pipeline } from "ablate"
import { Schema } from "effect"
import type { CocoRows, CocoSplit } from "../stages/coco/CocoRows.ts"
import { cocoNotes, cocoRows, cocoSplit } from "../stages/coco/stages.ts"
import { FitConfig, SampleConfig } from "../stages/descriptor/DescriptorConfig.ts"
import { fitDescriptor, sampleDescriptor } from "../stages/descriptor/stages.ts"
import { cocoFiguresMerge, cocoImages, cocoLabelBias, cocoLeakage, cocoMetrics } from "../stages/metrics/cocoStages.ts"
import { Attacker } from "../stages/metrics/Leakage.ts"
import { RbaConfig, rbaCalibrate } from "../stages/rba/stages.ts"
import { AuxiliaryConfig, MultiLabelConfig, OnlineDraw } from "../stages/train/MultiLabelConfig.ts"
import {
  predictMultiLabels,
  trainMultiLabelAuxiliary,
  trainMultiLabelBaseline,
  trainMultiLabelOnline
} from "../stages/train/multiLabelStages.ts"
import { CocoSetOptions, cocoSetNode } from "./coco.ts"
import { CocoFolder } from "./cocoFolder.ts"
import { EmbeddingsOptions, embeddingsNode } from "./embeddings.ts"

/** The draw's seed is the cell's. */
const { seed: _, ...drawFields } = SampleConfig.fields
const { seed: __, ...fitFields } = FitConfig.fields

/** A descriptor model's configuration, without its seed. */
export const Descriptor = Schema.Struct(fitFields)
export type Descriptor = typeof Descriptor.Type

/** A draw from it, without its seed. */
export const Draw = Schema.Struct(drawFields)
export type Draw = typeof Draw.Type

/** What is done about bias: nothing, the auxiliary task on synthetic rows drawn once or every epoch, or RBA afterwards. */
export const Treatment = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("none") }),
  Schema.Struct({ kind: Schema.Literal("auxiliary"), auxiliary: AuxiliaryConfig, draw: Draw }),
  Schema.Struct({ kind: Schema.Literal("online"), auxiliary: AuxiliaryConfig, draw: OnlineDraw }),
  Schema.Struct({ kind: Schema.Literal("rba"), rba: RbaConfig })
])
export type Treatment = typeof Treatment.Type

const Params = Schema.Struct({
  /** The user's folder of COCO; null for the stand-in. */
  folder: Schema.NullOr(CocoFolder),
  set: CocoSetOptions,
  embeddings: EmbeddingsOptions,
  trainShare: Schema.Finite,
  train: MultiLabelConfig,
  descriptor: Descriptor,
  treatment: Treatment,
  /** How leakage is measured; null: not at all. */
  leakage: Schema.NullOr(Schema.Struct({ attacker: Attacker, rounds: Schema.Int })),
  seed: Schema.Int
})
export type CocoBiasParams = typeof Params.Type
type Params = CocoBiasParams

interface Data {
  readonly rows: Node<CocoRows>
  readonly split: Node<CocoSplit>
}

/** The images, their rows and the cell's split of them. */
export const cocoData = (p: Params) => {
  const set = cocoSetNode(p.folder, p.set)
  const rows = cocoRows.node({ set, embeddings: embeddingsNode(set, p.embeddings) })
  return { set, rows, split: cocoSplit.node({ rows }, { seed: p.seed, trainShare: p.trainShare }) }
}

/** A treatment's model (the baseline's, where predictions alone are treated), and the descriptor model it learns beside. */
export const cocoModel = (data: Data, { descriptor: config, seed, train, treatment }: Params) => {
  if (treatment.kind === "none" || treatment.kind === "rba")
    return { model: trainMultiLabelBaseline.node(data, { train, seed }) }
  const descriptor = fitDescriptor.node(data, { ...config, seed })
  const { auxiliary } = treatment
  const model =
    treatment.kind === "online"
      ? trainMultiLabelOnline.node({ ...data, descriptor }, { train, auxiliary, draw: treatment.draw, seed })
      : trainMultiLabelAuxiliary.node(
          { ...data, synthetic: sampleDescriptor.node({ model: descriptor }, { ...treatment.draw, seed }) },
          { train, auxiliary, seed }
        )
  return { model, descriptor }
}

export const cocoBias = Pipeline.make("coco-bias", Params, (p) => {
  const { set, ...data } = cocoData(p)
  const baseline = predictMultiLabels.node({
    ...data,
    model: cocoModel(data, { ...p, treatment: { kind: "none" } }).model
  })
  const { descriptor, model } = cocoModel(data, p)
  const classified = predictMultiLabels.node({ ...data, model })
  const predictions =
    p.treatment.kind === "rba" ? rbaCalibrate.node({ ...data, predictions: classified }, p.treatment.rba) : classified
  return {
    ...(descriptor === undefined ? {} : { descriptor }),
    model,
    predictions,
    contributions: cocoImages.node({ ...data, predictions }),
    labelBias: cocoLabelBias.node({ ...data, predictions }),
    metrics: cocoFiguresMerge.node({
      figures: cocoMetrics.node({ ...data, predictions, baseline }),
      leakage: p.leakage === null ? [] : [cocoLeakage.node({ ...data, predictions }, { ...p.leakage, seed: p.seed })]
    }),
    notes: cocoNotes.node({ set, rows: data.rows })
  }
})
