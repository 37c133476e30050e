/** Embeds one part of a set of images: what an interruption can lose at most. */
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join, relative, resolve, sep } from "node:path"
import { f32, i32, Progress } from "ablate"
import { Effect, Schema } from "effect"
import type { EmbeddingsMeta } from "../coco/CocoRows.ts"
import type { CocoImage } from "../coco/CocoSet.ts"
import { BadImage, NO_SUCH_FILE, OnBadImage } from "./BadImage.ts"
import { decode, NotAnImage } from "./decode.ts"
import type { Extractor } from "./Extractor.ts"

export const ShardConfig = Schema.Struct({
  /** Which part, from 0. */
  shard: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Into how many parts the set is cut. */
  shards: Schema.Int.check(Schema.isGreaterThan(0)),
  onBadImage: OnBadImage
})
export type ShardConfig = typeof ShardConfig.Type

/** Part `shard` of `shards`: ceil(N / shards) neighbours each, the last ones fewer or none. */
export const sliceOf = <A>(items: ReadonlyArray<A>, shard: number, shards: number): ReadonlyArray<A> => {
  const size = Math.ceil(items.length / shards)
  return items.slice(shard * size, (shard + 1) * size)
}

/** Whether the path, taken from `folder`, stays in it: only what is in the folder is part of the key. */
const isInside = (folder: string, file: string): boolean => {
  const path = relative(folder, resolve(folder, file))
  return path !== "" && path !== ".." && !path.startsWith(`..${sep}`)
}

const reasons: { readonly [code: string]: string } = {
  ENOENT: NO_SUCH_FILE,
  EISDIR: "is a folder",
  EACCES: "may not be read"
}

const readProblem = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  return reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))
}

/** The decoded image. Fails with {@link BadImage}, or where nothing can be decoded here. */
export const readImage = Effect.fnUntraced(function* (folder: string, file: string) {
  const bad = (problem: string) => new BadImage({ file, folder, problem })
  if (!isInside(folder, file)) return yield* bad("lies outside the folder")
  const bytes = yield* Effect.tryPromise({
    try: () => readFile(join(folder, file)),
    catch: (cause) => bad(readProblem(cause))
  })
  return yield* decode(bytes).pipe(
    Effect.mapError((error) => (error instanceof NotAnImage ? bad(error.problem) : error))
  )
})

/** A missing image's error with how many of the part are missing. */
const counted = (bad: BadImage, images: ReadonlyArray<CocoImage>): BadImage => {
  if (bad.problem !== NO_SUCH_FILE) return bad
  const { file, folder } = bad
  const missing = images.filter((image) => !existsSync(join(folder, image.file))).length
  const many = `${missing} of the ${images.length} images of this part are not there`
  return missing < 2 ? bad : new BadImage({ file, folder, problem: `${bad.problem} (${many})` })
}

export interface ShardOptions<E> {
  readonly images: ReadonlyArray<CocoImage>
  readonly folder: string
  readonly onBadImage: OnBadImage
  readonly dimension: number
  readonly source: string
  readonly standIn: boolean
  /** Loaded only if there is an image. */
  readonly extractor: Effect.Effect<Extractor, E>
}

/**
 * The images that could be embedded, in their order; the others are in the metadata's `skipped`, unless `onBadImage` is "fail": then the first of them fails the shard.
 */
export const embedShard = Effect.fnUntraced(function* <E>(options: ShardOptions<E>) {
  const { dimension, folder, images, onBadImage, source, standIn } = options
  const progress = yield* Progress
  const x = new Float32Array(images.length * dimension)
  const ids: Array<number> = []
  const skipped: Array<EmbeddingsMeta["skipped"][number]> = []
  for (const [at, { file, id }] of images.entries()) {
    const pixels = yield* readImage(folder, file).pipe(
      Effect.catchTag("BadImage", (bad) =>
        onBadImage === "fail" ? Effect.fail(counted(bad, images)) : Effect.succeed(bad)
      )
    )
    if (pixels instanceof BadImage) skipped.push({ file, problem: pixels.problem })
    else {
      const extractor = yield* options.extractor
      x.set(yield* extractor.embed(pixels), ids.length * dimension)
      ids.push(id)
    }
    yield* progress.report({ current: at + 1, total: images.length, unit: "image" })
    yield* Effect.yieldNow
  }
  const rows = ids.length
  const meta: EmbeddingsMeta = { source, standIn, dimension, skipped }
  return {
    tensors: { x: f32([rows, dimension], x.slice(0, rows * dimension)), ids: i32([rows], Int32Array.from(ids)) },
    meta
  }
})
