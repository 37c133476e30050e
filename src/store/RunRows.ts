/** Runs and what they list as a row holds them, in whichever database. */
import { hash } from "node:crypto"
import { Effect, Schema } from "effect"
import { Key, type RunId } from "../domain/Hash.ts"
import { RunCell, RunRecord } from "../domain/RunRecord.ts"
import { isRunning, Owner } from "./Owner.ts"
import { rowCheck } from "./RowCheck.ts"
import type { ExperimentId } from "./RunHistory.ts"
import type { StoreError } from "./StoreError.ts"

/** Bytes of a packed key. */
const keyBytes = 32

export interface RunRow {
  readonly seq: number
  readonly id: RunId
  readonly experiment: string
  readonly file: string
  readonly record: string
  readonly owner: string
  readonly cells: string | null
  readonly keys: string | null
  readonly row_check: number
}

/** The names of what a run lists. */
export interface RunLists {
  readonly cells: string
  readonly keys: string
}

export const checkOf = ({
  cells,
  experiment,
  file,
  id,
  keys,
  owner,
  record
}: Omit<RunRow, "seq" | "row_check">): number => rowCheck("runs", id, experiment, file, record, owner, cells, keys)

/** A record is its own JSON encoding (a test holds it to the schema's): making the codec would cost more than the writing. */
export const encodeRun = (run: RunRecord): string => JSON.stringify(run)

export const Content = Schema.Struct({ record: Schema.fromJsonString(RunRecord), owner: Schema.fromJsonString(Owner) })
export const Cell = Schema.fromJsonString(RunCell)
export const Cells = Schema.fromJsonString(Schema.Array(RunCell))

/** The run as its row says; one that was left by a process that died is interrupted. */
export const runOf = ({ owner, record }: typeof Content.Type): RunRecord =>
  record.status === "running" && !isRunning(owner) ? { ...record, status: "interrupted" } : record

/** Equal lists have one name. */
export const listName = (value: string | Uint8Array): string => hash("sha256", value)

export const packKeys = (keys: ReadonlyArray<Key>): Buffer => Buffer.from(keys.join(""), "hex")

export const unpackKeys = (packed: Buffer): ReadonlyArray<Key> =>
  Array.from({ length: packed.length / keyBytes }, (_, at) =>
    Key.make(packed.toString("hex", at * keyBytes, (at + 1) * keyBytes))
  )

/** The names of both lists of a run; undefined where it has not both. */
export const bothLists = (row: RunRow | undefined): RunLists | undefined =>
  row === undefined || row.cells === null || row.keys === null ? undefined : { cells: row.cells, keys: row.keys }

export const isOf =
  ({ file, name }: ExperimentId) =>
  (row: RunRow): boolean =>
    row.experiment === name && (file === undefined || row.file === file)

/** What was listed, with what has ended since in its place. */
export const withEnded = Effect.fnUntraced(function* (
  listed: ReadonlyArray<RunCell>,
  ended: ReadonlyArray<string>,
  decode: (record: string) => Effect.Effect<RunCell, StoreError>
) {
  if (ended.length === 0) return listed
  const since = yield* Effect.forEach(ended, (record) => decode(record))
  return [...new Map([...listed, ...since].map((cell) => [cell.cell, cell])).values()]
})
