/** Losses that the engine has kernels for. */

/** The kernels, over blocks of [rows, units] given by their addresses; each returns the sum of the losses. */
export interface LossKernels {
  readonly binaryCrossEntropy: (
    logits: number,
    outputs: number,
    target: number,
    elements: number,
    slope: number,
    limit: number,
    gradient: number
  ) => number
}

/** Addresses of blocks of [rows, units]. */
export interface LossBlocks {
  readonly logits: number
  readonly outputs: number
  readonly target: number
  readonly gradient: number
}

/** How a kernel of the engine computes an objective; only those of the framework have one. */
export interface Fused {
  /** The name of the target that the kernel reads. */
  readonly target: string
  /** The factor on the sum, and on the gradient. */
  readonly slope: (rows: number, width: number) => number
  /** Calls the kernel: gives the sum of the losses, and writes the gradient. */
  readonly sum: (kernels: LossKernels, at: LossBlocks, elements: number, slope: number) => number
}
