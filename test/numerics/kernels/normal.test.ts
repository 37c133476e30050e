import { assert, describe, it } from "@effect/vitest"
import { MemoryPlan } from "../../../src/numerics/engine/Kernels.ts"
import { normalQuantile, Rng } from "../../../src/numerics/Rng.ts"

const PANELS = 16
const CHAINS = 8 * PANELS
const PAIRS = 256

/** Chains by chain: [chain][number], `rounds`·512 numbers a chain. */
const drawn = (rounds: number, seed = 1): ReadonlyArray<Float32Array> => {
  const plan = new MemoryPlan()
  const states = plan.reserve(128 * PANELS)
  const out = plan.floats(CHAINS * 2 * PAIRS)
  const { buffer, kernels } = plan.allocate()
  const stream = Rng.stream(seed, "lanes")
  const words = new Uint32Array(buffer, states, 4 * CHAINS)
  for (let i = 0; i < words.length; i++) words[i] = stream.bits32()
  const values = new Float32Array(buffer, out, CHAINS * 2 * PAIRS)
  const chains = Array.from({ length: CHAINS }, () => new Float32Array(rounds * 2 * PAIRS))
  for (let round = 0; round < rounds; round++) {
    kernels.normals(states, PANELS, PAIRS, out)
    for (let chain = 0; chain < CHAINS; chain++) {
      const from = (chain >> 3) * 16 * PAIRS + (chain & 7)
      const to = chains[chain]
      if (to === undefined) continue
      for (let k = 0; k < 2 * PAIRS; k++) to[round * 2 * PAIRS + k] = values[from + 8 * k] ?? 0
    }
  }
  return chains
}

const chains = drawn(16)
const all = Float32Array.from(chains.flatMap((chain) => Array.from(chain)))
const N = all.length

/** Share of normals beyond x in absolute value. */
const TAILS = [
  [1, 0.31731050786],
  [2, 0.04550026389],
  [3, 0.00269979606],
  [4, 6.33424836e-5],
  [5, 5.7330314e-7]
] as const

const correlation = (count: number, a: (i: number) => number, b: (i: number) => number) => {
  let sum = 0
  for (let i = 0; i < count; i++) sum += a(i) * b(i)
  return sum / count
}

describe("normals", () => {
  it("have the moments of N(0, 1), each within five standard errors", () => {
    const power = (p: number) => all.reduce((sum, z) => sum + z ** p, 0) / N
    for (const [p, expected, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
      [6, 15, 10_170]
    ] as const)
      assert.closeTo(power(p), expected, 5 * Math.sqrt(variance / N), `moment ${p}`)
  })

  it("have its tails out to five standard deviations, on both sides, and none beyond what 32 bits can say", () => {
    for (const [x, share] of TAILS)
      for (const sign of [1, -1]) {
        const count = all.reduce((sum, z) => sum + (sign * z > x ? 1 : 0), 0)
        const expected = (N * share) / 2
        assert.closeTo(count, expected, 5 * Math.sqrt(expected) + 1, `beyond ${sign * x}`)
      }
    assert.isBelow(
      all.reduce((most, z) => Math.max(most, Math.abs(z)), 0),
      6.7
    )
  })

  it("follow its distribution: Kolmogorov and Smirnov at the 10⁻⁵ level", () => {
    // At 10,000 quantiles: the largest distance there is a lower bound of the statistic and close to it.
    const sorted = Float32Array.from(all).sort()
    let distance = 0
    let below = 0
    for (let i = 1; i < 10_000; i++) {
      const quantile = normalQuantile(i / 10_000)
      while (below < N && (sorted[below] ?? 0) <= quantile) below++
      distance = Math.max(distance, Math.abs(below / N - i / 10_000))
    }
    assert.isBelow(distance * Math.sqrt(N), 2.47)
    // The test can fail: a spread that is three thousandths off would be seen.
    let wider = 0
    below = 0
    for (let i = 1; i < 10_000; i++) {
      const quantile = normalQuantile(i / 10_000) / 1.003
      while (below < N && (sorted[below] ?? 0) <= quantile) below++
      wider = Math.max(wider, Math.abs(below / N - i / 10_000))
    }
    assert.isAbove(wider * Math.sqrt(N), 1.2)
  })

  it("are independent along a chain, of lags 1 to 16 and in squares", () => {
    const limit = 5 / Math.sqrt(N)
    for (let lag = 1; lag <= 16; lag++) {
      assert.isBelow(
        Math.abs(
          correlation(
            N - lag,
            (i) => all[i] ?? 0,
            (i) => all[i + lag] ?? 0
          )
        ),
        limit
      )
      const square = (i: number) => (all[i] ?? 0) ** 2 - 1
      assert.isBelow(Math.abs(correlation(N - lag, square, (i) => square(i + lag))) / 2, limit)
    }
  })

  it("are independent between the lanes of a panel and between panels", () => {
    const length = chains[0]?.length ?? 0
    for (const a of [0, 1, 3, 4, 7])
      for (const b of [1, 3, 4, 5, 7, 8, 9, 64, 127]) {
        if (a >= b) continue
        const [left, right] = [chains[a], chains[b]]
        const found = correlation(
          length,
          (i) => left?.[i] ?? 0,
          (i) => right?.[i] ?? 0
        )
        assert.isBelow(Math.abs(found), 5 / Math.sqrt(length), `chains ${a} and ${b}`)
      }
  })

  it("sweep every quadrant of the circle alike in their pairs", () => {
    const counts = new Float64Array(8)
    for (let i = 0; i < N; i += 2) {
      const [x, y] = [all[i] ?? 0, all[i + 1] ?? 0]
      const octant = (x > 0 ? 4 : 0) + (y > 0 ? 2 : 0) + (Math.abs(x) > Math.abs(y) ? 1 : 0)
      counts[octant] = (counts[octant] ?? 0) + 1
    }
    const expected = N / 16
    for (const count of counts) assert.closeTo(count, expected, 5 * Math.sqrt(expected))
  })
})
