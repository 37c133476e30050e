/** One training on the engine: the step, without an allocation in it. */
import type { Float32Tensor } from "../domain/Tensor.ts"
import { EngineOptimiser } from "./EngineOptimiser.ts"
import { ForwardPass, leading, writeRows } from "./ForwardPass.ts"
import { type Kernels, MemoryPlan } from "./Kernels.ts"
import type { Parameters } from "./Network.ts"
import type { ObjectiveBatch } from "./objectives/Evaluator.ts"
import type { Problem, Term } from "./Problem.ts"
import type { Segment } from "./Segment.ts"
import type { Selection, Session } from "./Session.ts"

/** A segment in memory. `offset` is its first row in the step's matrices. */
interface SegmentBlock {
  readonly segment: Segment
  readonly offset: number
  /** Rows, padded, where `gather` reads them. */
  readonly x: number
  readonly targets: ReadonlyArray<{ readonly width: number; readonly from: Float32Array; readonly to: Float32Array }>
  readonly gates: ReadonlyArray<{ readonly from: Float32Array | undefined; readonly to: Float32Array }>
}

interface TermBlock {
  readonly term: Term
  readonly block: SegmentBlock
  readonly batch: ObjectiveBatch
  readonly gradient: Float32Array
  readonly outputsAt: number
  readonly logitsAt: number
  readonly gradientAt: number
  /** The target's copy in the memory, for objectives that have a kernel. */
  readonly kernelTarget: { readonly at: number; readonly from: Float32Array; readonly to: Float32Array } | undefined
}

export class EngineSession implements Session {
  readonly terms: Float64Array
  readonly observations: Float64Array
  readonly #problem: Problem
  readonly #pass: ForwardPass
  readonly #kernels: Kernels
  readonly #buffer: ArrayBuffer
  readonly #segments: ReadonlyArray<SegmentBlock>
  readonly #terms: ReadonlyArray<TermBlock>
  readonly #optimisers: ReadonlyArray<EngineOptimiser>
  readonly #pointers: Uint32Array
  readonly #deltas: ReadonlyArray<number>
  readonly #headDelta: Float32Array
  readonly #trunkDelta: Float32Array
  readonly #headBiasGradient: Float64Array
  readonly #scratch: number
  #packed = false

  constructor(problem: Problem, parameters: Parameters) {
    this.#problem = problem
    const { network } = problem
    const plan = new MemoryPlan()
    const gated = network.heads.map((_, i) => problem.segments.some((segment) => segment.rows.gates[i] !== undefined))
    let rows = 0
    const offsets = problem.segments.map((segment) => {
      const offset = rows
      rows += (segment.rowsPerStep + 7) & ~7
      return offset
    })
    const pass = new ForwardPass(plan, network, rows, gated, true)
    this.#pass = pass
    const ld = leading(network.inputs)
    const xs = problem.segments.map((segment) => plan.floats(segment.rows.count * ld + 16))
    this.#deltas = pass.layers.map((layer) => plan.floats(pass.capacity * layer.units))
    const headDeltaAt = plan.floats(pass.capacity * pass.headUnits)
    const trunkDeltaAt = plan.floats(pass.capacity * pass.headUnits)
    const termPlaces = problem.terms.map((term) => {
      const size = (problem.segments[term.segment]?.rowsPerStep ?? 0) * (network.heads[term.head]?.units ?? 0)
      const targetAt = term.objective._tag === "BinaryCrossEntropy" ? plan.floats(size) : 0
      return {
        size,
        outputsAt: plan.floats(size),
        logitsAt: plan.floats(size),
        gradientAt: plan.floats(size),
        targetAt
      }
    })
    this.#optimisers = problem.optimisers.map((_, i) => new EngineOptimiser(plan, pass, problem, i))
    this.#scratch = plan.reserve(65536)
    const { buffer, kernels } = plan.allocate()
    this.#buffer = buffer
    this.#kernels = kernels
    this.#pointers = new Uint32Array(buffer, pass.pointersAt, pass.capacity)
    this.#headDelta = new Float32Array(buffer, headDeltaAt, pass.capacity * pass.headUnits)
    this.#trunkDelta = new Float32Array(buffer, trunkDeltaAt, pass.capacity * pass.headUnits)
    this.#headBiasGradient = new Float64Array(pass.headUnits)
    this.#segments = problem.segments.map((segment, i) => {
      const offset = offsets[i] ?? 0
      const x = xs[i] ?? 0
      writeRows(buffer, x, segment.rows.x, 0, segment.rows.count, network.inputs)
      return {
        segment,
        offset,
        x,
        targets: Object.values(segment.rows.targets).map(({ data, width }) => ({
          width,
          from: data,
          to: segment.fixed ? data : new Float32Array(segment.rowsPerStep * width)
        })),
        gates: pass.heads.flatMap((head, h) =>
          head.gate === 0
            ? []
            : [
                {
                  from: segment.rows.gates[h],
                  to: new Float32Array(buffer, head.gate + 4 * offset, segment.rowsPerStep).fill(1)
                }
              ]
        )
      }
    })
    this.#terms = problem.terms.flatMap((term, i) => {
      const block = this.#segments[term.segment]
      const place = termPlaces[i]
      if (block === undefined || place === undefined) return []
      const names = Object.keys(block.segment.rows.targets)
      const targets = Object.fromEntries(names.map((name, t) => [name, block.targets[t]?.to ?? new Float32Array(0)]))
      return [
        {
          term,
          block,
          batch: {
            rows: block.segment.rowsPerStep,
            width: network.heads[term.head]?.units ?? 0,
            outputs: new Float32Array(buffer, place.outputsAt, place.size),
            logits: new Float32Array(buffer, place.logitsAt, place.size),
            targets
          },
          gradient: new Float32Array(buffer, place.gradientAt, place.size),
          outputsAt: place.outputsAt,
          logitsAt: place.logitsAt,
          gradientAt: place.gradientAt,
          kernelTarget:
            term.objective._tag === "BinaryCrossEntropy"
              ? {
                  at: place.targetAt,
                  from: targets[term.objective.target ?? term.objective.head] ?? new Float32Array(0),
                  to: new Float32Array(buffer, place.targetAt, place.size)
                }
              : undefined
        }
      ]
    })
    this.terms = new Float64Array(problem.terms.length)
    this.observations = new Float64Array(problem.terms.length)
    pass.load(buffer, parameters)
  }

  step(selections: ReadonlyArray<Selection>, rateFactor: number): void {
    this.differentiate(selections)
    for (let i = 0; i < this.#optimisers.length; i++) {
      const block = this.#optimisers[i]
      if (block !== undefined) block.update(this.#kernels, rateFactor)
    }
  }

  /** Losses, and every optimiser's gradient, at the present parameters. */
  differentiate(selections: ReadonlyArray<Selection>): void {
    const rows = this.#select(selections)
    this.#pass.run(this.#kernels, rows)
    for (let i = 0; i < this.#terms.length; i++) {
      const block = this.#terms[i]
      if (block !== undefined) this.#evaluate(block, i)
    }
    for (let i = 0; i < this.#optimisers.length; i++) {
      const block = this.#optimisers[i]
      if (block !== undefined) this.#backward(block, rows)
    }
  }

  /** Brings the selected rows into place; returns the rows of the step, from the first segment's to the last's. */
  #select(selections: ReadonlyArray<Selection>): number {
    let rows = 0
    for (let s = 0; s < this.#segments.length; s++) {
      const block = this.#segments[s]
      const selection = selections[s]
      if (block === undefined || selection === undefined) continue
      const { fixed } = block.segment
      const count = fixed ? block.segment.rows.count : selection.count
      rows = block.offset + count
      const stale = !(fixed && this.#packed)
      if (stale) this.#gather(block, selection, count)
      for (let t = 0; t < this.#terms.length; t++) {
        const term = this.#terms[t]
        if (term === undefined || term.block !== block) continue
        term.batch.rows = count
        if (stale && term.kernelTarget !== undefined) {
          const { from, to } = term.kernelTarget
          for (let i = 0; i < count * term.batch.width; i++) to[i] = from[i] ?? 0
        }
      }
    }
    this.#packed = true
    return rows
  }

  #gather(block: SegmentBlock, selection: Selection, count: number): void {
    const { network } = this.#pass
    const { fixed } = block.segment
    const ld = leading(network.inputs)
    const panels = (count + 7) >> 3
    for (let i = 0; i < panels * 8; i++) {
      const row = fixed ? i : (selection.rows[selection.start + i] ?? 0)
      this.#pointers[i] = i < count ? block.x + 4 * ld * row : this.#pass.zeroRow
    }
    const { capacity, pointersAt, xPanels, xStrips } = this.#pass
    this.#kernels.gather(pointersAt, panels, block.offset, network.inputs, ld, capacity, xPanels, xStrips)
    for (let g = 0; g < block.gates.length; g++) {
      const gate = block.gates[g]
      if (gate?.from === undefined) continue
      for (let i = 0; i < count; i++)
        gate.to[i] = gate.from[fixed ? i : (selection.rows[selection.start + i] ?? 0)] ?? 0
    }
    if (fixed) return
    for (let t = 0; t < block.targets.length; t++) {
      const target = block.targets[t]
      if (target === undefined) continue
      const { from, to, width } = target
      for (let i = 0; i < count; i++) {
        const row = (selection.rows[selection.start + i] ?? 0) * width
        for (let c = 0; c < width; c++) to[i * width + c] = from[row + c] ?? 0
      }
    }
  }

  #evaluate(block: TermBlock, index: number): void {
    const { batch, gradient, logitsAt, outputsAt, term } = block
    const head = this.#pass.heads[term.head]
    if (head === undefined) return
    const { headUnits, logits, outputs } = this.#pass
    const { offset } = block.block
    this.#kernels.panelsToRows(outputs, headUnits, head.first, head.units, offset, batch.rows, outputsAt)
    this.#kernels.panelsToRows(logits, headUnits, head.first, head.units, offset, batch.rows, logitsAt)
    const { objective } = term
    if (objective._tag === "BinaryCrossEntropy" && block.kernelTarget !== undefined) {
      const slope = 1 / ((objective.labels === "mean" ? head.units : 1) * (objective.rows === "sum" ? 1 : batch.rows))
      const limit = objective.limit ?? Number.POSITIVE_INFINITY
      const sum = this.#kernels.binaryCrossEntropy(
        logitsAt,
        outputsAt,
        block.kernelTarget.at,
        batch.rows * head.units,
        slope,
        limit,
        block.gradientAt
      )
      this.terms[index] = term.weight * slope * sum
      return
    }
    this.terms[index] = term.weight * term.evaluator.evaluate(batch, gradient)
    if (term.evaluator.observation !== undefined) this.observations[index] = term.evaluator.observation.read()
  }

  #backward(block: EngineOptimiser, rows: number): void {
    const pass = this.#pass
    const kernels = this.#kernels
    const panels = (rows + 7) >> 3
    this.#compose(block, panels)
    const { gradients, lowest } = block
    const last = pass.layers.length - 1
    const base = gradients - pass.parametersAt
    const headDelta = this.#headDelta.byteOffset
    const lastLayer = pass.layers[last]
    const lastUnits = lastLayer?.units ?? pass.network.inputs
    const ld = leading(lastUnits)
    if (block.heads) {
      const strips = lastLayer?.strips ?? pass.xStrips
      kernels.denseBackWeight(
        headDelta,
        pass.headUnits,
        rows,
        strips,
        pass.capacity,
        ld,
        base + pass.headWeight,
        this.#scratch
      )
    }
    if (lowest > last || lastLayer === undefined) return
    const trunkDelta = block.split ? this.#trunkDelta.byteOffset : headDelta
    kernels.denseBackInput(
      pass.headWeight,
      ld,
      trunkDelta,
      lastUnits,
      pass.headUnits,
      panels,
      lastLayer.panels,
      this.#deltas[last] ?? 0,
      lastLayer.code
    )
    for (let l = last; l >= lowest; l--) {
      const layer = pass.layers[l]
      const below = pass.layers[l - 1]
      const delta = this.#deltas[l] ?? 0
      if (layer === undefined) continue
      const ld = leading(layer.inputs)
      const strips = below?.strips ?? pass.xStrips
      kernels.denseBackWeight(delta, layer.units, rows, strips, pass.capacity, ld, base + layer.weight, this.#scratch)
      if (layer.bias !== 0) kernels.denseBackBias(delta, layer.units, panels, base + layer.bias)
      if (l > lowest && below !== undefined) {
        kernels.denseBackInput(
          layer.weight,
          ld,
          delta,
          layer.inputs,
          layer.units,
          panels,
          below.panels,
          this.#deltas[l - 1] ?? 0,
          below.code
        )
      }
    }
  }

  /** Adds the optimiser's terms up at the heads' logits (through the gates), for the heads and for the trunk. */
  #compose(block: EngineOptimiser, panels: number): void {
    const pass = this.#pass
    const units = pass.headUnits
    const headDelta = this.#headDelta
    const trunkDelta = this.#trunkDelta
    const biases = this.#headBiasGradient
    headDelta.fill(0, 0, panels * 8 * units)
    if (block.split) trunkDelta.fill(0, 0, panels * 8 * units)
    biases.fill(0)
    const followed = block.optimiser.terms
    for (let t = 0; t < followed.length; t++) {
      const source = this.#terms[followed[t] ?? 0]
      if (source === undefined) continue
      const { batch, gradient, term } = source
      const head = pass.heads[term.head]
      if (head === undefined) continue
      const { outputs, rows, width } = batch
      const atLogit = term.evaluator.at === "logit"
      const { code, first, gate } = head
      const { weight } = term
      const offset = source.block.offset
      const gates = gate === 0 ? undefined : this.#gatesOf(gate)
      for (let r = 0; r < rows; r++) {
        const row = offset + r
        const opening = gates === undefined ? 1 : (gates[row] ?? 1)
        const at = (row >> 3) * units * 8 + (row & 7)
        let mean = 0
        if (!atLogit && code === 2) {
          for (let c = 0; c < width; c++) mean += (gradient[r * width + c] ?? 0) * (outputs[r * width + c] ?? 0)
        }
        for (let c = 0; c < width; c++) {
          let d = gradient[r * width + c] ?? 0
          if (!atLogit && code !== 0) {
            const p = outputs[r * width + c] ?? 0
            d = code === 1 ? d * p * (1 - p) : p * (d - mean)
          }
          d *= weight
          biases[first + c] = (biases[first + c] ?? 0) + d
          const place = at + 8 * (first + c)
          headDelta[place] = (headDelta[place] ?? 0) + d * opening
          if (block.split) trunkDelta[place] = (trunkDelta[place] ?? 0) + d * opening * term.trunkFactor
        }
      }
    }
    const gradients = this.#parameterFloats(block.gradients)
    for (let h = 0; h < pass.heads.length; h++) {
      const head = pass.heads[h]
      if (head === undefined || head.bias === 0) continue
      const start = (head.bias - pass.parametersAt) / 4
      for (let c = 0; c < head.units; c++) gradients[start + c] = biases[head.first + c] ?? 0
    }
  }

  readonly #views = new Map<number, Float32Array>()

  #view(address: number, floats: number): Float32Array {
    const known = this.#views.get(address)
    if (known !== undefined) return known
    const view = new Float32Array(this.#buffer, address, floats)
    this.#views.set(address, view)
    return view
  }

  #gatesOf(address: number): Float32Array {
    return this.#view(address, this.#pass.capacity)
  }

  #parameterFloats(address: number): Float32Array {
    return this.#view(address, this.#pass.parameterFloats)
  }

  penalties(): ReadonlyArray<number> {
    return this.#problem.penalties.map(({ objective, parameters }) => {
      let squares = 0
      this.#pass.parameters.forEach(({ floats, offset }, p) => {
        if (parameters[p]) squares += this.#kernels.sumOfSquares(this.#pass.parametersAt + offset, floats)
      })
      return 0.5 * objective.strength * squares
    })
  }

  parameters(): Record<string, Float32Tensor> {
    return this.#pass.read(this.#buffer)
  }

  /** Of one optimiser's terms, after `differentiate`; without penalties and clipping. */
  gradients(optimiser: number): Record<string, Float32Tensor> {
    return this.#pass.read(this.#buffer, this.#optimisers[optimiser]?.gradients ?? 0)
  }

  dispose(): void {
    this.#views.clear()
  }
}
