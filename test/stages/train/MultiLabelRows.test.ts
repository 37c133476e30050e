import { assert, describe, it } from "@effect/vitest"
import { f32, i32, u8 } from "ablate"
import { Effect } from "effect"
import { OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { gatherMultiLabel } from "../../../stages/train/MultiLabelRows.ts"

const WIDTH = OUTPUTS.length
const y = (data: Uint8Array) => u8([data.length / WIDTH, WIDTH], data)
const tensors = {
  x: f32([3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
  y: y(Uint8Array.from({ length: 3 * WIDTH }, (_, at) => (at % 5 === 0 ? 1 : 0)))
}
const split: Parameters<typeof gatherMultiLabel>[1] = {
  train: i32([2], Int32Array.of(2, 0)),
  test: i32([0], new Int32Array(0))
}

describe("gatherMultiLabel", () => {
  it.effect("takes the rows in the split's order, and none where it names none", () =>
    Effect.gen(function* () {
      const train = yield* gatherMultiLabel(tensors, split, "train")
      assert.strictEqual(train.count, 2)
      assert.deepStrictEqual([...train.x], [5, 6, 1, 2])
      assert.deepStrictEqual([...train.y], [...tensors.y.data.slice(2 * WIDTH), ...tensors.y.data.slice(0, WIDTH)])
      assert.strictEqual((yield* gatherMultiLabel(tensors, split, "test")).count, 0)
    })
  )

  const bad = Uint8Array.from(tensors.y.data)
  bad[2 * WIDTH + 1] = 7
  const refusals: ReadonlyArray<readonly [string, typeof tensors, Parameters<typeof gatherMultiLabel>[1], string]> = [
    [
      "a row that is not there",
      tensors,
      { ...split, train: i32([1], Int32Array.of(3)) },
      'tensor "train": found row 3, expected rows 0..2'
    ],
    [
      "an input that is not a number",
      { ...tensors, x: f32([3, 2], Float32Array.of(1, 2, 3, 4, 5, Number.NaN)) },
      split,
      'tensor "x": found NaN in row 2, expected finite values'
    ],
    ["a label of 7", { ...tensors, y: y(bad) }, split, 'tensor "y": found 7 in row 2, expected 0 or 1']
  ]
  for (const [name, given, parts, message] of refusals)
    it.effect(`refuses ${name}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(gatherMultiLabel(given, parts, "train"))
        assert.strictEqual(error.message, message)
      })
    )
})
