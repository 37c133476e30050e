/** A database whose structure is damaged: seen from outside, since it cannot be opened as a store. */
import { statSync } from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import type { StoreError } from "../StoreError.ts"
import { type RebuildReport, rebuild } from "./Rebuild.ts"
import { faultsOf, wasSealed } from "./Seal.ts"
import { storeError } from "./SqliteError.ts"

/** What is wrong with the structure of the database in `dir`; empty where nothing is, and where there is none. */
export const structuralFaults = (dir: string): Effect.Effect<ReadonlyArray<string>, StoreError> => {
  const file = join(dir, "ablate.db")
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (size === undefined) return Effect.succeed([])
  if (size === 0) return Effect.succeed(wasSealed(dir) ? ["its file is empty"] : [])
  return Effect.acquireUseRelease(
    Effect.try({ try: () => new Sqlite(file, { readonly: true }), catch: storeError(dir) }),
    (db) => Effect.try({ try: () => faultsOf(db, "integrity_check"), catch: storeError(dir) }),
    (db) => Effect.sync(() => db.close())
  ).pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "Damaged",
      ({ reason }) => Effect.succeed("detail" in reason ? [reason.detail] : [])
    )
  )
}

/** Builds the database anew from every row that checks and from the blobs; the damaged file is set aside. */
export const rebuildDatabase = (dir: string): Effect.Effect<RebuildReport, StoreError> =>
  Effect.try({ try: () => rebuild(dir), catch: storeError(dir) })
