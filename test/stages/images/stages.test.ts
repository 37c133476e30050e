import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import sharp from "sharp"
import { onnxFile } from "../../../bench/rig/OnnxFile.ts"
import type { CocoImage, CocoSet } from "../../../stages/coco/CocoSet.ts"
import { centernetFiles } from "../../../stages/images/centernetFiles.ts"
import { centernetShard, joinedEmbeddings, resnet34Shard, syntheticEmbeddings } from "../../../stages/images/stages.ts"
import { produce } from "../produce.ts"
import { fileRef } from "./fileRef.ts"
import { folder } from "./folder.ts"
import { pattern } from "./pattern.ts"

const root = folder()

const image = (id: number, more: Partial<CocoImage> = {}): CocoImage => ({
  id,
  file: `${id}.png`,
  gender: id % 2 === 0 ? "man" : "woman",
  labels: ["tie"],
  ...more
})
const setOf = (images: ReadonlyArray<CocoImage>): CocoSet => {
  const funnel = { images: 9, captions: 45, withPersonAndLabel: 9, man: 5, woman: 4, both: 0, neither: 0, kept: 9 }
  return { source: "test", standIn: true, funnel, images }
}

const weights = join(root, "mean.onnx")
writeFileSync(
  weights,
  onnxFile({
    inputs: [{ name: "images", dims: [1, 3, 224, 224] }],
    outputs: [{ name: "features", dims: [1, 512, 1, 1] }],
    nodes: [
      { op: "GlobalAveragePool", inputs: ["images"], output: "means" },
      { op: "Conv", inputs: ["means", "w"], output: "features", attributes: { kernel_shape: [1, 1] } }
    ],
    weights: [{ name: "w", dims: [512, 3, 1, 1], data: new Float32Array(1536).fill(1) }]
  })
)

const save = (id: number) =>
  Effect.promise(() =>
    sharp(pattern(40 + id, 30).rgb, { raw: { width: 40 + id, height: 30, channels: 3 } })
      .png()
      .toFile(join(root, `${id}.png`))
  )

describe("the stages of image embeddings", () => {
  it.live("embed shards that join to the same rows however many there are", () =>
    Effect.gen(function* () {
      yield* Effect.forEach([1, 2, 3, 4, 5], save)
      const set = setOf([image(3), image(1), image(9), image(5), image(2), image(4)])
      const inputs = { set, images: fileRef(root), weights: fileRef(weights) }
      const whole = (shards: number) =>
        Effect.gen(function* () {
          const parts = yield* Effect.forEach(
            Array.from({ length: shards }, (_, shard) => shard),
            (shard) => produce(resnet34Shard, inputs, { shard, shards, onBadImage: "skip" })
          )
          return yield* produce(joinedEmbeddings, { shards: parts }, {})
        })
      const one = yield* whole(1)
      assert.deepStrictEqual(one.tensors.x?.shape, [5, 512])
      assert.deepStrictEqual([...(one.tensors.ids?.data ?? [])], [3, 1, 5, 2, 4])
      assert.deepStrictEqual(one.meta.skipped, [{ file: "9.png", problem: "there is no such file" }])
      assert.strictEqual(one.meta.standIn, false)
      assert.match(one.meta.source, /^ResNet-34 with the given weights/)
      // More shards than images: the last ones are empty.
      for (const shards of [3, 8]) assert.deepStrictEqual(yield* whole(shards), one)
    })
  )

  it.live("say of the embedded extractor that it is a stand-in and has seen the labels", () =>
    Effect.gen(function* () {
      yield* save(1)
      const files = centernetFiles()
      const inputs = {
        set: setOf([image(1)]),
        images: fileRef(root),
        graph: fileRef(files.graph),
        weights: fileRef(files.weights)
      }
      const { meta, tensors } = yield* produce(centernetShard, inputs, { shard: 0, shards: 1, onBadImage: "fail" })
      assert.deepStrictEqual(tensors.x?.shape, [1, 480])
      assert.isTrue(meta.standIn)
      assert.match(meta.source, /trained on COCO's own 80 classes/)
    })
  )

  it.effect("make up embeddings, and say so", () =>
    Effect.gen(function* () {
      const config = { dimension: 16, seed: 1, labelStrength: 2, genderStrength: 4, genderVisible: 0.5 }
      const images = Array.from({ length: 600 }, (_, at) => image(1000 - at))
      const { meta, tensors } = yield* produce(syntheticEmbeddings, { set: setOf(images) }, config)
      assert.deepStrictEqual(tensors.x?.shape, [600, 16])
      assert.deepStrictEqual(
        [...(tensors.ids?.data ?? [])],
        images.map(({ id }) => id)
      )
      assert.isTrue(meta.standIn)
      assert.match(meta.source, /synthetic/)
      // An image's vector is the same in a smaller set.
      const few = yield* produce(syntheticEmbeddings, { set: setOf(images.slice(599)) }, config)
      assert.deepStrictEqual(few.tensors.x?.data, tensors.x?.data.slice(599 * 16))
    })
  )
})
