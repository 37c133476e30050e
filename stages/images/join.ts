/** Shards of embeddings, put together again. */
import { type Artifact, f32, i32 } from "ablate"
import { Effect, Schema } from "effect"
import type { EmbeddingsMeta } from "../coco/CocoRows.ts"

export type Embeddings = Artifact.Tensors<EmbeddingsMeta>

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
    const [rows, width] = tensors.x?.shape ?? []
    if (tensors.x?.dtype !== "F32" || width !== meta.dimension || tensors.ids?.dtype !== "I32")
      return `shard ${at}: found x of shape [${tensors.x?.shape}], expected F32 [N, ${meta.dimension}] beside ids I32 [N]`
    if (tensors.ids.data.length !== rows) return `shard ${at}: found ${tensors.ids.data.length} ids for ${rows} rows`
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
  const rows = shards.reduce((sum, { tensors }) => sum + (tensors.ids?.data.length ?? 0), 0)
  if (rows === 0) {
    const [bad] = skipped
    const why = bad === undefined ? "the set is empty" : `the first of ${skipped.length}: ${bad.file}, ${bad.problem}`
    return yield* new ShardsMismatch({ problem: `no image could be embedded (${why})` })
  }
  const x = new Float32Array(rows * dimension)
  const ids = new Int32Array(rows)
  let row = 0
  for (const { tensors } of shards) {
    x.set(tensors.x?.data ?? [], row * dimension)
    ids.set(tensors.ids?.data ?? [], row)
    row += tensors.ids?.data.length ?? 0
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
