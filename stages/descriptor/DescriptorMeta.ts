/** What a learnt descriptor model, and a draw from it, say of themselves besides their tensors. */
import { Artifact, F32 } from "ablate"
import { Schema } from "effect"
import { FitConfig, SampleConfig } from "./DescriptorConfig.ts"

const curve = Schema.Array(Schema.Finite)

/** One figure an iteration. φ are the energy's features: the filters' responses, or the hidden units'. */
export const FitCurves = Schema.Struct({
  /** Mean and maximum over the features of |mean φ observed − mean φ synthesised|. */
  gapMean: curve,
  gapMax: curve,
  /** Root mean square of the gap in units of its sampling error for independent chains: 1 is the floor. Linear energy only. */
  gapOverNoise: curve,
  /** Means of f over training rows and chains. */
  fObserved: curve,
  fSynthesised: curve,
  /** Euclidean norm of the gradient before it is clipped. */
  gradientNorm: curve
})
export type FitCurves = typeof FitCurves.Type

export const DescriptorMeta = Schema.Struct({
  config: FitConfig,
  /** Dimension d of the rows. */
  inputs: Schema.Int,
  /** Training rows. */
  rows: Schema.Int,
  /** Features that are the same in every training row; their scale is 1. */
  constantFeatures: Schema.Array(Schema.Int),
  /** Iterations made. */
  iterations: Schema.Int,
  stopped: Schema.Literals(["tolerance", "iterations"]),
  /** Mean of f over the training rows. */
  fObserved: Schema.Finite,
  curves: FitCurves
})
export type DescriptorMeta = typeof DescriptorMeta.Type

/**
 * The energy's parameters (`trunk.0.weight` [K, d], `trunk.0.bias` [K], `heads.f.weight` [1, K]), `mean` and `scale` of the
 * standardisation, `chains` in standardised units, `observed`: mean φ of the training rows.
 */
export const DescriptorModel = Artifact.tensors(
  {
    parameters: Artifact.record(F32("...")),
    mean: F32("inputs"),
    scale: F32("inputs"),
    chains: F32("chains", "inputs"),
    observed: F32("features")
  },
  DescriptorMeta
)
export type DescriptorModel = Artifact.Value<typeof DescriptorModel>

/** A draw beside the training rows it stands for. Features and positions in standardised units. */
export const DrawDiagnostics = Schema.Struct({
  gapMean: Schema.Finite,
  gapMax: Schema.Finite,
  fObserved: Schema.Finite,
  fSynthesised: Schema.Finite,
  /** Over the d features: largest and mean |mean|, which is 0 in the training rows. */
  meanMax: Schema.Finite,
  meanMean: Schema.Finite,
  /** Over the features that vary: least, mean and largest variance, which is 1 in the training rows. */
  varianceLeast: Schema.NullOr(Schema.Finite),
  varianceMean: Schema.NullOr(Schema.Finite),
  varianceMost: Schema.NullOr(Schema.Finite),
  /** Share of samples all of whose values are finite; always 1, for a draw that left the finite numbers fails. */
  finite: Schema.Finite
})
export type DrawDiagnostics = typeof DrawDiagnostics.Type

export const SyntheticMeta = Schema.Struct({
  config: SampleConfig,
  diagnostics: DrawDiagnostics
})
export type SyntheticMeta = typeof SyntheticMeta.Type

/** A draw, in the embeddings' own units. */
export const SyntheticRows = Artifact.tensors({ x: F32("samples", "inputs") }, SyntheticMeta)
