/** What a trained multi-label classifier says of itself besides its weights. */
import { Artifact, F32 } from "ablate"
import { Schema } from "effect"
import { CocoGender, CocoLabel } from "../coco/CocoSet.ts"
import { AuxiliaryConfig, MultiLabelConfig } from "./MultiLabelConfig.ts"

/** A frequency over the training rows that the auxiliary task asks for, in [0, 1]. */
export const AuxiliaryTarget = Schema.Struct({ label: CocoLabel, gender: CocoGender, value: Schema.Finite })
export type AuxiliaryTarget = typeof AuxiliaryTarget.Type

/** The auxiliary task of a model. */
export const AuxiliaryMeta = Schema.Struct({
  config: AuxiliaryConfig,
  /** Synthetic rows. */
  samples: Schema.Int,
  /** Whether they were drawn anew for every epoch. */
  online: Schema.Boolean,
  targets: Schema.Array(AuxiliaryTarget),
  /** Labels that no training row has: they have no conditional frequency. */
  omitted: Schema.Array(CocoLabel)
})
export type AuxiliaryMeta = typeof AuxiliaryMeta.Type

export const MultiLabelMeta = Schema.Struct({
  train: MultiLabelConfig,
  auxiliary: Schema.NullOr(AuxiliaryMeta),
  inputs: Schema.Int,
  /** Training rows. */
  rows: Schema.Int,
  /** Inputs that are constant over the training rows, where they are standardised: scaled by 1. Else null. */
  constantInputs: Schema.NullOr(Schema.Int),
  epochs: Schema.Int,
  /** Per epoch: the weighted loss, without the decay. */
  loss: Schema.Array(Schema.Finite),
  /** Per epoch: `main`, and with an auxiliary task `auxiliary` (weighted) and `auxiliary/hard`, its unweighted value with indicators. */
  terms: Schema.Record(Schema.String, Schema.Array(Schema.Finite)),
  /** The numerics that made it. */
  numerics: Schema.String
})
export type MultiLabelMeta = typeof MultiLabelMeta.Type

/**
 * `trunk.<i>.weight` [units, inputs], `trunk.<i>.bias` [units], `heads.y.weight` [12, units], `heads.y.bias` [12]; and, where
 * the inputs are standardised, `mean` and `scale`: x ↦ (x − mean) / scale comes first.
 */
export const MultiLabelModel = Artifact.tensors(
  {
    parameters: Artifact.record(F32("...")),
    mean: Artifact.optional(F32("inputs")),
    scale: Artifact.optional(F32("inputs"))
  },
  MultiLabelMeta
)
export type MultiLabelModel = Artifact.Value<typeof MultiLabelModel>
