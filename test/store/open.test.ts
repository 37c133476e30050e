import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { format } from "../../src/store/sqlite/migrations.ts"
import { commitOf, find, inlineArtifact, inStore, keyOf, temporary } from "./rig.ts"

/** The reason and the message with which opening `dir` fails. */
const refusal = (dir: string, mode: "read-write" | "read-only" = "read-write") =>
  inStore(dir, () => Effect.void, { mode }).pipe(
    Effect.flip,
    Effect.map(({ message, reason }) => ({ reason: reason._tag, message }))
  )

const tamper = (dir: string, sql: string) =>
  Effect.sync(() => {
    const db = new Sqlite(join(dir, "ablate.db"))
    db.exec(sql)
    db.close()
  })

const stored = Effect.fnUntraced(function* (dir: string) {
  yield* inStore(dir, (store) => store.traces.commit(commitOf("a", inlineArtifact("kept"))))
})

describe("opening a store", () => {
  it.effect("a path that is a file, or lies below one, is refused by name", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const file = join(dir, "notes.txt")
      writeFileSync(file, "mine")
      for (const path of [file, join(file, "below")]) {
        const { message, reason } = yield* refusal(path)
        assert.strictEqual(reason, "NotADirectory")
        assert.include(message, path)
      }
      assert.strictEqual((yield* refusal(file, "read-only")).reason, "NotADirectory")
    })
  )

  it.effect("a newer format is refused with both numbers, in both modes, and left as it is", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* stored(dir)
      yield* tamper(dir, "PRAGMA user_version = 99; UPDATE meta SET value = '99' WHERE name = 'format'")
      for (const mode of ["read-write", "read-only"] as const) {
        const { message, reason } = yield* refusal(dir, mode)
        assert.strictEqual(reason, "NewerFormat")
        assert.match(message, new RegExp(`format 99.*format ${format}\\b`))
      }
      yield* tamper(dir, `PRAGMA user_version = ${format}; UPDATE meta SET value = '${format}' WHERE name = 'format'`)
      assert.isDefined(yield* inStore(dir, (store) => find(store, keyOf("a"))))
    })
  )

  it.effect("another program's database is not touched", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* tamper(dir, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")
      assert.strictEqual((yield* refusal(dir)).reason, "NotAStore")
      assert.strictEqual((yield* refusal(dir, "read-only")).reason, "NotAStore")
      const db = new Sqlite(join(dir, "ablate.db"))
      assert.deepStrictEqual(db.prepare("SELECT name FROM sqlite_schema").pluck().all(), ["theirs"])
      db.close()
    })
  )

  it.effect("a database file that is no database is told as damage", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      writeFileSync(join(dir, "ablate.db"), "no database at all, but long enough to have a header ".repeat(100))
      assert.strictEqual((yield* refusal(dir)).reason, "Damaged")
    })
  )

  it.effect("an absent store opened read-only is an empty view and creates nothing", () =>
    Effect.gen(function* () {
      const dir = join(yield* temporary, "absent")
      yield* inStore(
        dir,
        (store) =>
          Effect.gen(function* () {
            assert.isUndefined(yield* find(store, keyOf("a")))
            assert.deepStrictEqual(yield* store.history.runs(), [])
            assert.strictEqual((yield* store.traces.durations).size, 0)
            yield* store.memo.set("code", "x", "1")
            assert.strictEqual(yield* store.memo.get("code", "x"), "1")
          }),
        { mode: "read-only" }
      )
      assert.isFalse(existsSync(dir))
    })
  )

  it.effect("a read-only store refuses writes and says so", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* stored(dir)
      const error = yield* inStore(dir, (store) => store.traces.commit(commitOf("b", inlineArtifact("b"))), {
        mode: "read-only"
      }).pipe(Effect.flip)
      assert.strictEqual(error.reason._tag, "ReadOnly")
      assert.include(error.message, dir)
    })
  )

  it.effect("a store on a medium that takes no shared-memory file can still be read", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* stored(dir)
      // A folder in its place refuses the file that SQLite wants, as a read-only medium does.
      mkdirSync(join(dir, "ablate.db-shm"))
      const found = yield* inStore(dir, (store) => find(store, keyOf("a")), {
        mode: "read-only"
      })
      assert.strictEqual(found, inlineArtifact("kept").hash)
      assert.strictEqual((yield* refusal(dir)).reason, "NotWritable")
    })
  )

  it.effect("a new store keeps itself out of version control and leaves only its own entries", () =>
    Effect.gen(function* () {
      const dir = join(yield* temporary, "deep", "store")
      yield* stored(dir)
      assert.sameMembers(readdirSync(dir), [".gitignore", "ablate.db", "ablate.seal", "blobs", "tmp"])
    })
  )
})
