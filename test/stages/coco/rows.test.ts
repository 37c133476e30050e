import { assert, describe, it } from "@effect/vitest"
import { f32, i32 } from "ablate"
import { Effect } from "effect"
import type { CocoSet } from "../../../stages/coco/CocoSet.ts"
import { cocoRowsOf, EmbeddingsRefused } from "../../../stages/coco/rows.ts"

const SET: CocoSet = {
  source: "a test",
  standIn: false,
  funnel: { images: 3, captions: 15, withPersonAndLabel: 3, man: 2, woman: 1, both: 0, neither: 0, kept: 3 },
  images: [
    { id: 30, file: "30.jpg", gender: "man", labels: ["truck", "teddy bear"] },
    { id: 10, file: "10.jpg", gender: "woman", labels: ["tie"] },
    { id: 20, file: "20.jpg", gender: "man", labels: ["cell phone"] }
  ]
}

const embeddings = (ids: ReadonlyArray<number>, x: ReadonlyArray<number>, dimension = 2) => ({
  tensors: { x: f32([ids.length, dimension], Float32Array.from(x)), ids: i32([ids.length], Int32Array.from(ids)) },
  meta: { source: "two numbers", standIn: false, dimension, skipped: [] }
})

describe("cocoRowsOf", () => {
  it.effect("puts embeddings and labels in the set's order", () =>
    Effect.gen(function* () {
      const { meta, tensors } = yield* cocoRowsOf(SET, embeddings([10, 20, 30], [1, 2, 3, 4, 5, 6]))
      assert.deepStrictEqual(tensors.x, f32([3, 2], Float32Array.of(5, 6, 1, 2, 3, 4)))
      assert.deepStrictEqual(tensors.ids, i32([3], Int32Array.of(30, 10, 20)))
      assert.deepStrictEqual(tensors.y, {
        dtype: "U8",
        shape: [3, 12],
        data: Uint8Array.of(
          ...[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
          ...[0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
          ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]
        )
      })
      assert.deepStrictEqual(meta, { source: "a test", embeddings: "two numbers", standIn: false, skipped: 0 })
    })
  )

  it.effect("leaves out and counts images without embedding, and is a stand-in where either part is", () =>
    Effect.gen(function* () {
      const { meta, tensors } = yield* cocoRowsOf({ ...SET, standIn: true }, embeddings([20], [7, 8]))
      assert.deepStrictEqual(tensors.ids.data, Int32Array.of(20))
      assert.deepStrictEqual(tensors.x.data, Float32Array.of(7, 8))
      assert.deepStrictEqual([meta.skipped, meta.standIn], [2, true])
      const made = embeddings([20], [7, 8])
      const madeUp = yield* cocoRowsOf(SET, { ...made, meta: { ...made.meta, standIn: true } })
      assert.isTrue(madeUp.meta.standIn)
    })
  )

  it.effect("refuses embeddings that do not belong, stand twice, are of another width or not finite", () =>
    Effect.gen(function* () {
      for (const [given, part] of [
        [embeddings([10, 99], [1, 2, 3, 4]), "image 99"],
        [embeddings([10, 10], [1, 2, 3, 4]), "image 10 a second time"],
        [embeddings([10, 20], [1, 2, 3, Number.NaN]), "NaN as value 2 of image 20"],
        [{ ...embeddings([10], [1, 2]), meta: embeddings([], [], 3).meta }, "2 values an image"]
      ] as const) {
        const error = yield* Effect.flip(cocoRowsOf(SET, given))
        assert.instanceOf(error, EmbeddingsRefused)
        assert.include(error.message, part)
        assert.include(error.message, "two numbers")
      }
    })
  )
})
