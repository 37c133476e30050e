/** The confidence sequence against the likelihood ratio that it is made of, integrated numerically. */
import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { Rng } from "../../../src/numerics/Rng.ts"
import { meanSequence } from "../../../src/report/statistics/index.ts"

const steps = (from: number, to: number, count: number) =>
  Array.from({ length: count }, (_, at) => from + ((to - from) * (at + 0.5)) / count)

/** log σ, and the standardised mean. */
const LOG_SIGMA = steps(-8, 8, 640)
const DELTA = steps(-9, 9, 720)

/** ∫ N(x; m + δσ, σ²) dσ/σ, but for a factor that no δ changes. */
const likelihood = (values: ReadonlyArray<number>, m: number, delta: number): number => {
  const n = values.length
  const squares = values.reduce((total, x) => total + (x - m) ** 2, 0)
  const total = values.reduce((all, x) => all + (x - m), 0)
  return LOG_SIGMA.reduce((area, log) => {
    const inverse = Math.exp(-log)
    const exponent = (squares * inverse * inverse - 2 * delta * total * inverse + n * delta * delta) / 2
    return area + Math.exp(-n * log - exponent)
  }, 0)
}

/** The ratio of μ = m + δσ, δ ~ N(0, 1), to μ = m, both with σ integrated out by dσ/σ. */
const ratio = (values: ReadonlyArray<number>, m: number): number => {
  const width = (DELTA[1] ?? 0) - (DELTA[0] ?? 0)
  const mixed = DELTA.reduce(
    (area, delta) =>
      area + (likelihood(values, m, delta) * Math.exp((-delta * delta) / 2) * width) / Math.sqrt(2 * Math.PI),
    0
  )
  return mixed / likelihood(values, m, 0)
}

describe("confidence sequence of a mean", () => {
  it("ends where the integrated likelihood ratio is 1/alpha", () => {
    const values = [0.3, 1.1, -0.4, 0.9, 0.6, 1.4, 0.2, 0.8]
    for (const alpha of [0.05, 0.01])
      for (const end of meanSequence(values, alpha) ?? [Number.NaN]) assert.closeTo(ratio(values, end) * alpha, 1, 1e-6)
    assert.isBelow(ratio(values, 0.6) * 0.05, 1)
  })

  it("is unbounded of fewer than five values, and where they are equal", () => {
    assert.isNull(meanSequence([1, 2, 3, 4]))
    assert.isNotNull(meanSequence([1, 2, 3, 4, 5]))
    assert.isNull(meanSequence([]))
    assert.isNull(meanSequence([2, 2, 2, 2, 2, 2]))
  })

  it("moves and grows with the values", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 6, maxLength: 40 }), (values) => {
        const plain = meanSequence(values)
        const moved = meanSequence(values.map((value) => 3 * value + 10))
        if (plain === null || moved === null) return assert.strictEqual(plain === null, moved === null)
        for (const end of [0, 1] as const) assert.closeTo(moved[end], 3 * plain[end] + 10, 1e-8)
      })
    ))

  it("misses the mean at any of 60 looks in at most one of twenty trials", () => {
    const rng = Rng.stream(0, "sequence")
    let missed = 0
    for (let trial = 0; trial < 200; trial++) {
      const values = Array.from({ length: 60 }, () => rng.normal())
      const misses = values.some((_, at) => {
        const interval = meanSequence(values.slice(0, at + 1))
        return interval !== null && (interval[0] > 0 || interval[1] < 0)
      })
      if (misses) missed += 1
    }
    assert.isAtMost(missed, 10)
  })
})
