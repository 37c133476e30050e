import { assert, describe, it } from "@effect/vitest"
import { f32 } from "ablate"
import { Langevin, Rng } from "ablate/numerics"
import { Effect } from "effect"
import { Adam } from "../../../stages/descriptor/Adam.ts"
import type { FitConfig } from "../../../stages/descriptor/DescriptorConfig.ts"
import { learn } from "../../../stages/descriptor/learn.ts"

const config: FitConfig = {
  energy: { kind: "linear", filters: 24, tolerance: null },
  sigma: 1,
  epsilon: 0.4,
  steps: 6,
  chains: 1024,
  learningRate: 0.005,
  beta1: 0.9,
  iterations: 250,
  clip: null,
  seed: 1
}

/** Two features, of which the first is skewed and the second follows it. */
const rows = (count: number) => {
  const stream = Rng.stream(3, "rows")
  const data = new Float32Array(2 * count)
  for (let r = 0; r < count; r++) {
    const u = stream.normal()
    const skewed = (u + 0.35 * (u * u - 1)) / 1.116
    data[2 * r] = skewed
    data[2 * r + 1] = 0.6 * skewed + 0.8 * stream.normal()
  }
  return f32([count, 2], data)
}

const quiet = () => Effect.void

const mean = (values: ReadonlyArray<number>) => values.reduce((a, b) => a + b, 0) / values.length

/** Skewness of the first feature, and its covariance with the second; both are 0 in the reference distribution. */
const shapeOf = (data: Float32Array) => {
  const column = (k: number) => Array.from({ length: data.length / 2 }, (_, r) => data[2 * r + k] ?? 0)
  const [first, second] = [column(0), column(1)]
  const centre = mean(first)
  const deviation = Math.sqrt(mean(first.map((value) => (value - centre) ** 2)))
  return {
    skewness: mean(first.map((value) => ((value - centre) / deviation) ** 3)),
    covariance: mean(first.map((value, r) => (value - centre) * (second[r] ?? 0)))
  }
}

describe("learn", () => {
  it.effect("the gradient is mean φ observed − mean φ synthesised: the oracle's [1, 0] for φ(x) = x", () =>
    Effect.gen(function* () {
      const network = {
        inputs: 2,
        trunk: [],
        heads: [{ name: "f", units: 1, activation: "identity" as const, bias: false }]
      }
      const energy = { network, parameters: { "heads.f.weight": f32([1, 2], new Float32Array(2)) } }
      const start = f32([2, 2], Float32Array.of(0, 1, 2, 1))
      const chains = yield* Langevin.open({ ...energy, sigma: 1, epsilon: 0.1, chains: 2, start, seed: 1 })
      const observed = (yield* Langevin.evaluate(energy, f32([2, 2], Float32Array.of(1, 2, 3, 0)))).gradients
      const synthesised = chains.gradients()
      const of = (g: typeof observed) => Array.from(g["heads.f.weight"]?.data ?? [])
      assert.deepStrictEqual(
        of(observed).map((value, k) => value - (of(synthesised)[k] ?? 0)),
        [1, 0]
      )
    })
  )

  it.effect("ascending it reaches the maximum-likelihood weight mean(x)/σ² where φ(x) = x", () =>
    Effect.gen(function* () {
      const network = {
        inputs: 2,
        trunk: [],
        heads: [{ name: "f", units: 1, activation: "identity" as const, bias: false }]
      }
      const parameters = { "heads.f.weight": f32([1, 2], new Float32Array(2)) }
      const sigma = 1.5
      const observed = [0.9, -1.8]
      const chains = yield* Langevin.open({ network, parameters, sigma, epsilon: 1, chains: 4000, seed: 1 })
      const adam = new Adam(0.02, 0.9)
      for (let iteration = 0; iteration < 250; iteration++) {
        yield* chains.run(8)
        const synthesised = chains.gradients()["heads.f.weight"]?.data ?? []
        adam.ascend(
          parameters,
          { "heads.f.weight": Float64Array.from(observed, (m, k) => m - (synthesised[k] ?? 0)) },
          1
        )
        yield* chains.load(parameters)
      }
      const w = parameters["heads.f.weight"].data
      for (const [k, m] of observed.entries()) assert.closeTo(w[k] ?? 0, m / sigma ** 2, 0.03)
    })
  )

  it.effect("brings the statistics of the chains to those of the rows, the reference's are not", () =>
    Effect.gen(function* () {
      const x = rows(3000)
      const seen: Array<number> = []
      const learnt = yield* learn(x, config, ({ iteration }) => Effect.sync(() => void seen.push(iteration)))
      const { curves, iterations, stopped } = learnt.meta
      assert.deepStrictEqual([iterations, stopped], [250, "iterations"])
      assert.deepStrictEqual(
        seen,
        Array.from({ length: 250 }, (_, i) => i + 1)
      )
      for (const curve of Object.values(curves)) assert.lengthOf(curve, 250)
      assert.isAbove(mean(curves.gapOverNoise.slice(0, 3)), 5)
      assert.isBelow(mean(curves.gapOverNoise.slice(-30)), 3.2)
      // A draw of a thousand: standard errors of .08 and .03.
      assert.isAbove(shapeOf(x.data).skewness, 1.5)
      assert.isAbove(shapeOf(learnt.chains.data).skewness, 0.25)
      assert.closeTo(shapeOf(learnt.chains.data).covariance, shapeOf(x.data).covariance, 0.2)
    })
  )

  it.effect("stops at the noise of its chains where it is told to, and gives the same bits again", () =>
    Effect.gen(function* () {
      const x = rows(2000)
      const early = { ...config, energy: { kind: "linear", filters: 24, tolerance: 3.5 } } as const
      const once = yield* learn(x, early, quiet)
      assert.strictEqual(once.meta.stopped, "tolerance")
      assert.isBelow(once.meta.iterations, 250)
      assert.isAtMost(mean(once.meta.curves.gapOverNoise.slice(-10)), 3.5)
      assert.deepStrictEqual(yield* learn(x, early, quiet), once)
      assert.notDeepEqual((yield* learn(x, { ...early, seed: 2 }, quiet)).chains, once.chains)
    })
  )

  it.effect("does not take chains too few to show a gap for a gap that is closed", () =>
    Effect.gen(function* () {
      const energy = { kind: "linear", filters: 24, tolerance: 4 } as const
      const { meta } = yield* learn(rows(500), { ...config, energy, chains: 8, iterations: 40 }, quiet)
      assert.isBelow(mean(meta.curves.gapOverNoise.slice(0, 10)), 4)
      assert.deepStrictEqual([meta.stopped, meta.iterations], ["iterations", 40])
    })
  )

  it.effect("learns every parameter of an MLP, from all rows or from some of them", () =>
    Effect.gen(function* () {
      const x = rows(1000)
      for (const batch of [null, 100]) {
        const learnt = yield* learn(x, { ...config, energy: { kind: "mlp", width: 16, batch }, clip: 1 }, quiet)
        const { curves } = learnt.meta
        assert.isAbove(shapeOf(learnt.chains.data).skewness, 0.4)
        assert.isAbove(shapeOf(learnt.chains.data).covariance, 0.15)
        assert.lengthOf(curves.gapOverNoise, 0)
        assert.sameMembers(Object.keys(learnt.parameters), ["trunk.0.weight", "trunk.0.bias", "heads.f.weight"])
      }
    })
  )

  it.effect("names the iteration and the settings of an energy that leaves the finite numbers", () =>
    Effect.gen(function* () {
      const wild = { ...config, energy: { kind: "mlp", width: 8, batch: null }, learningRate: 1e30 } as const
      const error = yield* Effect.flip(learn(rows(100), wild, quiet))
      assert.match(error.message, /diverged in iteration [23] \(epsilon 0\.4, learningRate 1e\+30\): .* Lower epsilon/)
    })
  )

  it.effect("refuses a step size at which no chain is stationary", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(learn(rows(100), { ...config, epsilon: 2 }, quiet))
      assert.strictEqual(error.message, "Descriptor model: epsilon is 2, expected less than 2·sigma = 2.")
    })
  )
})
