/** A segment's rows in the engine's memory, and the ones of the present step in their place. */

import type { Segment } from "../Segment.ts"
import type { Selection } from "../Session.ts"
import { type ForwardPass, leading, writeRows } from "./ForwardPass.ts"
import type { Kernels, MemoryPlan } from "./Kernels.ts"

/** Reserves the rows of a segment, padded as `gather` reads them, and returns their address. */
export const reserveRows = (plan: MemoryPlan, { network }: ForwardPass, segment: Segment): number =>
  plan.floats(segment.rows.count * leading(network.inputs) + 16)

interface StepColumn {
  readonly width: number
  readonly from: Float32Array
  readonly to: Float32Array
}

interface StepGate {
  readonly from: Float32Array | undefined
  readonly to: Float32Array
}

export class EngineSegment {
  readonly segment: Segment
  /** Its first row in the step's matrices. */
  readonly offset: number
  /** The step's targets by name, [rowsPerStep, width]. */
  readonly targets: Readonly<Record<string, Float32Array>>
  /** Rows of the step. */
  rows = 0
  /** Whether the last selection brought rows into place: a fixed segment's stay there. */
  changed = false
  readonly #pass: ForwardPass
  readonly #kernels: Kernels
  readonly #buffer: ArrayBuffer
  readonly #x: number
  readonly #pointers: Uint32Array
  readonly #columns: ReadonlyArray<StepColumn>
  readonly #gates: ReadonlyArray<StepGate>
  #packed = false

  /** Copies the segment's rows to the address `x`. */
  constructor(
    { buffer, kernels }: { readonly buffer: ArrayBuffer; readonly kernels: Kernels },
    pass: ForwardPass,
    segment: Segment,
    offset: number,
    x: number
  ) {
    const { fixed, rows, rowsPerStep } = segment
    this.segment = segment
    this.offset = offset
    this.#pass = pass
    this.#kernels = kernels
    this.#buffer = buffer
    this.#x = x
    this.#pointers = new Uint32Array(buffer, pass.pointersAt, pass.capacity)
    this.replace(rows.x)
    const columns = Object.entries(rows.targets).map(([name, { data, width }]) => ({
      name,
      width,
      from: data,
      to: fixed ? data : new Float32Array(rowsPerStep * width)
    }))
    this.#columns = columns
    this.targets = Object.fromEntries(columns.map(({ name, to }) => [name, to]))
    this.#gates = pass.heads.flatMap(({ gate }, h) =>
      gate === 0 ? [] : [{ from: rows.gates[h], to: new Float32Array(buffer, gate + 4 * offset, rowsPerStep).fill(1) }]
    )
  }

  /** Takes other values [count, inputs] for the segment's rows, from the next selection on. */
  replace(x: Float32Array): void {
    writeRows(this.#buffer, this.#x, x, 0, this.segment.rows.count, this.#pass.network.inputs)
    this.#packed = false
  }

  /** Brings the selected rows, with their targets and gates, into place. */
  select(selection: Selection): void {
    const { fixed, rows } = this.segment
    this.rows = fixed ? rows.count : selection.count
    this.changed = !(fixed && this.#packed)
    this.#packed = true
    if (this.changed) this.#gather(selection)
  }

  #gather(selection: Selection): void {
    const { fixed } = this.segment
    const count = this.rows
    const { capacity, network, pointersAt, xPanels, xStrips, zeroRow } = this.#pass
    const ld = leading(network.inputs)
    const panels = (count + 7) >> 3
    for (let i = 0; i < panels * 8; i++) {
      const row = fixed ? i : (selection.rows[selection.start + i] ?? 0)
      this.#pointers[i] = i < count ? this.#x + 4 * ld * row : zeroRow
    }
    this.#kernels.gather(pointersAt, panels, this.offset, network.inputs, ld, capacity, xPanels, xStrips)
    for (let g = 0; g < this.#gates.length; g++) {
      const gate = this.#gates[g]
      if (gate?.from === undefined) continue
      for (let i = 0; i < count; i++)
        gate.to[i] = gate.from[fixed ? i : (selection.rows[selection.start + i] ?? 0)] ?? 0
    }
    if (fixed) return
    for (let t = 0; t < this.#columns.length; t++) {
      const column = this.#columns[t]
      if (column === undefined) continue
      const { from, to, width } = column
      for (let i = 0; i < count; i++) {
        const row = (selection.rows[selection.start + i] ?? 0) * width
        for (let c = 0; c < width; c++) to[i * width + c] = from[row + c] ?? 0
      }
    }
  }
}
