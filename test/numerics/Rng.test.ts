import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { normalQuantile, Rng } from "../../src/numerics/Rng.ts"

const seeds = fc.integer({ min: -1_000_000, max: 1_000_000 })

describe("Rng", () => {
  it("gives the published xoshiro128++ sequence for the sha256 state of 7|test", () => {
    const stream = Rng.stream(7, "test")
    // Computed with an independent Python transcription of the reference C code.
    assert.deepStrictEqual([stream.bits32(), stream.bits32(), stream.bits32()], [1723969068, 1575075352, 3781205483])
    assert.strictEqual(stream.uniform(), 0.6161512815888072)
    assert.strictEqual(stream.uniformF32(), 0.8420488834381104)
    assert.strictEqual(stream.normal(), 0.781416006898747)
    assert.strictEqual(stream.normal(), 0.29010846800021944)
    assert.strictEqual(stream.below(10), 9)
    assert.deepStrictEqual([...stream.permutation(8)], [4, 7, 2, 1, 6, 5, 3, 0])
  })

  it("keeps streams of other purposes and seeds apart", () => {
    fc.assert(
      fc.property(seeds, fc.string(), fc.string(), (seed, a, b) => {
        const draw = (purpose: string) => {
          const stream = Rng.stream(seed, purpose)
          return [stream.bits32(), stream.bits32(), stream.bits32(), stream.bits32()].join()
        }
        assert.strictEqual(draw(a), draw(a))
        assert.strictEqual(draw(a) === draw(b), a === b)
      })
    )
    assert.notStrictEqual(Rng.stream(1, "a").bits32(), Rng.stream(2, "a").bits32())
    assert.throws(() => Rng.stream(0.5, "a"), /integer, found 0\.5/)
  })

  it("draws uniforms in [0, 1) with the right moments, exact in float32", () => {
    const stream = Rng.stream(3, "moments")
    const n = 200_000
    let sum = 0
    let squares = 0
    for (let i = 0; i < n; i++) {
      const u = stream.uniform()
      const f = stream.uniformF32()
      assert.isTrue(u >= 0 && u < 1 && f >= 0 && f < 1 && Math.fround(f) === f)
      sum += u
      squares += u * u
    }
    // Five standard errors.
    assert.closeTo(sum / n, 1 / 2, 5 * Math.sqrt(1 / 12 / n))
    assert.closeTo(squares / n, 1 / 3, 5 * Math.sqrt(4 / 45 / n))
  })

  it("draws standard normals: moments and tail frequencies", () => {
    const stream = Rng.stream(3, "normal")
    const n = 200_000
    const moments = [0, 0, 0, 0]
    let beyond = 0
    for (let i = 0; i < n; i++) {
      const z = stream.normal()
      for (let k = 0; k < 4; k++) moments[k] = (moments[k] ?? 0) + z ** (k + 1) / n
      if (Math.abs(z) > 1.9599639845400545) beyond++
    }
    const [mean = 9, second = 9, third = 9, fourth = 9] = moments
    assert.closeTo(mean, 0, 5 / Math.sqrt(n))
    assert.closeTo(second, 1, 5 * Math.sqrt(2 / n))
    assert.closeTo(third, 0, 5 * Math.sqrt(15 / n))
    assert.closeTo(fourth, 3, 5 * Math.sqrt(96 / n))
    assert.closeTo(beyond / n, 0.05, 5 * Math.sqrt((0.05 * 0.95) / n))
  })

  it("has the normal quantiles of the tables", () => {
    // Values of CPython's statistics.NormalDist().inv_cdf.
    assert.closeTo(normalQuantile(0.025), -1.9599639845400538, 1e-14)
    assert.closeTo(normalQuantile(0.9), 1.2815515655446008, 1e-14)
    assert.closeTo(normalQuantile(1e-10), -6.361340902404056, 1e-13)
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 0.5, noNaN: true }), (p) => {
        // 1 − p is rounded, so the far tail cannot be compared through it.
        if (p > 1e-3) assert.closeTo(normalQuantile(1 - p), -normalQuantile(p), 1e-10)
        assert.isAtMost(normalQuantile(p), 0)
      })
    )
  })

  it("draws integers below n without bias", () => {
    const stream = Rng.stream(5, "below")
    const counts = new Array<number>(6).fill(0)
    const n = 120_000
    for (let i = 0; i < n; i++) {
      const k = stream.below(6)
      counts[k] = (counts[k] ?? 0) + 1
    }
    const chiSquared = counts.reduce((sum, c) => sum + (c - n / 6) ** 2 / (n / 6), 0)
    assert.isBelow(chiSquared, 25.7) // the 0.9999 quantile for 5 degrees of freedom
    // 3·2^30 values: taking the remainder of 32 bits would give the lowest quarter twice its share.
    let low = 0
    for (let i = 0; i < 30_000; i++) if (stream.below(3 * 2 ** 30) < 2 ** 30) low++
    assert.closeTo(low / 30_000, 1 / 3, 0.015)
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, limit) => {
        const value = Rng.stream(seed, "p").below(limit)
        assert.isTrue(Number.isInteger(value) && value >= 0 && value < limit)
      })
    )
    assert.throws(() => stream.below(0), /1\.\.2\^53, found 0/)
  })

  it("permutes and shuffles: same elements, all orders equally often", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 200 }), (seed, n) => {
        const order = [...Rng.stream(seed, "p").permutation(n)]
        assert.deepStrictEqual(
          order.toSorted((a, b) => a - b),
          Array.from({ length: n }, (_, i) => i)
        )
        assert.deepStrictEqual([...Rng.stream(seed, "p").shuffle(Int32Array.from({ length: n }, (_, i) => i))], order)
      })
    )
    const stream = Rng.stream(9, "orders")
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const order = stream.shuffle(["a", "b", "c", "d"]).join("")
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    assert.strictEqual(counts.size, 24)
    const chiSquared = [...counts.values()].reduce((sum, c) => sum + (c - 1000) ** 2 / 1000, 0)
    assert.isBelow(chiSquared, 58.6) // the 0.9999 quantile for 23 degrees of freedom
  })
})
