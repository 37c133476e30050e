/** Embeddings of a set of images: by one of three extractors. */
import { DeclarationError, External, type Node } from "ablate"
import { Schema } from "effect"
import type { Embeddings } from "../stages/coco/CocoRows.ts"
import type { CocoSet } from "../stages/coco/CocoSet.ts"
import { OnBadImage } from "../stages/images/BadImage.ts"
import { centernetFiles } from "../stages/images/centernetFiles.ts"
import { centernetShard, joinedEmbeddings, resnet34Shard, syntheticEmbeddings } from "../stages/images/stages.ts"
import { SyntheticConfig } from "../stages/images/synthetic.ts"

/**
 * `resnet34`: the paper's, from a weights file; `centernet`: the one that comes with the project; `synthetic`: made
 * up.
 */
export const ExtractorKind = Schema.Literals(["synthetic", "centernet", "resnet34"])
export type ExtractorKind = typeof ExtractorKind.Type

export const EmbeddingsOptions = Schema.Struct({
  extractor: ExtractorKind,
  /** The folder of the images' files; null where there are none (then `synthetic`). */
  imagesDir: Schema.NullOr(Schema.String),
  /** ResNet-34 as ONNX; null for the other extractors. */
  weights: Schema.NullOr(Schema.String),
  /** Parts that are kept as they are finished: an interruption loses at most one a worker. */
  shards: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 })),
  onBadImage: OnBadImage,
  synthetic: SyntheticConfig
})
export type EmbeddingsOptions = typeof EmbeddingsOptions.Type

/**
 * 64 images a shard of the study's 9,885: what an interruption can lose a worker. Synthetic strengths at which a network at the paper's settings has
 * about 93 % of the label bits right and 80 % of the genders.
 */
export const EMBEDDINGS_DEFAULTS = {
  shards: 155,
  onBadImage: "fail",
  synthetic: { dimension: 512, seed: 1, labelStrength: 2.2, genderStrength: 4, genderVisible: 0.55 }
} as const satisfies Partial<EmbeddingsOptions>

/** The settings' names, for messages. */
const IMAGES = "--set coco.dir"
const WEIGHTS = "--set embeddings.weights"

const refuse = (problem: string) => new DeclarationError({ subject: "embeddings", problem })

/** The embeddings of a set. Throws {@link DeclarationError} where the extractor lacks its images or weights. */
export const embeddingsNode = (set: Node<CocoSet>, options: EmbeddingsOptions): Node<Embeddings> => {
  const { extractor, imagesDir, onBadImage, shards, synthetic } = options
  if (extractor === "synthetic") return syntheticEmbeddings.node({ set }, synthetic)
  if (imagesDir === null)
    throw refuse(
      `the extractor "${extractor}" needs images: give their folder with ${IMAGES}=<folder>, or take "synthetic"`
    )
  const images = External.folder(imagesDir, IMAGES)
  const parts = Array.from({ length: shards }, (_, shard) => ({ shard, shards, onBadImage }))
  if (extractor === "centernet") {
    const files = centernetFiles()
    const graph = External.file(files.graph, "the embedded extractor")
    const weights = External.file(files.weights, "the embedded extractor")
    return joinedEmbeddings.node({
      shards: parts.map((part) => centernetShard.node({ set, images, graph, weights }, part))
    })
  }
  if (options.weights === null)
    throw refuse(
      `the extractor "resnet34" needs weights: give an ONNX file with ${WEIGHTS}=<resnet34.onnx>, or take "centernet", which comes with the project`
    )
  const weights = External.file(options.weights, WEIGHTS)
  return joinedEmbeddings.node({ shards: parts.map((part) => resnet34Shard.node({ set, images, weights }, part)) })
}
