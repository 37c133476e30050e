import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Progress, type ProgressReport } from "ablate"
import { Effect } from "effect"
import fc from "fast-check"
import sharp from "sharp"
import type { CocoImage } from "../../../stages/coco/CocoSet.ts"
import { type Extractor, ExtractorInvalid } from "../../../stages/images/Extractor.ts"
import { embedShard, readImage, type ShardOptions, sliceOf } from "../../../stages/images/shard.ts"
import { folder } from "./folder.ts"

const root = folder()
const outside = folder()

const save = (path: string, width: number, height: number) =>
  Effect.promise(() =>
    sharp({ create: { width, height, channels: 3, background: "#808080" } })
      .png()
      .toFile(path)
  )

const images = (...files: ReadonlyArray<string>): ReadonlyArray<CocoImage> =>
  files.map((file, at) => ({ id: 100 + at, file, gender: "man", labels: ["tie"] }))

/** Its embedding of an image is width and height. */
const sizes: Extractor = {
  dimension: 2,
  embed: ({ height, width }) => Effect.succeed(Float32Array.of(width, height))
}
const options = (given: ReadonlyArray<CocoImage>, more: Partial<ShardOptions<never>> = {}): ShardOptions<never> => ({
  images: given,
  folder: root,
  onBadImage: "fail",
  dimension: 2,
  source: "sizes",
  standIn: true,
  extractor: Effect.succeed(sizes),
  ...more
})

describe("the parts of a set", () => {
  it("are neighbours that together are the whole, of at most ceil(N / parts) each", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 80 }), (count, shards) => {
        const items = Array.from({ length: count }, (_, at) => at)
        const parts = Array.from({ length: shards }, (_, shard) => sliceOf(items, shard, shards))
        assert.deepStrictEqual(parts.flat(), items)
        assert.isTrue(parts.every(({ length }) => length <= Math.ceil(count / shards)))
      })
    )
  })
})

describe("a shard", () => {
  it.live("has a row for each image in their order, and says how far it is", () =>
    Effect.gen(function* () {
      yield* save(join(root, "a.png"), 3, 4)
      yield* save(join(root, "b.png"), 5, 6)
      const reports: Array<ProgressReport> = []
      const report = (each: ProgressReport) => Effect.sync(() => void reports.push(each))
      const { meta, tensors } = yield* embedShard(options(images("b.png", "a.png"))).pipe(
        Effect.provideService(Progress, { report })
      )
      assert.deepStrictEqual([...tensors.x.data], [5, 6, 3, 4])
      assert.deepStrictEqual([...tensors.x.shape], [2, 2])
      assert.deepStrictEqual([...tensors.ids.data], [100, 101])
      assert.deepStrictEqual(meta, { source: "sizes", standIn: true, dimension: 2, skipped: [] })
      assert.deepStrictEqual(reports, [
        { current: 1, total: 2, unit: "image" },
        { current: 2, total: 2, unit: "image" }
      ])
    })
  )

  it.live("without images loads no network", () =>
    Effect.gen(function* () {
      const { tensors } = yield* embedShard(options([], { extractor: Effect.die("loaded") }))
      assert.deepStrictEqual([...tensors.x.shape], [0, 2])
      assert.deepStrictEqual([...tensors.ids.shape], [0])
    })
  )

  it.live("fails at an image that is text, missing, a folder or elsewhere, and names it", () =>
    Effect.gen(function* () {
      writeFileSync(join(root, "text.jpg"), "this is no image")
      mkdirSync(join(root, "folder.jpg"), { recursive: true })
      yield* save(join(outside, "c.png"), 1, 1)
      const bad: ReadonlyArray<readonly [file: string, problem: RegExp]> = [
        ["text.jpg", /cannot be decoded: .*unsupported image format/],
        ["missing.jpg", /there is no such file/],
        ["folder.jpg", /is a folder/],
        [join("..", outside.split("/").at(-1) ?? "", "c.png"), /lies outside the folder/],
        [join(outside, "c.png"), /lies outside the folder/],
        ["", /lies outside the folder/]
      ]
      for (const [file, problem] of bad) {
        const error = yield* Effect.flip(embedShard(options(images("a.png", file))))
        assert.strictEqual(error._tag, "BadImage")
        assert.include(error.message, `image ${file} in ${root}: `)
        assert.match(error.message, problem)
        assert.include(error.message, `--set embeddings.onBadImage=skip`)
      }
      // In the folder by a roundabout way.
      assert.strictEqual((yield* readImage(root, "folder.jpg/../a.png")).width, 3)
    })
  )

  it.live("leaves bad images out and lists them, where that was asked for", () =>
    Effect.gen(function* () {
      const given = images("missing.jpg", "a.png", "text.jpg", "b.png")
      const { meta, tensors } = yield* embedShard(options(given, { onBadImage: "skip" }))
      assert.deepStrictEqual([...tensors.ids.data], [101, 103])
      assert.deepStrictEqual([...tensors.x.data], [3, 4, 5, 6])
      assert.deepStrictEqual([...tensors.x.shape], [2, 2])
      assert.deepStrictEqual(
        meta.skipped.map(({ file }) => file),
        ["missing.jpg", "text.jpg"]
      )
      assert.strictEqual(meta.skipped[0]?.problem, "there is no such file")
    })
  )

  it.live("does not take a failing network for a bad image", () =>
    Effect.gen(function* () {
      const broken: Extractor = {
        dimension: 2,
        embed: () => Effect.fail(new ExtractorInvalid({ subject: "w", problem: "p" }))
      }
      const given = options(images("a.png"), { onBadImage: "skip", extractor: Effect.succeed(broken) })
      const error = yield* Effect.flip(embedShard(given))
      assert.strictEqual(error._tag, "ExtractorInvalid")
    })
  )
})
