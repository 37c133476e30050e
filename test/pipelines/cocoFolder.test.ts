/** Both official layouts of COCO, on a miniature that the test makes: 80 images and 400 captions under each release's names. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { DeclarationError } from "ablate"
import { Effect } from "effect"
import sharp from "sharp"
import {
  type CocoFolder,
  type CocoLayout,
  type CocoPart,
  cocoFiles,
  cocoImagesDir
} from "../../pipelines/cocoFolder.ts"
import { readCocoSet } from "../../stages/coco/readCocoSet.ts"
import { cocoRowsOf } from "../../stages/coco/rows.ts"
import { embedShard } from "../../stages/images/shard.ts"
import { captionsOf, instancesOf, type Picture } from "../stages/coco/Annotations.ts"
import { temporary } from "../temporary.ts"

const IMAGES = 80

/** Every other image has a man; every fourth has no person and is filtered out. */
const pictures: ReadonlyArray<Picture> = Array.from({ length: IMAGES }, (_, at) => ({
  id: 9 + at,
  person: at % 4 !== 3,
  labels: at % 2 === 0 ? ["tie"] : ["handbag", "knife"],
  captions: Array.from({ length: 5 }, (_, which) => (which === 0 ? `a ${at % 2 === 0 ? "man" : "woman"}` : "a street"))
}))

const nameOf = (id: number, layout: CocoLayout, part: CocoPart) =>
  `${layout === 2014 ? `COCO_${part}2014_` : ""}${String(id).padStart(12, "0")}.jpg`

const images = (layout: CocoLayout, part: CocoPart) =>
  pictures.map(({ id }) => ({ id, file_name: nameOf(id, layout, part) }))

/** Writes one part of one release into the folder, as its archives unpack. */
const unpack = async (
  dir: string,
  layout: CocoLayout,
  part: CocoPart,
  what: { images?: boolean; captions?: boolean }
) => {
  mkdirSync(join(dir, "annotations"), { recursive: true })
  const write = (kind: string, content: object) =>
    writeFileSync(
      join(dir, `annotations/${kind}_${part}${layout}.json`),
      JSON.stringify({ ...content, images: images(layout, part) })
    )
  write("instances", instancesOf(pictures))
  if (what.captions !== false) write("captions", captionsOf(pictures))
  if (what.images !== true) return
  mkdirSync(join(dir, `${part}${layout}`))
  const jpeg = await sharp({ create: { width: 8, height: 6, channels: 3, background: "#808080" } })
    .jpeg()
    .toBuffer()
  for (const { file_name } of images(layout, part)) writeFileSync(join(dir, `${part}${layout}`, file_name), jpeg)
}

const folder = (dir: string, more: Partial<CocoFolder> = {}): CocoFolder => ({
  dir,
  layout: null,
  part: "train",
  ...more
})

const refusal = (build: () => unknown): string => {
  try {
    build()
  } catch (error) {
    if (error instanceof DeclarationError) return error.message
    throw error
  }
  return assert.fail("not refused")
}

const sizes = {
  dimension: 2,
  embed: ({ height, width }: { readonly height: number; readonly width: number }) =>
    Effect.succeed(Float32Array.of(width, height))
}

/** From the folder to rows, with an extractor that says how large an image is. */
const rowsOf = Effect.fnUntraced(function* (given: CocoFolder, onBadImage: "fail" | "skip" = "fail") {
  const files = cocoFiles(given)
  const set = yield* readCocoSet(
    { path: files.instances },
    { path: files.captions },
    { words: "whole-word", source: "the miniature", standIn: false }
  )
  const embeddings = yield* embedShard({
    images: set.images,
    folder: cocoImagesDir(given),
    onBadImage,
    dimension: 2,
    source: "sizes",
    standIn: true,
    extractor: Effect.succeed(sizes)
  })
  return { set, rows: yield* cocoRowsOf(set, embeddings) }
})

describe("a folder of COCO", () => {
  for (const layout of [2014, 2017] as const)
    for (const part of ["train", "val"] as const)
      it.live(`is read as ${part}${layout}, and found out by what is there`, () =>
        Effect.gen(function* () {
          const dir = temporary("coco-")
          yield* Effect.promise(() => unpack(dir, layout, part, { images: true }))
          const { rows, set } = yield* rowsOf(folder(dir, { part }))
          assert.deepInclude(set.funnel, { images: IMAGES, captions: 5 * IMAGES, withPersonAndLabel: 60, kept: 60 })
          assert.strictEqual(set.images[0]?.file, nameOf(9, layout, part))
          assert.deepStrictEqual([...rows.tensors.x.data.subarray(0, 2)], [8, 6])
          assert.strictEqual(rows.tensors.ids.data.length, 60)
          assert.deepStrictEqual(cocoFiles(folder(dir, { part, layout })), cocoFiles(folder(dir, { part })))
        })
      )

  it.live("with both layouts is refused with the names of both, until one is asked for", () =>
    Effect.gen(function* () {
      const dir = temporary("coco-")
      yield* Effect.promise(() => unpack(dir, 2014, "train", {}))
      yield* Effect.promise(() => unpack(dir, 2017, "train", {}))
      const message = refusal(() => cocoFiles(folder(dir)))
      for (const part of ["instances_train2014.json", "instances_train2017.json", "--set coco.layout=2014 or 2017"])
        assert.include(message, part)
      assert.include(cocoFiles(folder(dir, { layout: 2017 })).images, "train2017")
    })
  )

  it.live("without annotations of the part says so, and which part is there", () =>
    Effect.gen(function* () {
      const dir = temporary("coco-")
      assert.match(
        refusal(() => cocoFiles(folder(dir))),
        /neither annotations\/instances_train2014\.json nor annotations\/instances_train2017\.json is there$/
      )
      yield* Effect.promise(() => unpack(dir, 2017, "val", {}))
      assert.include(
        refusal(() => cocoFiles(folder(dir))),
        "--set coco.part=val"
      )
    })
  )

  it.live("without captions, or without images, says which", () =>
    Effect.gen(function* () {
      const dir = temporary("coco-")
      yield* Effect.promise(() => unpack(dir, 2017, "train", { captions: false }))
      assert.include(
        refusal(() => cocoFiles(folder(dir))),
        "annotations/instances_train2017.json is there, but annotations/captions_train2017.json is not"
      )
      yield* Effect.promise(() => unpack(dir, 2017, "train", {}))
      // The annotations do without images.
      assert.include(cocoFiles(folder(dir)).instances, "train2017")
      const message = refusal(() => cocoImagesDir(folder(dir)))
      for (const part of ["train2017, is not", "embeddings.extractor=synthetic"]) assert.include(message, part)
    })
  )

  it.live("whose images are missing fails with how many, or leaves them out and counts them", () =>
    Effect.gen(function* () {
      const dir = temporary("coco-")
      yield* Effect.promise(() => unpack(dir, 2017, "train", { images: true }))
      for (const id of [9, 11, 13]) rmSync(join(dir, "train2017", nameOf(id, 2017, "train")))
      const failed = yield* Effect.flip(rowsOf(folder(dir)))
      assert.include(String(failed.message), "there is no such file (3 of the 60 images of this part are not there)")
      const { rows } = yield* rowsOf(folder(dir), "skip")
      assert.deepInclude(rows.meta, { skipped: 3, missing: 3 })
    })
  )

  it("that cannot be seen from here is told of where its files are read", () => {
    assert.strictEqual(
      cocoFiles(folder("/nowhere/coco")).instances,
      "/nowhere/coco/annotations/instances_train2014.json"
    )
  })
})
