/** The stages of image embeddings: thin wrappers around this folder's functions. */
import { Artifact, f32, i32, Progress, Stage } from "ablate"
import { Effect } from "effect"
import { Embeddings } from "../coco/CocoRows.ts"
import { CocoSet } from "../coco/CocoSet.ts"
import { CENTERNET_DIMENSION, CENTERNET_SOURCE, centernet } from "./centernet.ts"
import { joinShards } from "./join.ts"
import { loadedOnce } from "./loaded.ts"
import { runtimeId } from "./OnnxRuntime.ts"
import { packageId } from "./packageId.ts"
import { RESNET34_DIMENSION, resnet34, resnet34Source } from "./resnet34.ts"
import { embedShard, ShardConfig, sliceOf } from "./shard.ts"
import { SyntheticConfig, syntheticWriter } from "./synthetic.ts"

/** Made-up embeddings of every image; see `syntheticWriter`. */
export const syntheticEmbeddings = Stage.make("images/synthetic", {
  config: SyntheticConfig,
  inputs: { set: Artifact.json(CocoSet) },
  output: Embeddings,
  run: ({ set: { images } }, config) =>
    Effect.gen(function* () {
      const { dimension, write } = syntheticWriter(config)
      const progress = yield* Progress
      const x = new Float32Array(images.length * dimension)
      for (const [row, image] of images.entries()) {
        write(image, x, row * dimension)
        if (row % 256 !== 255) continue
        yield* progress.report({ current: row + 1, total: images.length, unit: "image" })
        yield* Effect.yieldNow
      }
      const ids = Int32Array.from(images, ({ id }) => id)
      return {
        tensors: { x: f32([images.length, dimension], x), ids: i32([images.length], ids) },
        meta: {
          source: `synthetic embeddings of ${dimension} values (class means, a gender mean and noise; no image was looked at)`,
          standIn: true,
          dimension,
          skipped: []
        }
      }
    })
})

/** Part of a set by ResNet-34 with the user's weights (ONNX); `images` is the folder of the images' files. */
export const resnet34Shard = Stage.make("images/resnet34-shard", {
  config: ShardConfig,
  inputs: { set: Artifact.json(CocoSet), images: Artifact.file, weights: Artifact.file },
  output: Embeddings,
  numerics: () => `${runtimeId()} ${packageId("sharp")}`,
  run: ({ images, set, weights }, { onBadImage, shard, shards }) =>
    embedShard({
      images: sliceOf(set.images, shard, shards),
      folder: images.path,
      onBadImage,
      dimension: RESNET34_DIMENSION,
      source: resnet34Source(weights),
      standIn: false,
      extractor: loadedOnce(weights.hash, resnet34(weights))
    })
})

/** Part of a set by the network that comes with the project; `graph` and `weights` are its `centernetFiles`. */
export const centernetShard = Stage.make("images/centernet-shard", {
  config: ShardConfig,
  inputs: { set: Artifact.json(CocoSet), images: Artifact.file, graph: Artifact.file, weights: Artifact.file },
  output: Embeddings,
  numerics: () => `${packageId("@tensorflow/tfjs-backend-wasm")} ${packageId("sharp")}`,
  run: ({ graph, images, set, weights }, { onBadImage, shard, shards }) =>
    embedShard({
      images: sliceOf(set.images, shard, shards),
      folder: images.path,
      onBadImage,
      dimension: CENTERNET_DIMENSION,
      source: CENTERNET_SOURCE,
      standIn: true,
      extractor: loadedOnce(`${graph.hash} ${weights.hash}`, centernet(graph, weights))
    })
})

/** The whole set's embeddings from its shards, in their order. */
export const joinedEmbeddings = Stage.make("images/embeddings", {
  inputs: { shards: Artifact.list(Embeddings) },
  output: Embeddings,
  run: ({ shards }) => joinShards(shards)
})
