import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { MemoryPlan } from "../../../src/numerics/engine/Kernels.ts"
import { Rng } from "../../../src/numerics/Rng.ts"

const up = (n: number, to: number) => Math.ceil(n / to) * to
const f = Math.fround

/** Units in panels of eight rows. */
const toPanels = (m: Float32Array, rows: number, units: number) => {
  const panels = new Float32Array(up(rows, 8) * units)
  for (let r = 0; r < rows; r++) {
    for (let u = 0; u < units; u++) panels[((r >> 3) * units + u) * 8 + (r & 7)] = m[r * units + u] ?? 0
  }
  return panels
}

const random = (stream: Rng, n: number, zeros = false) =>
  Float32Array.from({ length: n }, () => (zeros && stream.below(2) === 0 ? 0 : stream.normal()))

const shapes = fc.record({
  rows: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(65, 127, 128, 129, 300)),
  inputs: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(65, 300)),
  outputs: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(65)),
  seed: fc.integer({ min: 0, max: 1e6 })
})

describe("Kernels", () => {
  it("products are sums in index order, one rounding an operation, whatever the shape", () => {
    fc.assert(
      fc.property(shapes, ({ inputs, outputs, rows, seed }) => {
        const stream = Rng.stream(seed, "kernels")
        const x = random(stream, rows * inputs)
        const w = random(stream, outputs * inputs)
        const b = random(stream, outputs)
        const d = random(stream, rows * outputs, true)
        const ld = up(inputs, 16)
        const capacity = up(rows, 8)
        const panels = capacity / 8
        const plan = new MemoryPlan()
        const at = {
          w: plan.floats(outputs * ld),
          b: plan.floats(up(outputs, 4)),
          x: plan.floats(rows * ld + 16),
          xPanels: plan.floats(capacity * inputs),
          xStrips: plan.floats(capacity * ld),
          again: plan.floats(capacity * ld),
          y: plan.floats(capacity * outputs),
          d: plan.floats(capacity * outputs),
          dx: plan.floats(capacity * inputs),
          g: plan.floats(outputs * ld),
          gb: plan.floats(up(outputs, 4)),
          rowsAgain: plan.floats(rows * inputs),
          pointers: plan.reserve(4 * capacity),
          zero: plan.floats(ld + 16),
          scratch: 0
        }
        at.scratch = plan.reserve(65536)
        const { buffer, kernels } = plan.allocate()
        assert.isAtMost(kernels.backWeightScratch(), 65536)
        const view = (address: number, n: number) => new Float32Array(buffer, address, n)
        for (let o = 0; o < outputs; o++) view(at.w + 4 * o * ld, inputs).set(w.subarray(o * inputs, (o + 1) * inputs))
        for (let r = 0; r < rows; r++) view(at.x + 4 * r * ld, inputs).set(x.subarray(r * inputs, (r + 1) * inputs))
        view(at.b, outputs).set(b)
        view(at.d, capacity * outputs).set(toPanels(d, rows, outputs))
        new Uint32Array(buffer, at.pointers, capacity).set(
          Array.from({ length: capacity }, (_, r) => (r < rows ? at.x + 4 * r * ld : at.zero))
        )

        kernels.gather(at.pointers, panels, 0, inputs, ld, capacity, at.xPanels, at.xStrips)
        assert.deepStrictEqual(view(at.xPanels, capacity * inputs), toPanels(x, rows, inputs))
        kernels.panelsToStrips(at.xPanels, panels, inputs, ld, capacity, at.again)
        assert.deepStrictEqual(view(at.again, capacity * ld), view(at.xStrips, capacity * ld))
        kernels.panelsToRows(at.xPanels, inputs, 0, inputs, 0, rows, at.rowsAgain)
        assert.deepStrictEqual(view(at.rowsAgain, rows * inputs), x)

        kernels.denseForward(at.w, ld, at.b, at.xPanels, inputs, outputs, panels, at.y, 1)
        const y = new Float32Array(rows * outputs)
        for (let r = 0; r < rows; r++) {
          for (let o = 0; o < outputs; o++) {
            let sum = 0
            for (let k = 0; k < inputs; k++) sum = f(sum + f((w[o * inputs + k] ?? 0) * (x[r * inputs + k] ?? 0)))
            y[r * outputs + o] = Math.max(0, f(sum + (b[o] ?? 0)))
          }
        }
        const expectedY = toPanels(y, rows, outputs)
        const foundY = view(at.y, capacity * outputs)
        for (let r = 0; r < rows; r++) {
          for (let o = 0; o < outputs; o++) {
            const place = ((r >> 3) * outputs + o) * 8 + (r & 7)
            assert.strictEqual(foundY[place], expectedY[place])
          }
        }

        kernels.denseBackInput(at.w, ld, at.d, inputs, outputs, panels, at.xPanels, at.dx, 1)
        const dx = new Float32Array(rows * inputs)
        for (let r = 0; r < rows; r++) {
          for (let i = 0; i < inputs; i++) {
            let sum = 0
            for (let o = 0; o < outputs; o++) sum = f(sum + f((w[o * inputs + i] ?? 0) * (d[r * outputs + o] ?? 0)))
            dx[r * inputs + i] = (x[r * inputs + i] ?? 0) > 0 ? sum : 0
          }
        }
        assert.deepStrictEqual(view(at.dx, capacity * inputs), toPanels(dx, rows, inputs))

        kernels.denseBackWeight(at.d, outputs, rows, at.xStrips, capacity, ld, at.g, at.scratch)
        kernels.denseBackBias(at.d, outputs, panels, at.gb)
        for (let o = 0; o < outputs; o++) {
          let bias = 0
          for (let r = 0; r < rows; r++) bias += d[r * outputs + o] ?? 0
          assert.closeTo(view(at.gb, outputs)[o] ?? Number.NaN, bias, 1e-5 * Math.sqrt(rows) * 4)
          for (let i = 0; i < ld; i++) {
            let sum = 0
            for (let r = 0; r < rows && i < inputs; r++) {
              sum = f(sum + f((d[r * outputs + o] ?? 0) * (x[r * inputs + i] ?? 0)))
            }
            assert.strictEqual(view(at.g + 4 * o * ld, ld)[i] === sum, true)
          }
        }
      }),
      { numRuns: 25 }
    )
  }, 30_000)

  it("a linear unit's gradient through ReLU units is the sum of its weights times those of the units that are on", () => {
    const units = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(127, 128, 129, 300))
    fc.assert(
      fc.property(shapes, units, fc.constantFrom(0, 1), ({ inputs, rows, seed }, units, kind) => {
        const stream = Rng.stream(seed, "kernels")
        const ld = up(inputs, 16)
        const capacity = up(rows, 8)
        const head = random(stream, units)
        const w = random(stream, units * inputs)
        const h = random(stream, capacity * units)
        const below = random(stream, capacity * inputs)
        const plan = new MemoryPlan()
        const at = {
          products: plan.floats(up(units, 8) * ld),
          h: plan.floats(capacity * units),
          below: plan.floats(capacity * inputs),
          dx: plan.floats(capacity * inputs),
          rows: plan.floats(capacity * ld),
          scratch: plan.reserve(65536)
        }
        const { buffer, kernels } = plan.allocate()
        assert.isAtMost(kernels.gatedScratch(), 65536)
        for (let u = 0; u < units; u++)
          for (let i = 0; i < inputs; i++) {
            const width = Math.min(32, ld - (i & ~31))
            new Float32Array(buffer, at.products)[(i & ~31) * units + u * width + (i & 31)] =
              (head[u] ?? 0) * (w[u * inputs + i] ?? 0)
          }
        new Float32Array(buffer, at.h, capacity * units).set(toPanels(h, capacity, units))
        new Float32Array(buffer, at.below, capacity * inputs).set(toPanels(below, capacity, inputs))
        const panels = capacity / 8
        const { below: under, dx: to, h: values, products, rows: room, scratch } = at
        kernels.gatedBackInput(products, units, ld, values, inputs, units, panels, under, to, kind, room, scratch)
        const dx = new Float32Array(capacity * inputs)
        for (let r = 0; r < capacity; r++)
          for (let i = 0; i < inputs; i++) {
            let sum = 0
            for (let u = 0; u < units; u++)
              if ((h[r * units + u] ?? 0) > 0) sum = f(sum + f((head[u] ?? 0) * (w[u * inputs + i] ?? 0)))
            dx[r * inputs + i] = kind === 0 || (below[r * inputs + i] ?? 0) > 0 ? sum : 0
          }
        assert.deepStrictEqual(new Float32Array(buffer, at.dx, capacity * inputs), toPanels(dx, capacity, inputs))
      }),
      { numRuns: 25 }
    )
  }, 30_000)

  it("elementary functions are accurate to single precision over their range", () => {
    const n = 40_000
    const plan = new MemoryPlan()
    const x = plan.floats(n)
    const y = plan.floats(n)
    const { buffer, kernels } = plan.allocate()
    const input = new Float32Array(buffer, x, n)
    const output = new Float32Array(buffer, y, n)
    const worst = (kind: number, at: (i: number) => number, exact: (v: number) => number) => {
      for (let i = 0; i < n; i++) input[i] = at(i / n)
      kernels.elementary(x, y, n, kind)
      let error = 0
      for (let i = 0; i < n; i++) {
        const expected = exact(input[i] ?? 0)
        const relative = expected === 0 ? Math.abs(output[i] ?? 1) : Math.abs((output[i] ?? Number.NaN) / expected - 1)
        error = relative <= error ? error : relative
      }
      return error
    }
    assert.isBelow(
      worst(0, (u) => 174 * u - 87, Math.exp),
      2e-7
    )
    assert.isBelow(
      worst(1, (u) => 1e-37 * 10 ** (74 * u), Math.log),
      3e-7
    )
    assert.isBelow(
      worst(
        2,
        (u) => 100 * u - 50,
        (v) => 1 / (1 + Math.exp(-v))
      ),
      3e-7
    )
    assert.isBelow(
      worst(3, (u) => 20 * u - 10, Math.tanh),
      2e-7
    )
    assert.isBelow(
      worst(3, (u) => 1e-30 * 10 ** (32 * u), Math.tanh),
      2e-7
    )
    for (let kind = 0; kind < 4; kind++) {
      input.fill(Number.NaN)
      kernels.elementary(x, y, 4, kind)
      if (kind !== 1) assert.isNaN(output[0])
    }
  })
})
