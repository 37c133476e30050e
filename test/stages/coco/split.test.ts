import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { CocoSplitImpossible, splitCoco, TRAIN_SHARE, trainSize } from "../../../stages/coco/split.ts"

describe("splitCoco", () => {
  it.effect("gives the paper's parts of its 9,885 images", () =>
    Effect.map(splitCoco(9885, { seed: 1, trainShare: TRAIN_SHARE }), ({ test, train }) => {
      assert.deepStrictEqual([train.length, test.length], [8402, 1483])
    })
  )

  it("rounds down in exact arithmetic", () => {
    for (let rows = 1; rows <= 20_000; rows++) assert.strictEqual(trainSize(rows, 0.85), Math.floor((rows * 85) / 100))
    for (let rows = 1; rows <= 5000; rows++) assert.strictEqual(trainSize(rows, 0.29), Math.floor((rows * 29) / 100))
  })

  it("puts every row into exactly one part, ascending, by the seed alone", () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), fc.nat(), (rows, seed) => {
        const split = () => Effect.runSync(splitCoco(rows, { seed, trainShare: 0.5 }))
        const { test, train } = split()
        assert.deepStrictEqual(
          [...train, ...test].sort((a, b) => a - b),
          [...Array(rows).keys()]
        )
        assert.deepStrictEqual([train, test], [train.toSorted(), test.toSorted()])
        assert.deepStrictEqual(split(), { train, test })
      }),
      { numRuns: 50 }
    ))

  it("draws uniformly: over many seeds every row trains as often as its share", () => {
    const trained = new Array<number>(20).fill(0)
    for (let seed = 0; seed < 2000; seed++)
      for (const row of Effect.runSync(splitCoco(20, { seed, trainShare: 0.85 })).train)
        trained[row] = (trained[row] ?? 0) + 1
    // Five standard deviations of a binomial count.
    for (const count of trained) assert.closeTo(count, 1700, 5 * Math.sqrt(2000 * 0.85 * 0.15))
  })

  it.effect("refuses to leave a part empty", () =>
    Effect.gen(function* () {
      for (const [rows, trainShare] of [
        [0, 0.85],
        [1, 0.85],
        [10, 1],
        [10, 0]
      ] as const) {
        const error = yield* Effect.flip(splitCoco(rows, { seed: 1, trainShare }))
        assert.instanceOf(error, CocoSplitImpossible)
        assert.include(error.message, `${rows} rows`)
      }
    })
  )
})
