import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { rowCheck } from "../../src/store/RowCheck.ts"
import { artifactHash, inStore, noise, temporary } from "./rig.ts"

/** Makes the store believe that it is now so long after the file's last change. */
const nowAfter = (path: string, ms: number) => TestClock.setTime(statSync(path).ctimeMs + ms)

const cachedFiles = (dir: string): ReadonlyArray<unknown> => {
  const db = new Sqlite(join(dir, "ablate.db"), { readonly: true })
  const paths = db.prepare("SELECT path FROM files ORDER BY path").pluck().all()
  db.close()
  return paths
}

const setup = Effect.gen(function* () {
  const root = yield* temporary
  const data = join(root, "data")
  mkdirSync(data)
  return { data, dir: join(root, "store") }
})

describe("file hashes", () => {
  it.effect("are the SHA-256 of the content, whatever its length", () =>
    Effect.gen(function* () {
      const { data, dir } = yield* setup
      const path = join(data, "f")
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const length of [0, 1, 1024 * 1024, 3 * 1024 * 1024 + 17]) {
            const bytes = noise(length, 5)
            writeFileSync(path, bytes)
            assert.deepStrictEqual(yield* store.files.fileHash(path), { hash: artifactHash(bytes), size: length })
          }
        })
      )
    })
  )

  it.effect("are remembered by stat, over processes", () =>
    Effect.gen(function* () {
      const { data, dir } = yield* setup
      const path = join(data, "f")
      writeFileSync(path, "content")
      yield* nowAfter(path, 10_000)
      yield* inStore(dir, (store) => store.files.fileHash(path))
      assert.deepStrictEqual(cachedFiles(dir), [path])
      // A wrong hash in the cache shows that the file is not read again …
      const db = new Sqlite(join(dir, "ablate.db"))
      const plant = db.prepare<[string, number]>("UPDATE files SET hash = ?, row_check = ?")
      const { signature } = db.prepare<[], { signature: string }>("SELECT signature FROM files").get() ?? {
        signature: ""
      }
      const planted = artifactHash("planted")
      plant.run(planted, rowCheck("files", path, signature, planted))
      const hash = () => inStore(dir, (store) => Effect.map(store.files.fileHash(path), (found) => found.hash))
      assert.strictEqual(yield* hash(), planted)
      // … nor one whose row does not check, which is damage …
      plant.run(planted, 0)
      db.close()
      assert.strictEqual(yield* hash(), artifactHash("content"))
      // … until its stat changes: same size, same modification time, but changed later.
      const { atimeMs, mtimeMs } = statSync(path)
      writeFileSync(path, "CONTENT")
      utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
      assert.strictEqual(yield* hash(), artifactHash("CONTENT"))
    })
  )

  it.effect("of a file modified within two seconds before are not trusted", () =>
    Effect.gen(function* () {
      const { data, dir } = yield* setup
      const path = join(data, "f")
      writeFileSync(path, "content")
      yield* nowAfter(path, 1900)
      yield* inStore(dir, (store) => store.files.fileHash(path))
      assert.deepStrictEqual(cachedFiles(dir), [])
      yield* nowAfter(path, 2100)
      yield* inStore(dir, (store) => store.files.fileHash(path))
      assert.deepStrictEqual(cachedFiles(dir), [path])
    })
  )

  it.effect("what is not there or not a file is told with its path", () =>
    Effect.gen(function* () {
      const { data, dir } = yield* setup
      writeFileSync(join(data, "f"), "x")
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const missing = yield* Effect.flip(store.files.fileHash(join(data, "none")))
          assert.strictEqual(missing.reason._tag, "Missing")
          assert.include(missing.message, join(data, "none"))
          assert.match((yield* Effect.flip(store.files.fileHash(data))).message, /is a folder, but a file/)
          assert.match((yield* Effect.flip(store.files.folderHash(join(data, "f")))).message, /is a file, but a folder/)
        })
      )
    })
  )
})

describe("folder hashes", () => {
  it.effect("depend on names and contents only, and on both", () =>
    Effect.gen(function* () {
      const { data, dir } = yield* setup
      const write = (folder: string, files: Record<string, string>) => {
        rmSync(join(data, folder), { recursive: true, force: true })
        for (const [name, content] of Object.entries(files)) {
          mkdirSync(join(data, folder, name, ".."), { recursive: true })
          writeFileSync(join(data, folder, name), content)
        }
      }
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const hashOf = (folder: string, files: Record<string, string>) => {
            write(folder, files)
            return store.files.folderHash(join(data, folder))
          }
          const base = yield* hashOf("one", { "a.txt": "A", "sub/b.txt": "B", "sub/c.txt": "CC" })
          assert.strictEqual(base.size, 4)
          // Another place, another order of creation.
          assert.deepStrictEqual(yield* hashOf("two", { "sub/c.txt": "CC", "sub/b.txt": "B", "a.txt": "A" }), base)
          const others = [
            { "a.txt": "A", "sub/b.txt": "B", "sub/c.txt": "CD" },
            { "a.txt": "B", "sub/b.txt": "A", "sub/c.txt": "CC" },
            { "a.txt": "A", "sub-b.txt": "B", "sub/c.txt": "CC" },
            { "a.txt": "A", "sub/b.txt": "B" },
            { "a.txt": "A", "sub/b.txt": "B", "sub/c.txt": "CC", "sub/d": "" }
          ]
          const hashes = yield* Effect.forEach(others, (files) => Effect.map(hashOf("two", files), ({ hash }) => hash))
          assert.strictEqual(new Set([base.hash, ...hashes]).size, others.length + 1)
        })
      )
    })
  )

  it.effect("a symbolic link is refused by name: its content is elsewhere", () =>
    Effect.gen(function* () {
      const { data, dir } = yield* setup
      writeFileSync(join(data, "f"), "x")
      symlinkSync(join(data, "f"), join(data, "link"))
      const error = yield* inStore(dir, (store) => Effect.flip(store.files.folderHash(data)))
      assert.strictEqual(error.reason._tag, "OddEntry")
      assert.include(error.message, join(data, "link"))
    })
  )
})

describe("verifyFile", () => {
  it.effect("passes what is as it was, and names what changed, in files and in folders", () =>
    Effect.gen(function* () {
      const { data, dir } = yield* setup
      const path = join(data, "f")
      writeFileSync(path, "before")
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const file = { path, hash: (yield* store.files.fileHash(path)).hash }
          const folder = { path: data, hash: (yield* store.files.folderHash(data)).hash }
          yield* store.files.verifyFile(file)
          yield* store.files.verifyFile(folder)
          writeFileSync(path, "after!")
          for (const ref of [file, folder]) {
            const error = yield* Effect.flip(store.files.verifyFile(ref))
            assert.strictEqual(error.reason._tag, "Changed")
            assert.include(error.message, ref.path)
          }
          renameSync(path, `${path}2`)
          assert.strictEqual((yield* Effect.flip(store.files.verifyFile(file))).reason._tag, "Missing")
        })
      )
    })
  )
})
