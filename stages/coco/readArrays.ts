/** Reads the lists of a JSON file, or of bytes in memory, in pieces. */
import { type FileHandle, open } from "node:fs/promises"
import { Effect } from "effect"
import { CocoFileError } from "./CocoFileError.ts"
import { JsonArrays, type JsonProblem, type WantedLists } from "./JsonArrays.ts"

/** Where JSON comes from: a file, or bytes with a name for messages. */
export type JsonSource = { readonly path: string } | { readonly name: string; readonly bytes: Uint8Array }

/** The source's name in messages. */
export const nameOf = (source: JsonSource): string => ("path" in source ? source.path : source.name)

/** Bytes read at once: some ten milliseconds of work. */
const CHUNK = 1 << 20
/** Behind the bytes read there is always one more, a zero: loops over digits then end inside the buffer, which is what keeps them fast. */
const SENTINEL = 1
/** No element of a sound file is longer. */
const LONGEST_ELEMENT = 1 << 26

interface Piece {
  readonly size: number
  /** Fills a part of the buffer from a position of the source; gives the bytes read, 0 at its end. */
  readonly read: (into: Buffer, at: number, length: number, position: number) => Promise<number>
}

const ofBytes = (bytes: Uint8Array): Piece => ({
  size: bytes.length,
  read: async (into, at, length, position) => {
    const part = bytes.subarray(position, position + length)
    into.set(part, at)
    return part.length
  }
})

const ofFile = async (handle: FileHandle): Promise<Piece> => ({
  size: (await handle.stat()).size,
  read: async (into, at, length, position) => (await handle.read(into, at, length, position)).bytesRead
})

export interface ReadArraysOptions {
  /** Told how far the reading is, in bytes. */
  readonly onBytes?: (done: number, total: number) => Effect.Effect<void>
  /** Bytes read at once, to begin with: at least 1. */
  readonly chunk?: number
}

/**
 * Hands the elements of the wanted lists on, in the order of the source. Memory: a few megabytes, whatever its size.
 *
 * Fails with {@link CocoFileError} for a source that cannot be read, is cut off, is not JSON in UTF-8, lacks one of the
 * lists, or has an element that its consumer refuses.
 */
export const readArrays = (
  source: JsonSource,
  lists: WantedLists,
  { chunk = CHUNK, onBytes = () => Effect.void }: ReadArraysOptions = {}
): Effect.Effect<void, CocoFileError> => {
  const wrong = (problem: JsonProblem) => new CocoFileError({ file: nameOf(source), ...problem })
  const attempt = <A>(task: () => Promise<A>) =>
    Effect.tryPromise({
      try: task,
      catch: (cause) =>
        wrong({
          place: "the file itself",
          found: cause instanceof Error ? cause.message : String(cause),
          expected: "a readable file"
        })
    })

  const scan = (piece: Piece) =>
    Effect.gen(function* () {
      const arrays = new JsonArrays(lists)
      let buffer = Buffer.alloc(chunk + SENTINEL)
      let filled = 0
      let taken = 0
      for (;;) {
        const room = buffer.length - SENTINEL - filled
        const read = yield* attempt(() => piece.read(buffer, filled, room, taken + filled))
        if (taken + filled === 0 && read > 1 && buffer[0] === 0x1f && buffer[1] === 0x8b)
          return yield* wrong({
            place: "byte 0",
            found: "a gzip-compressed file",
            expected: "the unpacked file (gunzip it first)"
          })
        filled += read
        buffer[filled] = 0
        const next = arrays.take(buffer, filled, taken)
        if (typeof next !== "number") return yield* wrong(next)
        buffer.copyWithin(0, next, filled)
        filled -= next
        taken += next
        yield* onBytes(taken, piece.size)
        if (read === 0) {
          const problem = arrays.finish(taken + filled)
          return problem === null ? undefined : yield* wrong(problem)
        }
        if (filled === buffer.length - SENTINEL) {
          if (filled >= LONGEST_ELEMENT)
            return yield* wrong({
              place: `byte ${taken}`,
              found: `one element of more than ${LONGEST_ELEMENT} bytes`,
              expected: "lists of images, annotations or categories"
            })
          const larger = Buffer.alloc(buffer.length * 2)
          buffer.copy(larger, 0, 0, filled)
          buffer = larger
        }
        yield* Effect.yieldNow
      }
    })

  if (!("path" in source)) return scan(ofBytes(source.bytes))
  return Effect.acquireUseRelease(
    attempt(() => open(source.path, "r")),
    (handle) =>
      Effect.flatMap(
        attempt(() => ofFile(handle)),
        scan
      ),
    (handle) => Effect.promise(() => handle.close())
  )
}
