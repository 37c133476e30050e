/** What runs list is stored once for all runs that list the same, and goes with the last of them. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { RunId } from "../../src/domain/Hash.ts"
import { migrate, migrations } from "../../src/store/sqlite/migrations.ts"
import { inlineArtifact, inStore, keyOf, runRecord, temporary } from "./rig.ts"

const id = (text: string) => RunId.make(text)
const cells = (name: string) => [{ cell: "a=1", outputs: { metrics: inlineArtifact(name).hash }, nodes: [0, 1] }]

describe("lists of runs", () => {
  it.effect("are stored once where they are equal, and are dropped with the last run that has them", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const [at, name] of ["1", "2", "3"].entries()) {
            yield* store.history.startRun(runRecord("e", { id: id(name), startedAt: at }))
            yield* store.history.recordCells(id(name), cells(name === "3" ? "other" : "same"))
            yield* store.history.recordKeys(id(name), [keyOf("x"), keyOf("y")])
          }
        })
      )
      const db = new Sqlite(join(dir, "ablate.db"))
      db.pragma("foreign_keys = ON")
      const lists = () => db.prepare("SELECT count(*) FROM lists").pluck().get()
      assert.strictEqual(lists(), 3)
      db.exec("DELETE FROM runs WHERE id = '1'")
      assert.strictEqual(lists(), 3)
      db.exec("DELETE FROM runs WHERE id = '2'")
      assert.strictEqual(lists(), 2)
      db.close()
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* store.history.cellsOf(id("1")), [])
          assert.deepStrictEqual(yield* store.history.cellsOf(id("3")), cells("other"))
          assert.deepStrictEqual(yield* store.history.keysOf(id("3")), [keyOf("x"), keyOf("y")])
          yield* store.history.recordCells(id("3"), cells("again"))
          assert.deepStrictEqual(yield* store.history.cellsOf(id("3")), cells("again"))
        })
      )
      const after = new Sqlite(join(dir, "ablate.db"), { readonly: true })
      assert.strictEqual(after.prepare("SELECT count(*) FROM lists").pluck().get(), 2)
      after.close()
    })
  )

  it("come out of format 1 in their order", () => {
    const db = new Sqlite(":memory:")
    db.pragma("foreign_keys = ON")
    migrate(db, 0, migrations.slice(0, 1))
    db.exec(`
      INSERT INTO runs VALUES ('r', 'e', 1, 'succeeded', '{}', '{}'), ('s', 'e', 2, 'succeeded', '{}', '{}');
      INSERT INTO run_cells VALUES ('r', 1, 'b', '{"cell":"b"}'), ('r', 0, 'c', '{"cell":"c"}'), ('s', 0, 'a', '{"cell":"a"}');
      INSERT INTO run_keys VALUES ('r', x'0102');
    `)
    migrate(db, 1)
    const value = (run: string, kind: "cells" | "keys") =>
      db
        .prepare(`SELECT CAST(value AS TEXT) FROM runs JOIN lists ON lists.id = ${kind} WHERE runs.id = ?`)
        .pluck()
        .get(run)
    assert.strictEqual(value("r", "cells"), '[{"cell":"c"},{"cell":"b"}]')
    assert.strictEqual(value("s", "cells"), '[{"cell":"a"}]')
    assert.strictEqual(value("r", "keys"), "\u0001\u0002")
    assert.isUndefined(value("s", "keys"))
    db.close()
  })
})
