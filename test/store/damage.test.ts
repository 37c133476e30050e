import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { prepareArtifact } from "../../src/store/Blobs.ts"
import { blobPath, structuralFaults } from "../../src/store/index.ts"
import { commitOf, find, inlineArtifact, inStore, keyOf, noise, runRecord, temporary } from "./rig.ts"

const flip = (path: string) => {
  const bytes = readFileSync(path)
  bytes[70_000] = (bytes[70_000] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

const harms = [
  { name: "a flipped bit", harm: flip, tag: "ArtifactDamaged", found: /other content/ },
  {
    name: "a truncated file",
    harm: (path: string) => truncateSync(path, 99_999),
    tag: "ArtifactDamaged",
    found: /99999 bytes of 100000/
  },
  { name: "a deleted file", harm: (path: string) => rmSync(path), tag: "ArtifactMissing", found: /is gone/ }
]

/** Works in a store's database behind its back. */
const inDatabase = <A>(dir: string, use: (db: Sqlite.Database) => A): A => {
  const db = new Sqlite(join(dir, "ablate.db"))
  const result = use(db)
  db.close()
  return result
}

describe("a damaged database", () => {
  it.effect("is told as damage by whatever meets it, never as a result", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const names = Array.from({ length: 300 }, (_, i) => `n${i}`)
      yield* inStore(dir, (store) =>
        Effect.forEach(names, (name) => store.traces.submit(commitOf(name, inlineArtifact(name))))
      )
      const file = join(dir, "ablate.db")
      const bytes = readFileSync(file)
      // All pages but those of the schema.
      writeFileSync(file, bytes.fill(0xa5, 3 * 4096))
      const outcome = yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const name of names) {
            const hash = yield* find(store, keyOf(name))
            assert.include([undefined, inlineArtifact(name).hash], hash)
          }
          return yield* structuralFaults(dir)
        })
      ).pipe(Effect.result)
      if (outcome._tag === "Success") assert.isNotEmpty(outcome.success)
      else assert.match(String(outcome.failure), /damaged .*doctor --repair/)
    })
  )

  it.effect("a row that does not fit its schema is damage as well", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) => store.history.startRun(runRecord("e")))
      inDatabase(dir, (db) => db.exec(`UPDATE runs SET record = '{"id": 7}'`))
      const error = yield* inStore(dir, (store) => Effect.flip(store.history.runs()))
      assert.strictEqual(error.reason._tag, "Damaged")
    })
  )

  it.effect("any column under another name is damage, though SQLite calls such a file sound", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, () => Effect.void)
      const file = join(dir, "ablate.db")
      const columns = inDatabase(dir, (db) =>
        db
          .prepare<[], { table: string; column: string }>(
            `SELECT m.name AS "table", c.name AS "column" FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`
          )
          .all()
      )
      assert.isAbove(columns.length, 30)
      copyFileSync(file, `${file}.sound`)
      for (const { column, table } of columns) {
        copyFileSync(`${file}.sound`, file)
        inDatabase(dir, (db) => db.exec(`ALTER TABLE ${table} RENAME COLUMN "${column}" TO "${column}_"`))
        const error = yield* Effect.flip(inStore(dir, () => Effect.void))
        assert.include(String(error), "damaged", `${table}.${column}`)
      }
      copyFileSync(`${file}.sound`, file)
      yield* inStore(dir, () => Effect.void)
    })
  )
})

describe("a blob that does not read back", () => {
  for (const { found, harm, name, tag } of harms) {
    it.effect(`${name} is reported, forgotten with every trace, and can be computed again`, () =>
      Effect.gen(function* () {
        const dir = yield* temporary
        const bytes = noise(100_000, 7)
        const artifact = yield* prepareArtifact(dir, bytes, "safetensors")
        yield* inStore(dir, (store) =>
          Effect.gen(function* () {
            yield* store.traces.commit(commitOf("a", artifact))
            yield* store.traces.commit(commitOf("b", artifact))
            yield* store.traces.commit(commitOf("other", inlineArtifact("unharmed")))
            harm(blobPath(dir, artifact.hash))
            const error = yield* Effect.flip(store.artifacts.get(artifact.hash))
            assert.strictEqual(error._tag, tag)
            assert.match(error.message, found)
            assert.match(error.message, /computed again/)
            assert.isUndefined(yield* find(store, keyOf("a")))
            assert.isUndefined(yield* find(store, keyOf("b")))
            assert.isFalse(yield* store.artifacts.has(artifact.hash))
            assert.isFalse(existsSync(blobPath(dir, artifact.hash)))
            assert.isDefined(yield* find(store, keyOf("other")))
            yield* store.traces.commit(commitOf("a", yield* prepareArtifact(dir, bytes, "safetensors")))
            assert.deepEqual(yield* store.artifacts.get(artifact.hash), bytes)
          })
        )
      })
    )

    it.effect(`${name} is reported by a read-only store, which changes nothing`, () =>
      Effect.gen(function* () {
        const dir = yield* temporary
        const artifact = yield* prepareArtifact(dir, noise(100_000, 8), "safetensors")
        yield* inStore(dir, (store) => store.traces.commit(commitOf("a", artifact)))
        harm(blobPath(dir, artifact.hash))
        yield* inStore(
          dir,
          (store) =>
            Effect.gen(function* () {
              const error = yield* Effect.flip(store.artifacts.get(artifact.hash))
              assert.strictEqual(error._tag, tag)
              assert.match(error.message, /doctor --repair/)
              assert.strictEqual(yield* find(store, keyOf("a")), artifact.hash)
            }),
          { mode: "read-only" }
        )
      })
    )

    it.effect(`${name} is found by a check, and repaired when asked`, () =>
      Effect.gen(function* () {
        const dir = yield* temporary
        const artifact = yield* prepareArtifact(dir, noise(100_000, 9), "safetensors")
        yield* inStore(dir, (store) =>
          Effect.gen(function* () {
            yield* store.traces.commit(commitOf("a", artifact))
            yield* store.traces.commit(commitOf("other", inlineArtifact("unharmed")))
            const clean = yield* store.maintenance.check({ repair: false })
            assert.deepStrictEqual(
              { checked: clean.checked, bytes: clean.bytes, damaged: clean.damaged, rows: clean.rows },
              { checked: 2, bytes: 100_008, damaged: [], rows: [] }
            )
            harm(blobPath(dir, artifact.hash))
            const [damaged, ...none] = (yield* store.maintenance.check({ repair: false })).damaged
            assert.deepStrictEqual(none, [])
            assert.deepInclude(damaged, { hash: artifact.hash, kind: "safetensors", traces: 1 })
            assert.isDefined(yield* find(store, keyOf("a")))
            yield* store.maintenance.check({ repair: true })
            assert.isUndefined(yield* find(store, keyOf("a")))
            assert.deepStrictEqual((yield* store.maintenance.check({ repair: false })).damaged, [])
          })
        )
      })
    )
  }

  it.effect("a damaged artifact inside the database is a miss as well", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const artifact = inlineArtifact("right")
      yield* inStore(dir, (store) => store.traces.commit(commitOf("a", artifact)))
      inDatabase(dir, (db) => db.prepare("UPDATE artifacts SET inline = ?").run(Buffer.from("wrong")))
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.strictEqual((yield* Effect.flip(store.artifacts.get(artifact.hash)))._tag, "ArtifactDamaged")
          assert.isUndefined(yield* find(store, keyOf("a")))
        })
      )
    })
  )

  it.effect("who computes a damaged artifact again without having read it mends it", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const artifact = inlineArtifact("right")
      yield* inStore(dir, (store) => store.traces.commit(commitOf("a", artifact)))
      inDatabase(dir, (db) => {
        db.prepare("UPDATE artifacts SET inline = ?").run(Buffer.from("wrong"))
        db.exec("DELETE FROM traces")
      })
      yield* inStore(dir, (store) => store.traces.commit(commitOf("a", artifact)))
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(Buffer.from(yield* store.artifacts.get(artifact.hash)), Buffer.from("right"))
        })
      )
    })
  )

  it.effect("an artifact that was never there is missing, not an error of the store", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const { hash } = inlineArtifact("nowhere")
          assert.strictEqual((yield* Effect.flip(store.artifacts.get(hash)))._tag, "ArtifactMissing")
          assert.strictEqual((yield* Effect.flip(store.artifacts.stat(hash)))._tag, "ArtifactMissing")
        })
      )
    })
  )
})
