import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { type Migration, migrate, migrations } from "../../src/store/migrations.ts"

describe("migrations", () => {
  it("run in order, only those after the format found, and set the number", () => {
    const db = new Sqlite(":memory:")
    const ran: Array<number> = []
    const steps: ReadonlyArray<Migration> = [1, 2, 3, 4].map((step) => () => {
      ran.push(step)
    })
    db.exec("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
    migrate(db, 2, steps)
    assert.deepStrictEqual(ran, [3, 4])
    assert.strictEqual(db.pragma("user_version", { simple: true }), 4)
    db.close()
  })

  it("a later step finds the rows of the format before it", () => {
    const db = new Sqlite(":memory:")
    migrate(db, 0)
    db.exec("INSERT INTO artifacts VALUES ('h', 'json', 1, 2, x'00', 3)")
    const next: Migration = (it) => it.exec("ALTER TABLE artifacts ADD COLUMN note TEXT NOT NULL DEFAULT 'old'")
    migrate(db, migrations.length, [...migrations, next])
    assert.deepStrictEqual(db.prepare("SELECT hash, note FROM artifacts").get(), { hash: "h", note: "old" })
    db.close()
  })
})
