import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { intervalOfMean, meanInterval, wilsonInterval } from "../../../src/report/statistics/index.ts"
import { randomStream } from "../../../src/report/statistics/RandomStream.ts"
import { drawGroups, replicates, rowVariance } from "../../../src/report/statistics/RowBootstrap.ts"

const close = (actual: readonly [number, number] | undefined, expected: readonly [number, number]) => {
  assert.closeTo(actual?.[0] ?? Number.NaN, expected[0], 1e-12)
  assert.closeTo(actual?.[1] ?? Number.NaN, expected[1], 1e-12)
}

describe("the interval that fits a figure", () => {
  it("shares: t on the logits at the mean, by scipy's critical value", () => {
    const found = intervalOfMean("share", [0.02, 0.05, 0, 0.03, 0.06])
    close(found?.interval, [0.012536371371817547, 0.07925688194046841])
    assert.deepStrictEqual(found?.basis, { method: "logit-t", covers: "seeds" })
    const percent = intervalOfMean("share", [2, 5, 0, 3, 6], { scale: 100 })
    close(percent?.interval, [1.2536371371817547, 7.925688194046841])
  })
  it("durations: t on the logarithms at the mean", () =>
    close(intervalOfMean("duration", [1.2, 0.7, 3.9, 2.2])?.interval, [0.6504175997385178, 6.149895085262282]))
  it("counts: whole numbers around t's, none below 0", () => {
    assert.deepStrictEqual(intervalOfMean("count", [0, 1, 0, 1, 0])?.interval, [0, 2])
    assert.deepStrictEqual(intervalOfMean("count", [10, 12, 11])?.interval, [8, 14])
  })
  it("scores: t", () => {
    const values = [0.81, 0.83, 0.8, 0.85, 0.82]
    close(intervalOfMean("score", values)?.interval, meanInterval(values) ?? [0, 0])
  })
  it("one share of rows: Wilson's, of the test rows; of an unknown number of rows none", () => {
    const found = intervalOfMean("share", [0.075], { sizes: [40] })
    close(found?.interval, [0.025836025774588184, 0.1986423352431055])
    assert.deepStrictEqual(found?.basis, { method: "wilson", covers: "test rows", groups: "row" })
    assert.isNull(intervalOfMean("share", [0.075]))
    // 0.08 is no whole number of 40 rows: whatever it is, it is no count of them.
    assert.isNull(intervalOfMean("share", [0.08], { sizes: [40] }))
    assert.isNull(intervalOfMean("score", [0.075], { sizes: [40] }))
    close(intervalOfMean("share", [7.5], { sizes: [40], scale: 100 })?.interval, [
      100 * (wilsonInterval(3, 40)?.[0] ?? 0),
      100 * (wilsonInterval(3, 40)?.[1] ?? 0)
    ])
  })
  it("equal figures have none, whatever they are", () => {
    for (const kind of ["score", "share", "count", "duration"] as const)
      assert.isNull(intervalOfMean(kind, [1, 1, 1, 1]))
    assert.isNull(intervalOfMean("score", [0.1 + 0.2, 0.3, 0.3]))
  })
  it("figures that are not what their column says get t", () =>
    assert.strictEqual(intervalOfMean("share", [0.9, 1.2])?.basis.method, "t"))

  const runs = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 8 })
  it("never leaves what the figure can be, and holds the mean", () =>
    fc.assert(
      fc.property(runs, (counts) => {
        const inside = (
          kind: "share" | "count" | "duration",
          values: ReadonlyArray<number>,
          low: number,
          high: number
        ) => {
          const found = intervalOfMean(kind, values)
          if (found === null) return
          const mean = values.reduce((total, value) => total + value, 0) / values.length
          assert.isAtLeast(found.interval[0], low)
          assert.isAtMost(found.interval[1], high)
          assert.isTrue(found.interval[0] <= mean + 1e-9 && mean <= found.interval[1] + 1e-9)
          if (kind === "count") assert.isTrue(found.interval.every(Number.isInteger))
        }
        inside(
          "share",
          counts.map((count) => count / 50),
          0,
          1
        )
        inside("count", counts, 0, Number.MAX_VALUE)
        inside(
          "duration",
          counts.map((count) => count + 0.5),
          0,
          Number.MAX_VALUE
        )
      })
    ))
})

describe("the bootstrap over groups of test rows", () => {
  const of = [8, 3, 9, 5, 10, 2, 7, 6, 4, 9, 1, 10]
  const whole = of.map((_, at) => 10 + (at % 3))
  const groups = of.map((_, at) => `template ${at}`)
  const seed = { groups, of, in: whole }
  const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)

  it("of one seed: the cluster-robust variance of a ratio", () => {
    const draws = drawGroups(groups, 4000)
    const ratio = sum(of) / sum(whole)
    const residuals = of.map((count, at) => (count - ratio * (whole[at] ?? 0)) ** 2)
    const robust = (sum(residuals) / sum(whole) ** 2) * (groups.length / (groups.length - 1))
    const found = rowVariance([replicates(seed, draws)], draws.index.size)
    assert.strictEqual(found?.groups, 12)
    assert.isAtMost(Math.abs((found?.variance ?? 0) / robust - 1), 0.1)
  })
  it("seeds that test the same rows share all of it; seeds that test others share none", () => {
    const draws = drawGroups(groups)
    const own = replicates(seed, draws)
    const alone = rowVariance([own], 12)?.variance ?? 0
    assert.closeTo(rowVariance([own, own, own], 12)?.variance ?? 0, alone, 1e-12)
    const others = [0, 1, 2].map((at) => ({ ...seed, groups: groups.map((name) => `${name} of ${at}`) }))
    const apart = drawGroups(others.flatMap((each) => each.groups))
    const shared = rowVariance(
      others.map((each) => replicates(each, apart)),
      36
    )
    assert.isBelow(shared?.variance ?? 1, alone / 5)
  })
  it("widens an interval by what it adds, and says so", () => {
    const values = [0.8, 0.82, 0.79, 0.81, 0.8]
    const alone = intervalOfMean("share", values)
    const both = intervalOfMean("share", values, { rows: { variance: 0.02 ** 2, groups: 12, by: "template" } })
    assert.deepStrictEqual(both?.basis, { method: "bootstrap-t", covers: "seeds and test rows", groups: "template" })
    assert.isBelow(both?.interval[0] ?? 1, alone?.interval[0] ?? 0)
    const equal = intervalOfMean("share", [0.8, 0.8], { rows: { variance: 0.02 ** 2, groups: 12, by: "template" } })
    assert.deepStrictEqual(equal?.basis.covers, "test rows")
  })
  it("gives nothing for a single group, nor where most draws leave a seed without a figure", () => {
    assert.isNull(rowVariance([new Float64Array(10)], 1))
    const rare = { groups, of: of.map((_, at) => (at === 0 ? 1 : 0)), in: of.map((_, at) => (at === 0 ? 2 : 0)) }
    const draws = drawGroups(groups)
    const share = replicates(rare, draws).filter(Number.isFinite).length / draws.weights.length
    assert.closeTo(share, 1 - (11 / 12) ** 12, 0.05)
    assert.isNotNull(rowVariance([replicates(rare, draws)], 12))
    const gone = { ...rare, in: of.map(() => 0) }
    assert.isNull(rowVariance([replicates(gone, draws)], 12))
  })
})

describe("random streams", () => {
  it("are the same for a name, others for another, and even", () => {
    const some = (name: string) => {
      const below = randomStream(name)
      return Array.from({ length: 6000 }, () => below(6))
    }
    assert.deepStrictEqual(some("a"), some("a"))
    assert.notDeepEqual(some("a"), some("b"))
    const counts = [0, 1, 2, 3, 4, 5].map((face) => some("a").filter((each) => each === face).length)
    const chiSquare = counts.reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0)
    // The 99.9 % quantile of χ² with five degrees of freedom.
    assert.isBelow(chiSquare, 20.52)
  })
})
