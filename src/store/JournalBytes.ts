/**
 * Journal entries as bytes: what happens with every node in short rows without hashes, everything else as it is, as JSON and
 * deflated; behind it the hashes, which nothing makes smaller.
 */
import { constants, deflateRawSync, inflateRawSync } from "node:zlib"
import { Option, Schema } from "effect"
import type { RunId } from "../domain/Hash.ts"
import { JournalEntry } from "../domain/RunDetail.ts"
import type { CheckedRows } from "./RowCheck.ts"
import type { JournalPart } from "./RunJournal.ts"

const started = [Schema.String, Schema.Finite, Schema.Int, Schema.Int, Schema.String] as const
const Started = Schema.Tuple([Schema.Literal("s"), ...started])
/** By a worker of another process, whose name ends the row. */
const StartedThere = Schema.Tuple([Schema.Literal("h"), ...started, Schema.String])
const Done = Schema.Tuple([Schema.Literal("d"), Schema.String, Schema.Finite, Schema.Finite, Schema.Int])
const Cached = Schema.Tuple([Schema.Literal("c"), Schema.String, Schema.Finite])
const Row = Schema.Union([Started, StartedThere, Done, Cached, Schema.Record(Schema.String, Schema.Unknown)])
type Row = typeof Row.Type

const readRows = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Array(Row)))
const readEntries = Schema.decodeUnknownOption(Schema.Array(JournalEntry))

/** A node's id is its stage, `#`, a number. */
const stageOf = (node: string): string => node.slice(0, node.lastIndexOf("#"))

const rowOf = (entry: JournalEntry): unknown => {
  if (!("node" in entry) || stageOf(entry.node) !== entry.stage) return entry
  switch (entry._tag) {
    case "NodeStarted":
      return entry.host === undefined
        ? ["s", entry.node, entry.at, entry.worker, entry.attempt, entry.reason]
        : ["h", entry.node, entry.at, entry.worker, entry.attempt, entry.reason, entry.host]
    case "NodeSucceeded":
      return ["d", entry.node, entry.at, entry.durationMs, entry.bytes]
    case "NodeCached":
      return ["c", entry.node, entry.at]
    default:
      return entry
  }
}

/** Bytes of a hash. */
const hashBytes = 32

/** Equal events give equal bytes; a part is written once and read seldom, so little is spent on making it small. */
export const pack = (entries: ReadonlyArray<JournalEntry>): Uint8Array => {
  let hashes = ""
  const rows = entries.map((entry) => {
    const row = rowOf(entry)
    if (Array.isArray(row) && "artifact" in entry) hashes += entry.key + entry.artifact
    return row
  })
  const text = deflateRawSync(JSON.stringify(rows), { level: constants.Z_BEST_SPEED })
  const head = Buffer.alloc(4)
  head.writeUInt32LE(text.length)
  return Buffer.concat([head, text, Buffer.from(hashes, "hex")])
}

const textOf = Option.liftThrowable((bytes: Uint8Array) => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = 4 + buffer.readUInt32LE(0)
  return { text: inflateRawSync(buffer.subarray(4, end)).toString("utf8"), hashes: buffer.subarray(end) }
})

/** Rows with their hashes, which stand behind one another. */
const entriesOf = (rows: ReadonlyArray<Row>, hashes: Buffer): ReadonlyArray<unknown> => {
  let end = 0
  const hash = (): string => {
    end += hashBytes
    return hashes.toString("hex", end - hashBytes, end)
  }
  return rows.map((row) => {
    if (!isShort(row)) return row
    const base = { node: row[1], stage: stageOf(row[1]), at: row[2] }
    if (row[0] === "s" || row[0] === "h") {
      const [, , , worker, attempt, reason, host] = row
      return { _tag: "NodeStarted", ...base, worker, attempt, reason, ...(host === undefined ? {} : { host }) }
    }
    const known = { ...base, key: hash(), artifact: hash() }
    return row[0] === "c"
      ? { _tag: "NodeCached", ...known }
      : { _tag: "NodeSucceeded", ...known, durationMs: row[3], bytes: row[4] }
  })
}

const isShort = (row: Row): row is Exclude<Row, { readonly [name: string]: unknown }> => Array.isArray(row)

/** None where these are not the bytes of entries. */
export const unpack = (bytes: Uint8Array): Option.Option<ReadonlyArray<JournalEntry>> =>
  Option.flatMap(textOf(bytes), ({ hashes, text }) =>
    Option.flatMap(readRows(text), (rows) => readEntries(entriesOf(rows, hashes)))
  )

/** A part as a row holds it. */
export interface JournalRow {
  readonly part: number
  readonly entries: Buffer
  readonly row_check: number
}

/** What the rows of a run from part `from` on hold; what does not check is left out and counted. */
export const readParts = (
  { checked }: Pick<CheckedRows, "checked">,
  run: RunId,
  from: number,
  rows: Iterable<JournalRow>
): JournalPart => {
  const entries: Array<JournalEntry> = []
  let [next, lost] = [from, 0]
  for (const row of rows) {
    lost += row.part - next
    next = row.part + 1
    const bytes = checked("journal", [run, row.part], [row.entries, row.row_check])
    const found = bytes === undefined ? Option.none() : unpack(bytes)
    if (Option.isNone(found)) lost++
    else for (const entry of found.value) entries.push(entry)
  }
  return { entries, next, lost }
}
