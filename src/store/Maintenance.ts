/** Looking after a store of files: how large it is, what nobody needs any more, whether every byte is what it should be. */
import { Context, type Effect } from "effect"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { StoreError } from "./StoreError.ts"

/** Counts, and sizes in bytes. */
export interface Usage {
  readonly traces: number
  readonly runs: number
  readonly artifacts: number
  /** Of the artifacts kept inside the database. */
  readonly inlineBytes: number
  readonly blobs: number
  readonly blobBytes: number
  /** The database file with its write-ahead log. */
  readonly databaseBytes: number
}

export interface SweepOptions {
  /** Count only. */
  readonly dryRun: boolean
  /** Forget all but the newest n runs of each experiment and those that have a tag, and the traces that none of those used. Default: forget no run. */
  readonly keepRuns?: number | undefined
  /** What is younger than this stays, in milliseconds. Default one hour: longer than any node takes from its blob to its row. */
  readonly graceMs?: number | undefined
}

/** What was (or would be) dropped, and the bytes that gives back. */
export interface SweepReport {
  readonly runs: number
  readonly traces: number
  readonly artifacts: number
  /** Files without a row: left by a process that died. */
  readonly orphanBlobs: number
  readonly temporaryFiles: number
  /** Compiled programs that no run and no experiment's file is run by any more. */
  readonly programs: number
  readonly bytes: number
}

/** An artifact that does not read back, with the number of traces that pointed to it. */
export interface DamagedArtifact {
  readonly hash: ArtifactHash
  readonly kind: string
  readonly traces: number
  readonly found: string
}

/** Rows that are not what was written. */
export interface DamagedRows {
  readonly table: string
  readonly rows: number
}

/** What reading everything came to. Sizes in bytes. */
export interface CheckReport {
  readonly checked: number
  readonly bytes: number
  readonly damaged: ReadonlyArray<DamagedArtifact>
  /** Rows that do not have the check they carry, by table. */
  readonly rows: ReadonlyArray<DamagedRows>
  /** Whether the damaged artifacts are forgotten now. */
  readonly repaired: boolean
}

export class Maintenance extends Context.Service<
  Maintenance,
  {
    readonly usage: Effect.Effect<Usage, StoreError>
    /** Drops what nothing mentions any more; see {@link SweepOptions}. Safe beside processes at work. */
    gc(options: SweepOptions): Effect.Effect<SweepReport, StoreError>
    /** Reads every row and every artifact; `repair` forgets what is damaged or missing. */
    check(options: { readonly repair: boolean }): Effect.Effect<CheckReport, StoreError>
  }
>()("ablate/store/Maintenance") {}
