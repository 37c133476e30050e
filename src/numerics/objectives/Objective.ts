/** Objectives as values: the terms whose weighted sum a training minimises. */
import type { HeadObjective } from "./HeadObjective.ts"
import type { L2 } from "./L2.ts"

export type { Autodiff, AutodiffHead } from "./Autodiff.ts"
export { type BinaryCrossEntropy, binaryCrossEntropy } from "./BinaryCrossEntropy.ts"
export { type CategoricalCrossEntropy, categoricalCrossEntropy } from "./CategoricalCrossEntropy.ts"
export { type ExpectationMatching, type ExpectedFrequency, expectationMatching } from "./ExpectationMatching.ts"
export type { Fused } from "./Fused.ts"
export {
  type Evaluation,
  type HeadObjective,
  make,
  type ObjectiveProblem,
  reversed,
  type TargetRead
} from "./HeadObjective.ts"
export { type L2, l2 } from "./L2.ts"
export { type Parity, parity } from "./Parity.ts"
export { type SquaredError, squaredError } from "./SquaredError.ts"

/** A term of the loss: on a head's outputs, or on the weights. */
export type Objective = HeadObjective | L2
