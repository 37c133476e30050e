import { assert, describe, it } from "@effect/vitest"
import { Rng } from "ablate/numerics"
import { weat } from "../../../stages/words/weat.ts"

const vectors = (...rows: ReadonlyArray<ReadonlyArray<number>>) => rows.map((row) => Float64Array.from(row))
const X = vectors([1, 0, 0.2], [0.9, 0.1, 0])
const Y = vectors([0, 1, 0.1], [0.2, 0.8, 0.1])
const A = vectors([1, 0.1, 0], [0.8, 0, 0.3])
const B = vectors([0, 1, 0], [0.1, 0.9, 0.3])
const below = (n: number) => Rng.stream(1, "weat").below(n)

const near = (actual: number | null | undefined, expected: number) =>
  assert.isBelow(Math.abs((actual ?? Number.NaN) - expected), 1e-12)

describe("WEAT", () => {
  it("gives an independent implementation's figures", () => {
    const result = weat(X, Y, A, B, { below })
    near(result.x[0], 0.8991265268413621)
    near(result.x[1], 0.8058678951967162)
    near(result.y[0], -0.9155779157624508)
    near(result.y[1], -0.6658485743423519)
    near(result.statistic, 3.286420912142881)
    near(result.effectSize, 1.7207660906293825)
    near(result.pAtLeast, 1 / 6)
    assert.strictEqual(result.pGreater, 0)
    assert.deepInclude(result, { exact: true, partitions: 6 })
    near(weat(X, Y, A, B, { below, ddof: 0 }).effectSize, 1.986969531274508)
  })

  it("changes its sign with the targets, and has the other tail's p", () => {
    const result = weat(Y, X, A, B, { below })
    near(result.statistic, -3.286420912142881)
    near(result.effectSize, -1.7207660906293825)
    assert.strictEqual(result.pAtLeast, 1)
    near(result.pGreater, 5 / 6)
  })

  it("has no effect size where all targets are alike", () => {
    const same = vectors([1, 1, 0], [1, 1, 0])
    const result = weat(same, same, A, B, { below })
    assert.isNull(result.effectSize)
    assert.strictEqual(result.pAtLeast, 1)
    assert.strictEqual(result.pGreater, 0)
  })

  it("estimates p by drawn partitions where there are too many", () => {
    const rng = Rng.stream(3, "weat/test")
    const random = (n: number) =>
      Array.from({ length: n }, () => Float64Array.from({ length: 5 }, () => rng.uniform() - 0.5))
    const [x, y, a, b] = [random(6), random(6), random(4), random(4)]
    const exact = weat(x, y, a, b, { below })
    assert.deepInclude(exact, { exact: true, partitions: 924 })
    const draws = Rng.stream(4, "weat/draws")
    const drawn = weat(x, y, a, b, { below: (n) => draws.below(n), maxPartitions: 900 })
    assert.deepInclude(drawn, { exact: false, partitions: 900 })
    // Five standard errors of a share of 900.
    assert.isBelow(Math.abs(drawn.pAtLeast - exact.pAtLeast), 5 * Math.sqrt(0.25 / 900))
  })

  it("refuses unequal or empty sets", () => {
    assert.throws(() => weat(X, Y.slice(1), A, B, { below }), RangeError)
    assert.throws(() => weat([], [], A, B, { below }), RangeError)
    assert.throws(() => weat(X, Y, [], B, { below }), RangeError)
  })
})
