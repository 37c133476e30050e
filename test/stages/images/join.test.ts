import { assert, describe, it } from "@effect/vitest"
import { f32, i32 } from "ablate"
import { Effect } from "effect"
import type { Embeddings } from "../../../stages/coco/CocoRows.ts"
import { joinShards } from "../../../stages/images/join.ts"

const shard = (rows: ReadonlyArray<readonly [id: number, ...values: ReadonlyArray<number>]>): Embeddings => ({
  tensors: {
    x: f32([rows.length, 2], Float32Array.from(rows.flatMap(([, ...values]) => values))),
    ids: i32(
      [rows.length],
      Int32Array.from(rows, ([id]) => id)
    )
  },
  meta: { source: "a network", standIn: false, dimension: 2, skipped: [] }
})
const withMeta = (given: Embeddings, meta: Partial<Embeddings["meta"]>): Embeddings => ({
  ...given,
  meta: { ...given.meta, ...meta }
})

const first = shard([
  [7, 1, 2],
  [3, 3, 4]
])
const second = shard([[5, 5, 6]])

const refusal = (shards: ReadonlyArray<Embeddings>) =>
  Effect.map(Effect.flip(joinShards(shards)), ({ message }) => message)

describe("joining shards", () => {
  it.effect("keeps rows and skipped images in the shards' order; an empty shard adds nothing", () =>
    Effect.gen(function* () {
      const bad = { file: "b.jpg", problem: "there is no such file" }
      const worse = { file: "c.jpg", problem: "cannot be decoded" }
      const joined = yield* joinShards([
        withMeta(first, { skipped: [bad] }),
        shard([]),
        withMeta(second, { skipped: [worse] })
      ])
      assert.deepStrictEqual(joined.tensors, {
        x: f32([3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
        ids: i32([3], Int32Array.of(7, 3, 5))
      })
      assert.deepStrictEqual(joined.meta, { source: "a network", standIn: false, dimension: 2, skipped: [bad, worse] })
    })
  )

  it.effect("refuses what is not of one whole, and nothing at all", () =>
    Effect.gen(function* () {
      assert.match(yield* refusal([]), /found no shards/)
      assert.match(yield* refusal([first, first]), /image 7 is in it more than once/)
      assert.match(
        yield* refusal([first, withMeta(second, { source: "another" })]),
        /shard 1 is of another extractor: found "another", expected "a network"/
      )
      const wide = withMeta(second, { dimension: 3 })
      assert.match(yield* refusal([first, wide]), /shard 1: found 2 values an image, expected 3/)
      const lost = withMeta(shard([]), { skipped: [{ file: "b.jpg", problem: "there is no such file" }] })
      assert.match(
        yield* refusal([lost, shard([])]),
        /no image could be embedded \(the first of 1: b\.jpg, there is no such file\)/
      )
    })
  )
})
