/** Shards of embeddings, put together again. */
import { f32, i32 } from "ablate"
import { Effect, Schema } from "effect"
import type { Embeddings } from "../coco/CocoRows.ts"

/** Shards that are not of one whole, or that hold no image at all. */
export class ShardsMismatch extends Schema.TaggedError<ShardsMismatch>()("ShardsMismatch", { problem: Schema.String }) {
  override get message() {
    return `embeddings: ${this.problem}`
  }
}

const problemOf = (shards: ReadonlyArray<Embeddings>): string | undefined => {
  const [first] = shards
  if (first === undefined) return "found no shards, expected at least one"
  for (const [at, { meta, tensors }] of shards.entries()) {
    const [, width] = tensors.x.shape
    if (width !== meta.dimension) return `shard ${at}: found ${width} values an image, expected ${meta.dimension}`
    if (meta.dimension !== first.meta.dimension || meta.source !== first.meta.source)
      return `shard ${at} is of another extractor: found "${meta.source}", expected "${first.meta.source}"`
  }
  return undefined
}

/** Their rows one after another, in the shards' order; also what was skipped. */
export const joinShards = Effect.fnUntraced(function* (shards: ReadonlyArray<Embeddings>) {
  const problem = problemOf(shards)
  const [first] = shards
  if (problem !== undefined || first === undefined)
    return yield* new ShardsMismatch({ problem: problem ?? "no shards" })
  const { dimension } = first.meta
  const skipped = shards.flatMap(({ meta }) => meta.skipped)
  const rows = shards.reduce((sum, { tensors }) => sum + tensors.ids.data.length, 0)
  if (rows === 0) {
    const [bad] = skipped
    const why = bad === undefined ? "the set is empty" : `the first of ${skipped.length}: ${bad.file}, ${bad.problem}`
    return yield* new ShardsMismatch({ problem: `no image could be embedded (${why})` })
  }
  const x = new Float32Array(rows * dimension)
  const ids = new Int32Array(rows)
  let row = 0
  for (const { tensors } of shards) {
    x.set(tensors.x.data, row * dimension)
    ids.set(tensors.ids.data, row)
    row += tensors.ids.data.length
  }
  const seen = new Set<number>()
  for (const id of ids) {
    if (seen.has(id)) return yield* new ShardsMismatch({ problem: `image ${id} is in it more than once` })
    seen.add(id)
  }
  const joined: Embeddings = {
    tensors: { x: f32([rows, dimension], x), ids: i32([rows], ids) },
    meta: { ...first.meta, skipped }
  }
  return joined
})
