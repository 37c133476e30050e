import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { quantileSorted } from "../../../src/report/statistics/Bootstrap.ts"
import { clusterBootstrap, hypervolume, paretoFront, wilsonInterval } from "../../../src/report/statistics/index.ts"

/** A small seeded stream for the tests. */
const stream = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

describe("Wilson interval", () => {
  it("known values", () => {
    const expected: ReadonlyArray<readonly [number, number, number, number]> = [
      [7, 10, 0.3967781474611453, 0.8922087325936989],
      [0, 12, 0, 0.2424940066552409],
      [12, 12, 0.7575059933447591, 1],
      [41, 80, 0.40493334216542254, 0.6189212045961893],
      [1, 1, 0.2065493143772374, 1]
    ]
    for (const [k, n, low, high] of expected) {
      const interval = wilsonInterval(k, n)
      assert.closeTo(interval?.[0] ?? -1, low, 1e-14)
      assert.closeTo(interval?.[1] ?? -1, high, 1e-14)
    }
    assert.isNull(wilsonInterval(0, 0))
  })
  it("holds the share, stays inside [0, 1], and mirrors", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (n, pick) => {
        const k = pick % (n + 1)
        const [low, high] = wilsonInterval(k, n) ?? [1, 0]
        const [mirroredLow] = wilsonInterval(n - k, n) ?? [1, 0]
        assert.isTrue(low >= 0 && low <= k / n && k / n <= high && high <= 1)
        assert.closeTo(mirroredLow, 1 - high, 1e-12)
      })
    ))
})

describe("cluster bootstrap", () => {
  const share = (rows: ReadonlyArray<number>) =>
    rows.length === 0 ? null : rows.reduce((left, right) => left + right, 0) / rows.length
  it("the same stream gives the same interval, another stream another one", () => {
    const clusters = Array.from({ length: 20 }, (_, index) => [index % 3 === 0 ? 1 : 0, index % 2])
    const first = clusterBootstrap(clusters, share, stream(1), { draws: 500 })
    assert.deepStrictEqual(clusterBootstrap(clusters, share, stream(1), { draws: 500 }), first)
    assert.notDeepEqual(clusterBootstrap(clusters, share, stream(2), { draws: 500 }), first)
  })
  it("clusters move as a whole: rows that repeat within a cluster add no certainty", () => {
    const single = Array.from({ length: 40 }, (_, index) => [index % 2])
    const repeated = single.map(([value = 0]) => Array.from({ length: 30 }, () => value))
    assert.deepStrictEqual(
      clusterBootstrap(single, share, stream(5)).interval,
      clusterBootstrap(repeated, share, stream(5)).interval
    )
  })
  it("is close to the normal interval of a mean", () => {
    const clusters = Array.from({ length: 400 }, (_, index) => [index % 2])
    const { interval } = clusterBootstrap(clusters, share, stream(3), { draws: 4000 })
    assert.closeTo(interval?.[0] ?? 0, 0.5 - 1.96 * 0.025, 0.004)
    assert.closeTo(interval?.[1] ?? 0, 0.5 + 1.96 * 0.025, 0.004)
  })
  it("counts undefined draws and gives no interval where none is defined", () => {
    const result = clusterBootstrap([[1], [2]], () => null, stream(1), { draws: 10 })
    assert.deepStrictEqual(result, { interval: null, draws: 0, undefinedDraws: 10 })
  })
  it("quantiles interpolate", () => {
    assert.strictEqual(quantileSorted([1, 2, 3, 4], 0.5), 2.5)
    assert.strictEqual(quantileSorted([1, 2, 3, 4], 1), 4)
    assert.isNull(quantileSorted([], 0.5))
  })
})

describe("Pareto front", () => {
  it("accuracy against fairness", () => {
    const points = [
      [0.9, 0.1],
      [0.8, 0.2],
      [0.85, 0.15],
      [0.8, 0.15],
      [0.7, 0.24]
    ]
    assert.deepStrictEqual(paretoFront(points), [0, 1, 2, 4])
    // Steps from the right: .05·.1 + .05·.15 + .1·.2 + .7·.24, by hand.
    assert.closeTo(hypervolume(points, [0, 0]), 0.005 + 0.0075 + 0.02 + 0.168, 1e-15)
  })
  it("three objectives: the union of two boxes", () => {
    assert.closeTo(
      hypervolume(
        [
          [2, 1, 1],
          [1, 2, 1]
        ],
        [0, 0, 0]
      ),
      3,
      1e-15
    )
  })
  it("points at or below the reference count nothing", () => {
    assert.strictEqual(hypervolume([[1, 0]], [0, 0]), 0)
    assert.strictEqual(hypervolume([], [0, 0]), 0)
  })
  const cloud = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })), {
    minLength: 1,
    maxLength: 12
  })
  it("hypervolume counts the unit squares that some point covers, and the front alone gives it", () =>
    fc.assert(
      fc.property(cloud, (points) => {
        let squares = 0
        for (let x = 0; x < 6; x++)
          for (let y = 0; y < 6; y++) if (points.some(([a, b]) => a > x && b > y)) squares += 1
        assert.strictEqual(hypervolume(points, [0, 0]), squares)
        assert.strictEqual(
          hypervolume(
            paretoFront(points).flatMap((index) => {
              const point = points[index]
              return point === undefined ? [] : [point]
            }),
            [0, 0]
          ),
          squares
        )
      })
    ))
})
