import { assert, describe, it } from "@effect/vitest"
import { f32 } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import { energyNetwork, energyStart } from "../../../stages/descriptor/energy.ts"
import { featureStatistics, gapOf, gapOverNoise } from "../../../stages/descriptor/features.ts"

describe("features", () => {
  it.effect("have the means and variances of ReLU responses, over more rows than a block has", () =>
    Effect.gen(function* () {
      const energy = { kind: "linear", filters: 5, tolerance: null } as const
      const stream = Rng.stream(1, "rows")
      const count = 1500
      const x = f32(
        [count, 3],
        Float32Array.from({ length: 3 * count }, () => stream.normal())
      )
      const parameters = yield* energyStart(x, energy, 1)
      const found = yield* featureStatistics({ network: energyNetwork(3, energy), parameters }, x)
      const a = parameters["trunk.0.weight"]?.data ?? []
      for (let u = 0; u < 5; u++) {
        const responses = Array.from({ length: count }, (_, r) => {
          let s = parameters["trunk.0.bias"]?.data[u] ?? 0
          for (let k = 0; k < 3; k++) s += (a[3 * u + k] ?? 0) * (x.data[3 * r + k] ?? 0)
          return Math.max(s, 0)
        })
        const mean = responses.reduce((sum, value) => sum + value, 0) / count
        const variance = responses.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
        assert.closeTo(found.mean[u] ?? 0, mean, 1e-6)
        assert.closeTo(found.variance[u] ?? 0, variance, 1e-6)
      }
    })
  )

  it("gaps are mean and maximum of differences, and show a NaN", () => {
    assert.deepStrictEqual(gapOf([1, 2, 3], [1, 0, 4]), { mean: 1, max: 2 })
    assert.isNaN(gapOf([1, 2, 3], [1, Number.NaN, 4]).max)
    assert.isNaN(gapOf([1, 2, 3], [Number.NaN, 2, 3]).max)
  })

  it("a gap of one standard error in every feature is 1; what never varies has none", () => {
    const observed = { mean: Float64Array.of(0, 0, 0), variance: Float64Array.of(4, 1, 0) }
    const share = 1 / 100 + 1 / 400
    const off = [2 * Math.sqrt(share), -Math.sqrt(share), 7]
    assert.closeTo(gapOverNoise(observed, off, 400, 100) ?? 0, 1, 1e-12)
    const flat = { mean: Float64Array.of(0), variance: Float64Array.of(0) }
    assert.isNull(gapOverNoise(flat, [1], 10, 10))
  })
})
