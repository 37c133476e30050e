/** What an objective sees of a step, and what it returns. */

/** Float32 in training; float64 where a gradient is checked. */
export type Values = Float32Array | Float64Array

/** One head's results for the rows of one batch; every matrix is row-major. Arrays are reused from step to step. */
export interface ObjectiveBatch {
  /** Rows of this step. The arrays may be longer. */
  rows: number
  /** Units of the head. */
  readonly width: number
  /** [rows, width] after the head's activation. */
  readonly outputs: Values
  /** [rows, width] before the head's activation. */
  readonly logits: Values
  /** The batch's per-row values by name, each [rows, k]. */
  readonly targets: Readonly<Record<string, Values>>
}

/** The pure function behind an objective. */
export interface Evaluator {
  /** Whether `gradient` is with respect to the head's outputs, or to its logits (for forms that are stable only there). */
  readonly at: "output" | "logit"
  /** Whether an epoch's figure is the sum of its steps' values, or their mean weighted by rows. */
  readonly over: "sum" | "mean"
  /** Returns the loss of this batch (unweighted) and writes its gradient, [rows, width], over whatever was there. */
  readonly evaluate: (batch: ObjectiveBatch, gradient: Values) => number
  /** A further figure of the last evaluated batch, kept beside the loss under `<objective>/<name>`. */
  readonly observation?: {
    readonly name: string
    /** The figure, after `evaluate`. */
    readonly read: () => number
  }
}

/** What every objective on a head has. */
export interface OnHead {
  /** Names the term in loss curves, and in an optimiser's list of objectives. */
  readonly name: string
  /** The head that it reads. */
  readonly head: string
  /** The extra batch it is evaluated on; default: the training batch. */
  readonly batch?: string
  /** Factor of the loss; default 1. */
  readonly weight?: number
  /**
   * Factor of the gradient that flows from the head into the trunk; default 1. A negative factor is gradient reversal: the head
   * minimises the term, the trunk maximises it (Ganin & Lempitsky 2015).
   */
  readonly trunkFactor?: number
}

/** The named target, or (checked before training, so never in a step) an empty one. */
export const targetOf = (batch: ObjectiveBatch, name: string): Values => batch.targets[name] ?? NONE

const NONE = new Float32Array(0)
