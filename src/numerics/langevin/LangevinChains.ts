/** Langevin chains in a field: their positions and generators in the engine's memory, moved block by block. */
import type { Kernels, MemoryPlan } from "../engine/Kernels.ts"
import { Rng } from "../Rng.ts"
import type { LangevinField } from "./LangevinField.ts"

/** Steps of a block between looks at whether its numbers are finite. */
const STRIDE = 16

/** The constants of x ← keep·x + slope·∇f + noise·Z. */
export interface StepSizes {
  readonly keep: number
  readonly slope: number
  readonly noise: number
}

/** x − ε²/2·(x/σ² − ∇f) + ε·Z. */
export const stepSizes = (sigma: number, epsilon: number): StepSizes => {
  const half = 0.5 * epsilon * epsilon
  return { keep: 1 - half / (sigma * sigma), slope: half, noise: epsilon }
}

export interface NotFinite {
  readonly step: number
  readonly chains: number
  readonly of: number
}

export class LangevinChains {
  readonly count: number
  readonly field: LangevinField
  readonly #panels: number
  readonly #x: number
  readonly #z: number
  readonly #states: number
  readonly #sizes: StepSizes
  /** By block: steps to do, and steps done. */
  readonly #pending: Float64Array
  readonly #done: Float64Array
  #memory: { readonly buffer: ArrayBuffer; readonly kernels: Kernels } | undefined

  constructor(plan: MemoryPlan, field: LangevinField, count: number, sizes: StepSizes) {
    const rows = (count + 7) & ~7
    this.count = count
    this.field = field
    this.#sizes = sizes
    this.#panels = rows / 8
    this.#x = plan.floats(rows * field.dimension)
    this.#z = plan.floats(8 * field.blockPanels * this.#normals)
    this.#states = plan.reserve(16 * rows)
    const blocks = Math.ceil(this.#panels / field.blockPanels)
    this.#pending = new Float64Array(blocks)
    this.#done = new Float64Array(blocks)
  }

  /**
   * Gives every chain its generator, the stream `<purpose>/<chain>` of the seed: what a chain does depends on its number
   * alone, not on how many there are.
   */
  attach(memory: { readonly buffer: ArrayBuffer; readonly kernels: Kernels }, seed: number, purpose: string): void {
    this.#memory = memory
    const states = new Uint32Array(memory.buffer, this.#states, 32 * this.#panels)
    for (let chain = 0; chain < 8 * this.#panels; chain++) {
      const stream = Rng.stream(seed, `${purpose}/${chain}`)
      const at = 32 * (chain >> 3) + (chain & 7)
      for (let word = 0; word < 4; word++) states[at + 8 * word] = stream.bits32()
      // All zeros is the generator's fixed point.
      if ([0, 8, 16, 24].every((word) => states[at + word] === 0)) states[at] = 1
    }
  }

  /** Places every chain at a draw from N(0, scale²) of its own generator. */
  scatter(scale: number): void {
    const { buffer, kernels } = this.#bound
    const { blockPanels, dimension } = this.field
    const normals = this.#normals
    const z = new Float32Array(buffer, this.#z, 8 * blockPanels * normals)
    const x = new Float32Array(buffer, this.#x, 8 * this.#panels * dimension)
    for (let first = 0; first < this.#panels; first += blockPanels) {
      const panels = Math.min(blockPanels, this.#panels - first)
      kernels.normals(this.#states + 128 * first, panels, normals / 2, this.#z)
      for (let p = 0; p < panels; p++) {
        const at = 8 * (first + p) * dimension
        for (let i = 0; i < 8 * dimension; i++) x[at + i] = scale * (z[8 * p * normals + i] ?? 0)
      }
    }
  }

  /** Address of the positions. */
  get positions(): number {
    return this.#x
  }

  queue(steps: number): void {
    for (let b = 0; b < this.#pending.length; b++) this.#pending[b] = (this.#pending[b] ?? 0) + steps
  }

  /** Moves until the time (of `performance.now()`) or until nothing is queued; true then. The time decides no result. */
  runUntil(deadline: number): boolean | NotFinite {
    for (let b = 0; b < this.#pending.length; b++) {
      const first = b * this.field.blockPanels
      const panels = Math.min(this.field.blockPanels, this.#panels - first)
      while ((this.#pending[b] ?? 0) > 0) {
        this.#move(first, panels)
        const left = (this.#pending[b] ?? 0) - 1
        const step = (this.#done[b] ?? 0) + 1
        this.#pending[b] = left
        this.#done[b] = step
        // At fixed steps, so that a failure names the same one every time.
        if (left === 0 || step % STRIDE === 0) {
          const bad = this.#stray(first, panels)
          if (bad > 0) return { step, chains: bad, of: Math.min(8 * panels, this.count - 8 * first) }
        }
        if (performance.now() >= deadline) return false
      }
    }
    return true
  }

  /** Calls `visit` with the address of every block's positions, its first chain and its chains. */
  blocks(visit: (x: number, first: number, rows: number) => void): void {
    const { blockPanels, dimension } = this.field
    for (let first = 0; first < this.#panels; first += blockPanels) {
      const rows = Math.min(8 * blockPanels, this.count - 8 * first)
      visit(this.#x + 32 * first * dimension, 8 * first, rows)
    }
  }

  /** ‖x‖² of every chain, the same in every rotation of the coordinates. */
  squaredNorms(): Float64Array {
    const { dimension } = this.field
    const x = new Float32Array(this.#bound.buffer, this.#x, 8 * this.#panels * dimension)
    return Float64Array.from({ length: this.count }, (_, chain) => {
      const at = 8 * dimension * (chain >> 3) + (chain & 7)
      let squares = 0
      for (let k = 0; k < dimension; k++) squares += (x[at + 8 * k] ?? 0) * (x[at + 8 * k] ?? 0)
      return squares
    })
  }

  /** Normals a chain and step: an even number, because they come in pairs. */
  get #normals(): number {
    return (this.field.dimension + 1) & ~1
  }

  get #bound() {
    if (this.#memory === undefined) throw new RangeError("chains are used before their memory is there")
    return this.#memory
  }

  #move(first: number, panels: number): void {
    const { kernels } = this.#bound
    const { dimension } = this.field
    const { keep, noise, slope } = this.#sizes
    const normals = this.#normals
    const x = this.#x + 32 * first * dimension
    const gradient = this.field.gradient(x, first, panels)
    kernels.normals(this.#states + 128 * first, panels, normals / 2, this.#z)
    kernels.langevin(x, gradient, this.#z, dimension, normals, panels, keep, slope, noise)
  }

  /** Chains of a block with a coordinate that is not finite. */
  #stray(first: number, panels: number): number {
    const { buffer, kernels } = this.#bound
    const { dimension } = this.field
    const x = this.#x + 32 * first * dimension
    if (Number.isFinite(kernels.sumOfSquares(x, 8 * panels * dimension))) return 0
    const floats = new Float32Array(buffer, x, 8 * panels * dimension)
    let bad = 0
    for (let chain = 0; chain < Math.min(8 * panels, this.count - 8 * first); chain++) {
      const at = 8 * dimension * (chain >> 3) + (chain & 7)
      let finite = true
      for (let k = 0; k < dimension; k++) finite &&= Number.isFinite(floats[at + 8 * k])
      if (!finite) bad++
    }
    return Math.max(bad, 1)
  }
}
