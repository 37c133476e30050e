/** Rows for training: each image's embedding beside its objects and its gender. */
import { f32, i32, u8 } from "ablate"
import { Effect, Schema } from "effect"
import { NO_SUCH_FILE } from "../images/BadImage.ts"
import type { CocoRows, Embeddings } from "./CocoRows.ts"
import { COCO_LABELS, type CocoSet, GENDER_COLUMN, OUTPUTS } from "./CocoSet.ts"

/** Embeddings that do not belong to the images, or that are no vectors. */
export class EmbeddingsRefused extends Schema.TaggedError<EmbeddingsRefused>()("EmbeddingsRefused", {
  source: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `the embeddings (${this.source}): found ${this.found}, expected ${this.expected}`
  }
}

/** Where each image's embedding is, by id. */
const positions = (
  { meta, tensors }: Embeddings,
  known: ReadonlySet<number>
): Effect.Effect<ReadonlyMap<number, number>, EmbeddingsRefused> => {
  const refuse = (found: string, expected: string) =>
    Effect.fail(new EmbeddingsRefused({ source: meta.source, found, expected }))
  const ids = tensors.ids.data
  const x = tensors.x.data
  const [, dimension] = tensors.x.shape
  if (dimension !== meta.dimension) return refuse(`${dimension} values an image`, `${meta.dimension} values for each`)
  const rows = new Map<number, number>()
  for (const [row, id] of ids.entries()) {
    if (!known.has(id)) return refuse(`one of image ${id}`, "embeddings of the set's images alone")
    if (rows.has(id)) return refuse(`image ${id} a second time`, "one embedding an image")
    rows.set(id, row)
    for (let at = row * meta.dimension; at < (row + 1) * meta.dimension; at++)
      if (!Number.isFinite(x[at]))
        return refuse(`${x[at]} as value ${at - row * meta.dimension + 1} of image ${id}`, "finite numbers")
  }
  return Effect.succeed(rows)
}

/**
 * The images' rows in the set's order. Images without an embedding have no row and are counted. Fails with {@link EmbeddingsRefused} for an embedding of an image that
 * the set does not have, a second one of the same image, or a value that is not finite.
 */
export const cocoRowsOf = (set: CocoSet, embeddings: Embeddings): Effect.Effect<CocoRows, EmbeddingsRefused> =>
  Effect.map(positions(embeddings, new Set(set.images.map(({ id }) => id))), (rows) => {
    const { meta, tensors } = embeddings
    const { dimension } = meta
    const images = set.images.filter(({ id }) => rows.has(id))
    const values = tensors.x.data
    const x = new Float32Array(images.length * dimension)
    const y = new Uint8Array(images.length * OUTPUTS.length)
    images.forEach(({ gender, id, labels }, row) => {
      const at = (rows.get(id) ?? 0) * dimension
      x.set(values.subarray(at, at + dimension), row * dimension)
      for (const label of labels) y[row * OUTPUTS.length + COCO_LABELS.indexOf(label)] = 1
      y[row * OUTPUTS.length + GENDER_COLUMN] = gender === "man" ? 1 : 0
    })
    const missing = meta.skipped.filter(({ problem }) => problem === NO_SUCH_FILE).length
    const ids = Int32Array.from(images, ({ id }) => id)
    return {
      tensors: {
        x: f32([images.length, dimension], x),
        y: u8([images.length, OUTPUTS.length], y),
        ids: i32([images.length], ids)
      },
      meta: {
        source: set.source,
        embeddings: meta.source,
        standIn: set.standIn || meta.standIn,
        skipped: set.images.length - images.length,
        ...(missing === 0 ? {} : { missing })
      }
    }
  })
