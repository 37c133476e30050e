/** Where chains move: a free energy f over rows, in coordinates of the field's own. */
import type { Float32Tensor } from "../../domain/Tensor.ts"
import type { Kernels } from "../engine/Kernels.ts"
import type { Parameters } from "../Network.ts"

/** The memory of one sampler. */
export interface FieldMemory {
  readonly buffer: ArrayBuffer
  readonly kernels: Kernels
}

/** Which parameters' gradients are wanted. */
export type GradientOf = "all" | "heads"

/**
 * Positions are panels [panel][dimension][8] (kernels/dense.ts). A block is `panels` panels of chains, from panel `first` of all
 * chains on; `x` is the address of its positions. Coordinates are a rotation of the rows' (or the rows' own): N(0, I) is the
 * same in both.
 */
export interface LangevinField {
  readonly dimension: number
  /** Panels of a block at most. */
  readonly blockPanels: number
  /** Binds the field to the memory that its plan became. */
  attach(memory: FieldMemory): void
  load(parameters: Parameters): void
  /** Writes ∇f at a block's positions, laid out as they are, and returns its address. */
  gradient(x: number, first: number, panels: number): number
  /** Writes f of a block's rows to `to` from index `offset` on. */
  values(x: number, rows: number, to: Float64Array, offset: number): void
  /** Adds Σ over a block's rows of ∂f/∂θ to `sums`, by the parameter's name, row-major. */
  addGradients(x: number, rows: number, of: GradientOf, sums: Map<string, Float64Array>): void
  /** Row-major rows [rows, dimension] in the rows' coordinates, to and from all panels at `x`. */
  place(rows: Float32Tensor, x: number): void
  read(x: number, rows: number): Float32Array
}
