import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { f32 } from "../../../src/domain/Tensor.ts"
import type { Network } from "../../../src/numerics/index.ts"
import { type Energy, evaluate, open, type Sampling } from "../../../src/numerics/langevin/Langevin.ts"
import { Rng } from "../../../src/numerics/Rng.ts"
import { fixedChains } from "../fixedChains.ts"
import { ChainNormals, langevinStep } from "../langevinReference.ts"

const head = { name: "f", units: 1, activation: "identity" } as const
const gauss = (stream: Rng, shape: ReadonlyArray<number>, deviation = 1) =>
  f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => deviation * stream.normal())
  )

/** f(x) = w·x. */
const linear = (w: ReadonlyArray<number>): Energy => ({
  network: { inputs: w.length, trunk: [], heads: [{ ...head, bias: false }] },
  parameters: { "heads.f.weight": f32([1, w.length], Float32Array.from(w)) }
})

/** ReLU layers of given widths on d inputs, with random parameters. */
const layered = (d: number, widths: ReadonlyArray<number>, seed: number): Energy => {
  const stream = Rng.stream(seed, "energy")
  const network: Network = {
    inputs: d,
    trunk: widths.map((units) => ({ units, activation: "relu" })),
    heads: [head]
  }
  const sizes = [d, ...widths, 1]
  const parameters = Object.fromEntries(
    sizes.slice(1).flatMap((units, i) => {
      const name = i === widths.length ? "heads.f" : `trunk.${i}`
      const inputs = sizes[i] ?? 0
      return [
        [`${name}.weight`, gauss(stream, [units, inputs], 1 / Math.sqrt(inputs))],
        [`${name}.bias`, gauss(stream, [units], 0.5)]
      ]
    })
  )
  return { network, parameters }
}

/** f and ∇f in float64. */
const plain = ({ network, parameters }: Energy, x: ReadonlyArray<number>): { f: number; gradient: Array<number> } => {
  const layers = [...network.trunk.map((_, i) => `trunk.${i}`), "heads.f"]
  const values = [[...x]]
  for (const [i, name] of layers.entries()) {
    const input = values[i] ?? []
    const weight = parameters[`${name}.weight`]?.data ?? []
    const bias = parameters[`${name}.bias`]?.data
    const units = weight.length / input.length
    values.push(
      Array.from({ length: units }, (_, u) => {
        const sum = input.reduce(
          (total, value, k) => total + value * (weight[u * input.length + k] ?? 0),
          bias?.[u] ?? 0
        )
        return i === layers.length - 1 ? sum : Math.max(sum, 0)
      })
    )
  }
  let gradient = [1]
  for (let i = layers.length - 1; i >= 0; i--) {
    const weight = parameters[`${layers[i]}.weight`]?.data ?? []
    const input = values[i] ?? []
    const above = gradient
    gradient = input.map((value, k) =>
      i > 0 && value === 0 ? 0 : above.reduce((sum, d, u) => sum + d * (weight[u * input.length + k] ?? 0), 0)
    )
  }
  return { f: values[layers.length]?.[0] ?? Number.NaN, gradient }
}

const moments = (values: ReadonlyArray<number>) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length }
}

const rowOf = (data: Float32Array, row: number, width: number) =>
  Array.from(data.subarray(row * width, (row + 1) * width))

describe("Langevin", () => {
  it("the reference makes the step that was worked out by hand", () => {
    // f = w·x, U = −.35·… : oracle langevin_one_step.
    const next = langevinStep([0.3, -1.2], [0.5, 0.25], [1, -0.5], 0.1, 2)
    assert.closeTo(next[0] ?? 0, 0.402125, 1e-12)
    assert.closeTo(next[1] ?? 0, -1.24725, 1e-12)
  })

  it.effect("gives U of that example", () =>
    Effect.gen(function* () {
      const start = f32([1, 2], Float32Array.of(0.3, -1.2))
      const sampler = yield* open({ ...linear([0.5, 0.25]), sigma: 2, epsilon: 0.1, chains: 1, start, seed: 1 })
      assert.closeTo(sampler.energies().U[0] ?? 0, 0.34124999999999994, 1e-7)
      assert.closeTo(sampler.energies().f[0] ?? 0, -0.15, 1e-7)
    })
  )

  for (const [d, widths] of [
    [1, []],
    [3, []],
    [7, [5, 4]],
    [65, [33, 9]],
    [3, [1]]
  ] as const)
    for (const chains of [1, 7, 65])
      it.effect(
        `steps as the float64 reference does: ${d} dimensions, layers ${widths.join("-") || "none"}, ${chains} chains`,
        () =>
          Effect.gen(function* () {
            const energy =
              widths.length === 0 ? linear(Array.from({ length: d }, (_, k) => k - 1)) : layered(d, widths, d)
            const options = { sigma: 1.5, epsilon: 0.3, chains, seed: 5, purpose: "p", learns: "all" } as const
            const sampler = yield* open({ ...energy, ...options })
            let before = sampler.positions().data
            const normals = Array.from({ length: chains }, (_, chain) => new ChainNormals(5, "p", chain, d))
            for (const [chain, stream] of normals.entries()) {
              const x = stream.draw().map((z) => 1.5 * z)
              for (let k = 0; k < d; k++) assert.closeTo(before[chain * d + k] ?? 0, x[k] ?? 0, 1e-5)
            }
            for (let step = 0; step < 3; step++) {
              yield* sampler.run(1)
              const after = sampler.positions().data
              for (let chain = 0; chain < chains; chain++) {
                const x = rowOf(before, chain, d)
                const z = normals[chain]?.draw() ?? []
                const expected = langevinStep(x, plain(energy, x).gradient, z, 0.3, 1.5)
                for (let k = 0; k < d; k++) assert.closeTo(after[chain * d + k] ?? 0, expected[k] ?? 0, 1e-5)
              }
              before = after
            }
          })
      )

  it.effect("rotated chains of a frame make the reference's steps in rotated coordinates, whatever the shape", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom(1, 2, 3, 7, 16, 33, 65),
          fc.constantFrom(1, 3, 7, 31, 65, 130),
          fc.constantFrom(1, 3, 9, 65),
          (d, units, chains) =>
            Effect.runPromise(
              Effect.gen(function* () {
                const energy = layered(d, [units], 100 * d + units)
                const start = gauss(Rng.stream(chains, "start"), [chains, d])
                const sampler = yield* open({ ...energy, sigma: 1, epsilon: 0.2, chains, start, seed: 3 })
                const { f } = sampler.energies()
                const read = sampler.positions().data
                let before = start.data
                for (let i = 0; i < before.length; i++) assert.closeTo(read[i] ?? 0, before[i] ?? 0, 1e-5)
                for (let chain = 0; chain < chains; chain++)
                  assert.closeTo(f[chain] ?? 0, plain(energy, rowOf(before, chain, d)).f, 1e-4)
                for (let step = 0; step < 4; step++) {
                  yield* sampler.run(1)
                  const after = sampler.positions().data
                  for (let chain = 0; chain < chains; chain++) {
                    const x = rowOf(before, chain, d)
                    const still = langevinStep(x, plain(energy, x).gradient, [], 0.2, 1)
                    // A rotation keeps the length of the noise, and that is known.
                    const noise = rowOf(after, chain, d).map((value, k) => (value - (still[k] ?? 0)) / 0.2)
                    const normals = new ChainNormals(3, "langevin", chain, d)
                    for (let skipped = 0; skipped < step; skipped++) normals.draw()
                    const length = (v: ReadonlyArray<number>) => Math.hypot(...v)
                    assert.closeTo(length(noise), length(normals.draw()), 2e-4 * (1 + d))
                  }
                  before = after
                }
              })
            )
        ),
        { numRuns: 25 }
      )
    )
  )

  it.effect("the linear energy is sampled from its stationary law: mean σ²w, variance σ²/(1 − ε²/4σ²)", () =>
    Effect.gen(function* () {
      const w = [0.5, -1, 0, 2]
      for (const [sigma, epsilon, variance] of [
        [1, 0.5, 1.0666667],
        [1.5, 1, 2.25 / (1 - 1 / 9)]
      ] as const) {
        const chains = 20_000
        const sampler = yield* open({ ...linear(w), sigma, epsilon, chains, seed: 11 })
        yield* sampler.run(150)
        const { data } = sampler.positions()
        for (const [k, weight] of w.entries()) {
          const found = moments(Array.from({ length: chains }, (_, chain) => data[chain * 4 + k] ?? 0))
          // Four standard errors of independent chains.
          assert.closeTo(found.mean, sigma ** 2 * weight, 4 * Math.sqrt(variance / chains))
          assert.closeTo(found.variance, variance, 4 * variance * Math.sqrt(2 / chains))
        }
      }
    })
  )

  it.effect("rotated and dense chains have the same law", () =>
    Effect.gen(function* () {
      const energy = layered(6, [12], 4)
      const chains = 8000
      const shared = { ...energy, sigma: 1, epsilon: 0.4, chains, seed: 2 }
      const rotated = yield* open(shared)
      const dense = yield* open({ ...shared, learns: "all", purpose: "other" })
      yield* rotated.run(80)
      yield* dense.run(80)
      const [a, b] = [rotated.positions().data, dense.positions().data]
      for (let k = 0; k < 6; k++) {
        const [left, right] = [a, b].map((data) =>
          moments(Array.from({ length: chains }, (_, i) => data[6 * i + k] ?? 0))
        )
        assert.closeTo(left?.mean ?? 0, right?.mean ?? 1, 5 * Math.sqrt(2 / chains))
        assert.closeTo(left?.variance ?? 0, right?.variance ?? 1, 5 * 2 * Math.sqrt(2 / chains))
      }
      const [left, right] = [rotated.gradients(), dense.gradients()].map((g) => g["heads.f.weight"]?.data ?? [])
      for (let u = 0; u < 12; u++) assert.closeTo(left?.[u] ?? 0, right?.[u] ?? 1, 0.08)
    })
  )

  it.effect("gradients are those of numeric differences, by both fields and by evaluate", () =>
    Effect.gen(function* () {
      const energy = layered(5, [7], 8)
      const rows = gauss(Rng.stream(1, "rows"), [11, 5])
      const meanOf = (changed: Energy) => {
        let sum = 0
        for (let r = 0; r < 11; r++) sum += plain(changed, rowOf(rows.data, r, 5)).f
        return sum / 11
      }
      const evaluated = yield* evaluate(energy, rows)
      const shared = { ...energy, sigma: 1, epsilon: 0.1, chains: 11, start: rows, seed: 1 }
      const whole = (yield* open({ ...shared, learns: "all" })).gradients()
      const heads = (yield* open(shared)).gradients()
      assert.sameMembers(Object.keys(whole), Object.keys(energy.parameters))
      for (const [name, { data, shape }] of Object.entries(energy.parameters))
        for (let i = 0; i < data.length; i++) {
          const moved = (by: number) => {
            const values = Float64Array.from(data)
            values[i] = (values[i] ?? 0) + by
            return meanOf({
              ...energy,
              parameters: { ...energy.parameters, [name]: { dtype: "F64", shape, data: values } }
            })
          }
          const expected = (moved(1e-6) - moved(-1e-6)) / 2e-6
          assert.closeTo(evaluated.gradients[name]?.data[i] ?? Number.NaN, expected, 2e-5)
          assert.closeTo(whole[name]?.data[i] ?? Number.NaN, expected, 2e-5)
          if (name === "heads.f.weight") assert.closeTo(heads[name]?.data[i] ?? Number.NaN, expected, 2e-5)
        }
      for (let r = 0; r < 11; r++)
        assert.closeTo(evaluated.f[r] ?? Number.NaN, plain(energy, rowOf(rows.data, r, 5)).f, 1e-5)
    })
  )

  it.effect("a chain's path depends neither on how many there are nor on how its steps are cut up", () =>
    Effect.gen(function* () {
      const energy = layered(19, [21], 6)
      for (const learns of ["heads", "all"] as const) {
        const shared = { ...energy, sigma: 1, epsilon: 0.3, seed: 9, learns }
        const few = yield* open({ ...shared, chains: 3 })
        const many = yield* open({ ...shared, chains: 200 })
        yield* few.run(300)
        for (const steps of [1, 99, 0, 200]) yield* many.run(steps)
        assert.deepStrictEqual(many.positions().data.slice(0, 3 * 19), few.positions().data)
        const other = yield* open({ ...shared, chains: 3, seed: 10 })
        yield* other.run(300)
        assert.notDeepEqual(other.positions().data, few.positions().data)
      }
    })
  )

  it.effect("loads the parameters that are learnt, and them alone", () =>
    Effect.gen(function* () {
      const energy = layered(4, [6], 1)
      const shared = { sigma: 1, epsilon: 0.3, chains: 9, seed: 1 }
      const weight = gauss(Rng.stream(5, "w"), [1, 6])
      const changed = yield* open({ ...energy, ...shared })
      yield* changed.load({ "heads.f.weight": weight })
      const fresh = yield* open({
        ...energy,
        parameters: { ...energy.parameters, "heads.f.weight": weight },
        ...shared
      })
      yield* changed.run(20)
      yield* fresh.run(20)
      assert.deepStrictEqual(changed.positions(), fresh.positions())
      const trunk = { "trunk.0.weight": gauss(Rng.stream(6, "w"), [6, 4]) }
      const refused = yield* Effect.flip(changed.load(trunk))
      assert.match(refused.message, /parameters\.trunk\.0\.weight is fixed/)
      yield* (yield* open({ ...energy, ...shared, learns: "all" })).load(trunk)
    })
  )

  it.effect("gives the same bits in a worker, and the ones it gave before", () =>
    Effect.gen(function* () {
      const hash = yield* fixedChains
      const worker = new Worker(new URL("../fixedChains.worker.ts", import.meta.url))
      const [other] = yield* Effect.promise(() => once(worker, "message"))
      yield* Effect.promise(() => worker.terminate())
      assert.strictEqual(other, hash)
      assert.strictEqual(hash.slice(0, 16), "fc153e57cfc05bbb")
    })
  )

  it.effect("names the step and the chains that leave the finite numbers", () =>
    Effect.gen(function* () {
      // A ReLU energy that grows faster than the reference holds it: f = 3·10³⁸ ReLU(x).
      const energy: Energy = {
        network: {
          inputs: 1,
          trunk: [{ units: 1, activation: "relu", bias: false }],
          heads: [{ ...head, bias: false }]
        },
        parameters: {
          "trunk.0.weight": f32([1, 1], Float32Array.of(1e20)),
          "heads.f.weight": f32([1, 1], Float32Array.of(3e18))
        }
      }
      const start = f32(
        [10, 1],
        Float32Array.from({ length: 10 }, (_, r) => (r < 4 ? 1 : -1e3))
      )
      for (const learns of ["heads", "all"] as const) {
        const sampler = yield* open({ ...energy, sigma: 1, epsilon: 1.9, chains: 10, start, seed: 1, learns })
        const error = yield* Effect.flip(sampler.run(40))
        assert.deepStrictEqual([error.step, error.of, error.epsilon], [16, 10, 1.9])
        assert.isAtLeast(error.chains, 4)
        assert.match(error.message, /by step 16 in \d+ of 10 chains, at step size epsilon 1\.9\. Lower epsilon/)
      }
    })
  )

  const refusals: ReadonlyArray<readonly [string, Partial<Sampling>, RegExp]> = [
    ["sigma", { sigma: 0 }, /sigma is 0, expected a positive number/],
    ["a step at which no chain is stationary", { epsilon: 2 }, /epsilon is 2, expected less than 2·sigma = 2/],
    ["chains", { chains: 0 }, /chains is 0, expected an integer of at least 1/],
    ["seed", { seed: 0.5 }, /seed is 0\.5/],
    [
      "a start of another shape",
      { start: f32([2, 2], new Float32Array(4)) },
      /start is F32 of shape \[2, 2\], expected shape \[1, 2\]/
    ],
    ["a start that is not finite", { start: f32([1, 2], Float32Array.of(0, Number.NaN)) }, /start is NaN in row 0/],
    ["a missing parameter", { parameters: {} }, /parameters\.heads\.f\.weight is missing/],
    [
      "a parameter that is not finite",
      { parameters: { "heads.f.weight": f32([1, 2], Float32Array.of(1, Number.NaN)) } },
      /parameters\.heads\.f\.weight is NaN at 1/
    ],
    [
      "a head of another kind",
      { network: { inputs: 2, trunk: [], heads: [{ name: "f", units: 2, activation: "sigmoid" }] } },
      /network\.heads is 2 sigmoid, expected one head of one identity unit/
    ]
  ]
  for (const [what, change, message] of refusals)
    it.effect(`refuses ${what}`, () =>
      Effect.gen(function* () {
        const good: Sampling = { ...linear([1, 2]), sigma: 1, epsilon: 0.1, chains: 1, seed: 1 }
        const error = yield* Effect.flip(open({ ...good, ...change }))
        assert.match(error.message, message)
      })
    )
})
