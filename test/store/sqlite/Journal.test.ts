/** The journals of runs in SQLite: damage is told and left out, and what is forgotten with a run takes its journal along. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Database from "better-sqlite3"
import { Effect } from "effect"
import { RunId } from "../../../src/domain/Hash.ts"
import { rebuildDatabase } from "../../../src/store/index.ts"
import { inStore, runRecord, temporary } from "../rig.ts"

const paused = (at: number) => ({ _tag: "Paused", at }) as const

const rowsIn = (dir: string): number => {
  const db = new Database(join(dir, "ablate.db"))
  const rows = Number(db.prepare("SELECT count(*) FROM journal").pluck().get())
  db.close()
  return rows
}

/** A run with three parts. */
const filled = Effect.gen(function* () {
  const dir = yield* temporary
  const run = runRecord("e", { id: RunId.make("20260101-000000-aaaa"), startedAt: 1 })
  yield* inStore(dir, ({ history, journal }) =>
    Effect.gen(function* () {
      yield* history.startRun(run)
      for (const at of [1, 2, 3]) {
        yield* journal.append(run.id, [paused(at)])
        yield* journal.read(run.id, 0)
      }
      // Of a run that is not there: kept by nobody, and no reason to fail.
      yield* journal.append(RunId.make("none"), [paused(9)])
    })
  )
  return { dir, run }
})

describe("a journal", () => {
  it.effect("leaves out a part that does not check, tells it, and doctor finds and removes it", () =>
    Effect.gen(function* () {
      const { dir, run } = yield* filled
      const db = new Database(join(dir, "ablate.db"))
      db.prepare("UPDATE journal SET entries = x'00' WHERE part = 1").run()
      db.close()
      yield* inStore(dir, ({ journal, maintenance, traces }) =>
        Effect.gen(function* () {
          const damaged = { entries: [paused(1), paused(3)], next: 3, lost: 1 }
          assert.deepStrictEqual(yield* journal.read(run.id, 0), damaged)
          assert.match((yield* traces.damage).join(), /1 row of journal did not check/)
          assert.deepStrictEqual((yield* maintenance.check({ repair: true })).rows, [{ table: "journal", rows: 1 }])
          assert.deepStrictEqual((yield* maintenance.check({ repair: false })).rows, [])
          // What was removed is still known to be missing.
          assert.deepStrictEqual(yield* journal.read(run.id, 0), damaged)
        })
      )
    })
  )

  it.effect("goes with its run, and comes back from the pages of a damaged database", () =>
    Effect.gen(function* () {
      const { dir, run } = yield* filled
      yield* rebuildDatabase(dir)
      yield* inStore(dir, ({ history, journal, maintenance }) =>
        Effect.gen(function* () {
          assert.deepStrictEqual((yield* journal.read(run.id, 0)).entries, [paused(1), paused(2), paused(3)])
          yield* history.startRun(runRecord("e", { id: RunId.make("20260101-000001-bbbb"), startedAt: 2 }))
          yield* maintenance.gc({ dryRun: false, keepRuns: 1, graceMs: -1000 })
        })
      )
      assert.strictEqual(rowsIn(dir), 0)
    })
  )
})
