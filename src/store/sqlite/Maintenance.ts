/** Looking after the database and its blob files. */
import { statSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { checkBlob, hashOf } from "../Blobs.ts"
import type { DamagedArtifact, Maintenance, SweepOptions, Usage } from "../Maintenance.ts"
import type { StoreError } from "../StoreError.ts"
import type { Artifacts } from "./Artifacts.ts"
import type { Connection } from "./Connection.ts"
import { inspectRows } from "./Rows.ts"
import { sweep } from "./Sweep.ts"

interface Row {
  readonly hash: ArtifactHash
  readonly kind: string
  readonly size: number
  readonly inline: Uint8Array | null
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Rows that are read and checked at a time, so that no read lock is held for long. */
const page = 100

export const make = (connection: Connection, artifacts: Artifacts): Maintenance["Service"] => {
  const { db, dir, read, readLatest, write } = connection

  const usage = readLatest((): Usage => {
    const count = (table: string) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
    const [inline = 0, inlineBytes = 0, blobs = 0, blobBytes = 0] =
      db
        .prepare<[], ReadonlyArray<number>>(
          `SELECT count(inline), coalesce(sum(iif(inline IS NULL, 0, size)), 0),
                  count(*) - count(inline), coalesce(sum(iif(inline IS NULL, size, 0)), 0) FROM artifacts`
        )
        .raw()
        .get() ?? []
    const file = join(dir, "ablate.db")
    return {
      traces: count("traces"),
      runs: count("runs"),
      artifacts: inline + blobs,
      inlineBytes,
      blobs,
      blobBytes,
      databaseBytes: sizeOf(file) + sizeOf(`${file}-wal`)
    }
  })

  const compact = read(() => {
    db.pragma("incremental_vacuum")
    db.pragma("wal_checkpoint(TRUNCATE)")
  })

  const gc = (options: SweepOptions) =>
    write(() => {
      db.exec("SAVEPOINT sweep")
      const report = sweep(db, dir, options)
      if (options.dryRun) db.exec("ROLLBACK TO sweep")
      db.exec("RELEASE sweep")
      return report
    }).pipe(
      // Giving space back is a courtesy: another process at work may refuse it.
      Effect.tap(() => (options.dryRun ? Effect.void : Effect.ignore(compact)))
    )

  const inspect = ({ hash, inline, size }: Row): Effect.Effect<string | undefined, StoreError> =>
    inline === null
      ? checkBlob(dir, hash, size).pipe(
          Effect.as(undefined),
          Effect.catchTags({
            ArtifactMissing: ({ found }) => Effect.succeed(found),
            ArtifactDamaged: ({ found }) => Effect.succeed(found)
          })
        )
      : Effect.sync(() => (hashOf(inline) === hash ? undefined : "its bytes in the database have another hash"))

  const check = Effect.fnUntraced(function* ({ repair }: { readonly repair: boolean }) {
    const next = db.prepare<[string], Row>(
      `SELECT hash, kind, size, inline FROM artifacts WHERE hash > ? ORDER BY hash LIMIT ${page}`
    )
    const tracesOf = db.prepare<[string], number>("SELECT count(*) FROM traces WHERE artifact = ?").pluck()
    const rows = repair ? yield* write(() => inspectRows(db, true)) : yield* readLatest(() => inspectRows(db, false))
    const damaged: Array<DamagedArtifact> = []
    let [checked, bytes, after] = [0, 0, ""]
    for (;;) {
      const some = yield* read(() => next.all(after))
      for (const row of some) {
        const found = yield* inspect(row)
        checked++
        bytes += row.size
        after = row.hash
        if (found === undefined) continue
        const traces = yield* read(() => tracesOf.get(row.hash) ?? 0)
        damaged.push({ hash: row.hash, kind: row.kind, traces, found })
        if (repair) yield* write(() => artifacts.forgetIfDefective(row.hash))
      }
      if (some.length < page) break
    }
    return { checked, bytes, damaged, rows, repaired: repair }
  })

  return { usage, gc, check }
}
