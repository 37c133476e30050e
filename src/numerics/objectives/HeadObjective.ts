/** An objective on a head as a value: what it needs of a training, and how either back end evaluates it. */
import type { HeadActivation } from "../Network.ts"
import type { Autodiff } from "./Autodiff.ts"
import type { Evaluator, OnHead } from "./Evaluator.ts"
import type { Fused } from "./Fused.ts"

/** A target that is read: as wide as the head, or one value a row; class indices may stand for one-hot rows. */
export interface TargetRead {
  readonly name: string
  readonly per: "unit" | "row"
  readonly classes?: boolean
}

/** What a training would be wrong to ask of an objective. */
export interface ObjectiveProblem {
  /** The objective's field. */
  readonly field: string
  readonly found: string
  readonly expected: string
}

/** How an objective is evaluated. */
export interface Evaluation {
  /** Loss and gradient, for one training: it may keep state from step to step. Both back ends can use it. */
  readonly evaluator: () => Evaluator
  /** Targets that must be there. Default: none. */
  readonly reads?: ReadonlyArray<TargetRead>
  /** The activation that the head must have. Default: any. */
  readonly activation?: HeadActivation
  /** Units of the head that it is about. Default: none by number. */
  readonly units?: ReadonlyArray<number>
  /** What is wrong with it, if anything. */
  readonly check?: (on: OnHead) => ObjectiveProblem | undefined
  /** For TensorFlow.js, to be differentiated there. Default: the evaluator's own gradient, joined to autodiff at the head. */
  readonly autodiff?: Autodiff
  /** A kernel of the engine that does the same as the evaluator, bit for bit up to float32. */
  readonly fused?: Fused
}

/** A term on the outputs of one head. */
export interface HeadObjective extends OnHead, Evaluation {
  readonly _tag: "HeadObjective"
}

/** An objective of one's own: `checkGradient` tells whether its gradient is right. */
export const make = (objective: OnHead & Evaluation): HeadObjective => ({ ...objective, _tag: "HeadObjective" })

/** The same term with its gradient reversed on the way into the trunk: the head minimises it, the trunk maximises it. */
export const reversed = (objective: HeadObjective, strength = 1): HeadObjective => ({
  ...objective,
  trunkFactor: -strength
})
