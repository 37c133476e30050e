/** Inference through the engine's kernels, in blocks of rows; a row's result does not depend on its block. */

import type { Network, Parameters } from "../Network.ts"
import type { HeadResult, Predictor } from "../Predictor.ts"
import type { PreparedRows } from "../PreparedRows.ts"
import { ForwardPass, leading, writeRows } from "./ForwardPass.ts"
import { type Kernels, MemoryPlan } from "./Kernels.ts"

const BLOCK = 256

export class EnginePredictor implements Predictor {
  readonly #network: Network
  readonly #pass: ForwardPass
  readonly #kernels: Kernels
  readonly #buffer: ArrayBuffer
  readonly #x: number
  readonly #result: number
  readonly #pointers: Uint32Array

  /** `rows` only sizes the blocks. */
  constructor(network: Network, rows: number) {
    this.#network = network
    const plan = new MemoryPlan()
    const capacity = Math.min(BLOCK, rows)
    this.#pass = new ForwardPass(
      plan,
      network,
      capacity,
      network.heads.map(() => true),
      false
    )
    this.#x = plan.floats(this.#pass.capacity * leading(network.inputs) + 16)
    this.#result = plan.floats(this.#pass.capacity * this.#pass.headUnits)
    const { buffer, kernels } = plan.allocate()
    this.#buffer = buffer
    this.#kernels = kernels
    this.#pointers = new Uint32Array(buffer, this.#pass.pointersAt, this.#pass.capacity)
  }

  run(parameters: Parameters, rows: PreparedRows): ReadonlyArray<HeadResult> {
    const pass = this.#pass
    const { inputs } = this.#network
    const ld = leading(inputs)
    pass.load(this.#buffer, parameters)
    const results = pass.heads.map((head) => ({
      outputs: new Float32Array(rows.count * head.units),
      logits: new Float32Array(rows.count * head.units)
    }))
    for (let first = 0; first < rows.count; first += pass.capacity) {
      const count = Math.min(pass.capacity, rows.count - first)
      const panels = (count + 7) >> 3
      writeRows(this.#buffer, this.#x, rows.x, first, count, inputs)
      for (let i = 0; i < panels * 8; i++) this.#pointers[i] = i < count ? this.#x + 4 * ld * i : pass.zeroRow
      this.#kernels.gather(pass.pointersAt, panels, 0, inputs, ld, pass.capacity, pass.xPanels, 0)
      pass.heads.forEach((head, h) => {
        const gate = rows.gates[h]
        const block = new Float32Array(this.#buffer, head.gate, pass.capacity)
        if (gate === undefined) block.fill(1)
        else block.set(gate.subarray(first, first + count))
      })
      pass.run(this.#kernels, count)
      pass.heads.forEach((head, h) => {
        const result = results[h]
        if (result === undefined) return
        const take = (from: number, to: Float32Array) => {
          this.#kernels.panelsToRows(from, pass.headUnits, head.first, head.units, 0, count, this.#result)
          to.set(new Float32Array(this.#buffer, this.#result, count * head.units), first * head.units)
        }
        take(pass.outputs, result.outputs)
        take(pass.logits, result.logits)
      })
    }
    return results
  }

  dispose(): void {}
}
