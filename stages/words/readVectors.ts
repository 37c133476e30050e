/** Reads the vectors of wanted words from a file of any supported format, as a stream. */
import { type FileHandle, open } from "node:fs/promises"
import { Effect, Schema } from "effect"
import type { RowParser, RowRequest } from "./RowParser.ts"
import { fasttext, glove } from "./textRows.ts"
import { type Problem, VectorFileError } from "./VectorFileError.ts"
import { WantedRows } from "./WantedRows.ts"
import { winkJson } from "./winkJson.ts"
import { word2vecBin } from "./word2vecBin.ts"

/** `wink`: JSON of wink's packages; `word2vec`: binary; `glove`: text without header; `fasttext`: text with header. */
export const VectorFormat = Schema.Literals(["wink", "word2vec", "glove", "fasttext"])
export type VectorFormat = typeof VectorFormat.Type

/**
 * Which spelling of a word is looked up in the file: as it is, in lower case, or as it is and, where the file lacks
 * that, in lower case.
 */
export const CasePolicy = Schema.Literals(["exact", "lower", "exact-then-lower"])
export type CasePolicy = typeof CasePolicy.Type

export interface ReadOptions {
  readonly format: VectorFormat
  /** Values a row must have; null to take what the file has. */
  readonly dimension: number | null
  readonly casePolicy: CasePolicy
}

export interface FoundVectors {
  /** The wanted words that the file has, in the order they were asked for. */
  readonly words: ReadonlyArray<string>
  /** Row-major [words, dimension]. */
  readonly data: Float32Array
  readonly dimension: number
  /** Wanted words that the file lacks. */
  readonly missing: ReadonlyArray<string>
  /** Wanted words found by their lower-case spelling only. */
  readonly lowered: ReadonlyArray<string>
  /** Further rows of words already found; the first row counts. */
  readonly repeated: number
  /** Rows of the whole file. */
  readonly rows: number
}

const parsers: { readonly [F in VectorFormat]: (request: RowRequest) => RowParser } = {
  wink: winkJson,
  word2vec: word2vecBin,
  glove,
  fasttext
}

const spellings = (word: string, policy: CasePolicy): ReadonlyArray<string> => {
  const lower = word.toLowerCase()
  return policy === "exact" ? [word] : policy === "lower" ? [lower] : [word, lower]
}

/** Bytes read at once. */
const CHUNK = 1 << 22
/** No row of a sound file is longer. */
const LONGEST_ROW = 1 << 26

const GZIP: Problem = {
  place: "byte 0",
  word: null,
  found: "a gzip-compressed file",
  expected: "the unpacked file (gunzip it first)"
}

interface Reading {
  readonly parser: RowParser
  readonly file: FileHandle
  /** The piece at hand: bytes not yet taken, `filled` of them, the first at `offset` of the file. */
  buffer: Buffer
  filled: number
  offset: number
}

/** Reads one piece and lets the parser take from it. True at the end of the file. */
const step = async (reading: Reading): Promise<boolean | Problem> => {
  const { file, parser } = reading
  if (reading.filled === reading.buffer.length) {
    if (reading.buffer.length >= LONGEST_ROW) {
      const expected = `rows of at most ${LONGEST_ROW} bytes`
      return { place: `byte ${reading.offset}`, word: null, found: "a longer row", expected }
    }
    const larger = Buffer.allocUnsafe(reading.buffer.length * 2)
    reading.buffer.copy(larger, 0, 0, reading.filled)
    reading.buffer = larger
  }
  const { bytesRead } = await file.read(reading.buffer, reading.filled, reading.buffer.length - reading.filled)
  const { buffer, offset } = reading
  if (offset === 0 && reading.filled === 0 && buffer[0] === 0x1f && buffer[1] === 0x8b && bytesRead > 1) return GZIP
  const last = bytesRead === 0
  reading.filled += bytesRead
  const taken = parser.take(buffer.subarray(0, reading.filled), offset, last)
  if (typeof taken !== "number") return taken
  buffer.copyWithin(0, taken, reading.filled)
  reading.filled -= taken
  reading.offset += taken
  return last ? (parser.finish(reading.offset) ?? true) : false
}

/**
 * The vectors of `words` (repeated words count once). Memory: the wanted vectors and a few megabytes, whatever the
 * file's size. Of rows with the same word the first counts. `onBytes` is told how far the reading is.
 *
 * Fails with {@link VectorFileError} for a file that cannot be read, is not of the format, is truncated, has another
 * dimension, or holds a value that is not a finite float32 (`wink`: in the wanted rows; else: in any row, but for
 * decimal texts too large for a float32, which are seen in the wanted rows only).
 */
export const readVectors = (
  file: string,
  words: Iterable<string>,
  options: ReadOptions,
  onBytes: (done: number, total: number) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<FoundVectors, VectorFileError> => {
  const asked = [...new Set(words)]
  const wanted = new WantedRows(asked.flatMap((word) => spellings(word, options.casePolicy)))
  const parser = parsers[options.format]({ wanted, dimension: options.dimension })
  const wrong = (problem: Problem) => new VectorFileError({ file, format: options.format, ...problem })
  const attempt = <A>(task: () => Promise<A>) =>
    Effect.tryPromise({
      try: task,
      catch: (cause) =>
        wrong({
          place: "the file itself",
          word: null,
          found: cause instanceof Error ? cause.message : String(cause),
          expected: "a readable file"
        })
    })

  const scan = (handle: FileHandle) =>
    Effect.gen(function* () {
      const { size } = yield* attempt(() => handle.stat())
      const reading: Reading = { parser, file: handle, buffer: Buffer.allocUnsafe(CHUNK), filled: 0, offset: 0 }
      for (;;) {
        const state = yield* attempt(() => step(reading))
        if (typeof state !== "boolean") return yield* wrong(state)
        yield* onBytes(reading.offset, size)
        if (state) return
      }
    })

  return Effect.acquireUseRelease(
    attempt(() => open(file, "r")),
    scan,
    (handle) => Effect.promise(() => handle.close())
  ).pipe(Effect.map(() => assemble(asked, wanted, parser, options.casePolicy)))
}

const assemble = (
  asked: ReadonlyArray<string>,
  wanted: WantedRows,
  parser: RowParser,
  policy: CasePolicy
): FoundVectors => {
  const dimension = parser.dimension()
  const found = asked.flatMap((word) => {
    const spelling = spellings(word, policy).find((form) => wanted.vector(form) !== undefined)
    const vector = spelling === undefined ? undefined : wanted.vector(spelling)
    return spelling === undefined || vector === undefined ? [] : [{ word, spelling, vector }]
  })
  const data = new Float32Array(found.length * dimension)
  found.forEach(({ vector }, row) => {
    data.set(vector, row * dimension)
  })
  const names = new Set(found.map(({ word }) => word))
  return {
    words: found.map(({ word }) => word),
    data,
    dimension,
    missing: asked.filter((word) => !names.has(word)),
    lowered: found.filter(({ word, spelling }) => spelling !== word).map(({ word }) => word),
    repeated: wanted.repeated,
    rows: parser.rows()
  }
}
