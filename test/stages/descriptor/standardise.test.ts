import { assert, describe, it } from "@effect/vitest"
import { f32, i32 } from "ablate"
import { Effect } from "effect"
import { restore, standardise } from "../../../stages/descriptor/standardise.ts"

// Feature 0 varies, feature 1 never does, feature 2 does only in a row that is not trained on.
const x = f32([4, 3], Float32Array.of(1, 0.1, 5, 3, 0.1, 5, 5, 0.1, 5, 100, 7, 9))
const train = i32([3], Int32Array.of(0, 1, 2))

describe("standardise", () => {
  it.effect("takes mean and deviation from the training rows alone, and 1 for what never varies", () =>
    Effect.gen(function* () {
      const found = yield* standardise(x, train)
      assert.deepStrictEqual(found.constantFeatures, [1, 2])
      assert.closeTo(found.mean.data[0] ?? 0, 3, 1e-6)
      assert.closeTo(found.scale.data[0] ?? 0, Math.sqrt(8 / 3), 1e-6)
      assert.deepStrictEqual(Array.from(found.scale.data.subarray(1)), [1, 1])
      assert.deepStrictEqual(found.x.shape, [3, 3])
      assert.closeTo(found.x.data[0] ?? 0, -2 / Math.sqrt(8 / 3), 1e-6)
      assert.strictEqual(found.x.data[1], 0)
      const back = restore(found.x, found.mean, found.scale)
      for (let i = 0; i < 9; i++) assert.closeTo(back[i] ?? 0, x.data[i] ?? 0, 1e-5)
    })
  )

  for (const [what, rows, split, message] of [
    ["a row that is not there", x, i32([2], Int32Array.of(0, 4)), /"train": found row 4, expected rows 0\.\.3/],
    ["one row", x, i32([1], Int32Array.of(0)), /"train": found 1 rows, expected at least 2/],
    ["rows without features", f32([3, 0], new Float32Array(0)), train, /"x": found shape \[3, 0\], expected \[N, d\]/],
    ["NaN", f32([3, 1], Float32Array.of(1, Number.NaN, 3)), train, /"x": found NaN in row 1, feature 0/]
  ] as const)
    it.effect(`refuses ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(standardise(rows, split))
        assert.match(error.message, message)
      })
    )
})
