import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { type Migration, migrate, migrations } from "../../../src/store/sqlite/migrations.ts"
import { inspectRows } from "../../../src/store/sqlite/Rows.ts"

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

describe("format 3", () => {
  it("takes over what format 2 has, with checks, lists by content and runs in the order of their times", () => {
    const db = new Sqlite(":memory:")
    migrate(db, 0, migrations.slice(0, 2))
    db.exec(`
      INSERT INTO artifacts VALUES ('h', 'json', 1, 2, x'30');
      INSERT INTO traces VALUES ('k', 'h', 'stage', 1.5, 3);
      INSERT INTO records VALUES ('k', '{}');
      INSERT INTO runs VALUES
        ('later', 'e', 2, 'succeeded', '{"file":"e.ts"}', '{}'), ('first', 'e', 1, 'succeeded', '{"file":"e.ts"}', '{}');
      INSERT INTO lists VALUES ('cells of first', '[]'), ('keys of first', x'01');
      INSERT INTO run_lists VALUES ('first', 'cells', 'cells of first'), ('first', 'keys', 'keys of first');
    `)
    migrate(db, 2)
    assert.deepStrictEqual(inspectRows(db, false), [])
    assert.deepStrictEqual(db.prepare("SELECT id, file FROM runs ORDER BY seq").raw().all(), [
      ["first", "e.ts"],
      ["later", "e.ts"]
    ])
    assert.deepStrictEqual(db.prepare("SELECT artifact FROM traces WHERE key = 'k'").pluck().all(), ["h"])
    const list = (kind: string) =>
      db.prepare(`SELECT hex(value) FROM lists JOIN runs ON lists.id = ${kind} WHERE runs.id = 'first'`).pluck().get()
    assert.deepStrictEqual([list("cells"), list("keys")], ["5B5D", "01"])
    db.close()
  })
})
