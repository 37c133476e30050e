import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { f32, i32 } from "ablate"
import { Effect } from "effect"
import {
  cocoAnnotations,
  cocoLabelCounts,
  cocoNotes,
  cocoRows,
  cocoSetNotes,
  cocoSplit,
  cocoStandIn,
  cocoStandInCaptions,
  cocoStandInInstances
} from "../../../stages/coco/stages.ts"
import { produce } from "../produce.ts"

const folder = mkdtempSync(join(tmpdir(), "coco-stages-"))
afterAll(() => rmSync(folder, { recursive: true }))

describe("the stages from annotations to a split", () => {
  it.live("work together, and read a user's files as they read the stand-in's", () =>
    Effect.gen(function* () {
      const config = { seed: 3, images: 1000 }
      const instances = yield* produce(cocoStandInInstances, {}, config)
      const captions = yield* produce(cocoStandInCaptions, {}, config)
      const set = yield* produce(cocoStandIn, { instances, captions }, { words: "whole-word" })
      assert.isTrue(set.standIn)
      assert.strictEqual(set.images.length, 732)

      const file = (name: string, bytes: Uint8Array) => {
        writeFileSync(join(folder, name), bytes)
        return { path: join(folder, name), hash: "" }
      }
      const files = { instances: file("i.json", instances), captions: file("c.json", captions) }
      const real = yield* produce(cocoAnnotations, files, { words: "whole-word" })
      assert.deepStrictEqual({ ...real, source: set.source, standIn: true }, set)
      assert.isFalse(real.standIn)
      // A key has no paths, so neither may the output.
      assert.notInclude(JSON.stringify(real), folder)

      const embedded = set.images.slice(2)
      const embeddings = {
        tensors: {
          x: f32(
            [embedded.length, 1],
            Float32Array.from(embedded, (_, at) => at)
          ),
          ids: i32(
            [embedded.length],
            Int32Array.from(embedded, ({ id }) => id)
          )
        },
        meta: { source: "counting", standIn: true, dimension: 1, skipped: [] }
      }
      const rows = yield* produce(cocoRows, { set, embeddings }, {})
      assert.deepStrictEqual(rows.tensors.y?.shape, [730, 12])
      const split = yield* produce(cocoSplit, { rows }, { seed: 1, trainShare: 0.85 })
      assert.deepStrictEqual(split.meta, { train: 620, test: 110 })
      assert.deepStrictEqual([split.tensors.train?.dtype, split.tensors.test?.shape], ["I32", [110]])

      const counts = yield* produce(cocoLabelCounts, { set }, { label: "overall" })
      assert.strictEqual(counts.images.value, 732)
      const notes = yield* produce(cocoNotes, { set, rows }, {})
      assert.include(notes.notes.join(" "), "2 images have no embedding")
      assert.include((yield* produce(cocoSetNotes, { set }, {})).caption.join(" "), "stand-in data")
    })
  )
})
