/**
 * Curves over epochs among what cells published. A value that says `epochs: n` and holds lists of n numbers, by themselves or by
 * name, holds curves: so a trained model does that keeps its losses.
 */
import { Effect, Exit, Option, Schema } from "effect"
import { ArtifactHash } from "../../domain/Hash.ts"
import type { RunCell } from "../../domain/RunRecord.ts"
import type { PageCurve } from "../../report/page/PageData.ts"
import { ArtifactStore } from "../../store/index.ts"

/** Larger outputs are not read for a page, nor those of more cells. */
const MOST_BYTES = 4 * 1024 * 1024
const MOST_CELLS = 500

/** Of a longer curve so many values are kept. */
const MOST_POINTS = 120

const MetadataHeader = Schema.fromJsonString(
  Schema.Struct({ __metadata__: Schema.Record(Schema.String, Schema.String) })
)
const parseHeader = Schema.decodeUnknownOption(MetadataHeader)
const parseJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Json))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The JSON of an artifact, or of what tensors say of themselves; undefined where it is neither. */
const contentOf = (kind: string, bytes: Uint8Array): unknown => {
  const decoder = new TextDecoder()
  if (kind !== "tensors") return Option.getOrUndefined(parseJson(decoder.decode(bytes)))
  if (bytes.byteLength < 8) return undefined
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true))
  const header = Option.getOrUndefined(parseHeader(decoder.decode(bytes.subarray(8, 8 + length))))
  if (header === undefined) return undefined
  return Object.fromEntries(
    Object.entries(header.__metadata__).flatMap(([name, text]): ReadonlyArray<readonly [string, unknown]> => {
      const value: unknown = Option.getOrUndefined(parseJson(text))
      return isObject(value) ? Object.entries(value) : [[name, value]]
    })
  )
}

const isCurve = (value: unknown, epochs: number): value is ReadonlyArray<number> =>
  Array.isArray(value) && value.length === epochs && value.every((each) => Number.isFinite(each))

const thinned = (name: string, values: ReadonlyArray<number>): PageCurve => {
  const step = Math.max(1, (values.length - 1) / (MOST_POINTS - 1))
  const count = Math.min(values.length, MOST_POINTS)
  const places = Array.from({ length: count }, (_, at) => Math.round(at * step))
  return {
    name,
    epochs: places.map((place) => place + 1),
    values: places.map((place) => Number((values[place] ?? 0).toPrecision(5)))
  }
}

/** The curves that a value holds. */
export const curvesIn = (value: unknown): ReadonlyArray<PageCurve> => {
  if (!isObject(value)) return []
  const { epochs } = value
  if (typeof epochs !== "number" || !Number.isInteger(epochs) || epochs < 2) return []
  return Object.entries(value).flatMap(([name, each]) => {
    if (isCurve(each, epochs)) return [thinned(name, each)]
    if (!isObject(each)) return []
    return Object.entries(each).flatMap(([inner, values]) =>
      isCurve(values, epochs) ? [thinned(`${name}: ${inner}`, values)] : []
    )
  })
}

const CURVED = new Set(["json", "tensors"])

const curvesOf = Effect.fnUntraced(function* ({ outputs }: RunCell) {
  const artifacts = yield* ArtifactStore
  const found: Array<PageCurve> = []
  for (const hash of Object.values(outputs)) {
    const info = yield* Effect.exit(artifacts.stat(ArtifactHash.make(hash)))
    if (Exit.isFailure(info) || !CURVED.has(info.value.kind) || info.value.size > MOST_BYTES) continue
    const bytes = yield* Effect.exit(artifacts.get(hash))
    if (Exit.isSuccess(bytes)) found.push(...curvesIn(contentOf(info.value.kind, bytes.value)))
  }
  return found
})

/** By cell; of those that have any. None where the cells are too many to read them all. */
export const curvesOfCells = Effect.fnUntraced(function* (cells: ReadonlyArray<RunCell>) {
  const found = new Map<string, ReadonlyArray<PageCurve>>()
  if (cells.length > MOST_CELLS) return found
  for (const cell of cells) {
    const curves = yield* curvesOf(cell)
    if (curves.length > 0) found.set(cell.cell, curves)
  }
  return found
})
