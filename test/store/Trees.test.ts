import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { blobPath } from "../../src/store/index.ts"
import { artifactHash, commitOf, find, inStore, keyOf, noise, temporary } from "./rig.ts"

const large = noise(100_000, 5)

/** A folder with a large and a small file, a link and an empty folder. */
const folderIn = (dir: string): string => {
  const folder = join(dir, "given")
  mkdirSync(join(folder, "a", "empty"), { recursive: true })
  writeFileSync(join(folder, "a", "large"), large)
  writeFileSync(join(folder, "tool"), "#!/bin/sh")
  chmodSync(join(folder, "tool"), 0o755)
  symlinkSync("a/large", join(folder, "link"))
  return folder
}

describe("files and folders in the store", () => {
  it.effect("come out as they went in, to be read only", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const prepared = yield* store.artifacts.prepareFolder(folderIn(dir))
          const hashes = prepared.parts?.map(({ hash }) => hash) ?? []
          assert.sameMembers(hashes, [artifactHash(large), artifactHash("#!/bin/sh")])
          const to = join(dir, "out")
          const durable = yield* store.traces.submit(commitOf("f", prepared))
          yield* store.artifacts.copyOut(prepared.hash, join(dir, "queued"))
          yield* durable
          yield* store.artifacts.copyOut(prepared.hash, to)
          const found = readdirSync(to, { recursive: true, encoding: "utf8" })
          assert.sameMembers(found, ["a", "a/empty", "a/large", "link", "tool"])
          assert.deepStrictEqual(Uint8Array.from(readFileSync(join(to, "link"))), large)
          assert.strictEqual(statSync(join(to, "tool")).mode & 0o777, 0o555)
          assert.strictEqual(statSync(join(to, "a", "large")).mode & 0o777, 0o444)
          assert.strictEqual(
            (yield* store.artifacts.prepareFolder(to)).hash,
            prepared.hash,
            "read only or not is no content"
          )
          const file = yield* store.artifacts.prepareFile(join(to, "a", "large"))
          assert.deepStrictEqual([file.hash, file.size, file.inline], [artifactHash(large), 100_000, undefined])
        })
      )
    })
  )

  it.effect("gc keeps the files of the folders that it keeps, and drops those of others", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const prepared = yield* store.artifacts.prepareFolder(folderIn(dir))
          yield* store.traces.commit(commitOf("f", prepared))
          assert.strictEqual((yield* store.maintenance.gc({ dryRun: false, graceMs: -1000 })).artifacts, 0)
          yield* store.artifacts.verify(prepared.hash)
          yield* store.traces.remove(keyOf("f"))
          assert.strictEqual((yield* store.maintenance.gc({ dryRun: false, graceMs: -1000 })).artifacts, 3)
        })
      )
    })
  )

  it.effect("damage of a file forgets the folder that it is in, with its trace, however it is met", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const folder = folderIn(dir)
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const path = blobPath(dir, artifactHash(large))
          const { hash } = yield* store.artifacts.prepareFolder(folder)
          const meetings: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
            store.artifacts.verify(hash),
            store.artifacts.copyOut(hash, join(dir, "to")),
            store.artifacts.get(artifactHash(large)),
            store.maintenance.check({ repair: true }).pipe(Effect.flatMap(({ damaged }) => Effect.fail(damaged)))
          ]
          for (const meeting of meetings) {
            yield* store.traces.commit(commitOf("f", yield* store.artifacts.prepareFolder(folder)))
            yield* store.artifacts.verify(hash)
            writeFileSync(path, large.with(7, 1))
            assert.isTrue(Exit.isFailure(yield* Effect.exit(meeting)))
            assert.isUndefined(yield* find(store, keyOf("f")))
          }
        })
      )
    })
  )

  it.effect("refuses what is no file or folder, and links that lead out", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const folder = folderIn(dir)
      const problem = (taken: Effect.Effect<unknown, { readonly message: string }>) =>
        Effect.map(Effect.flip(taken), ({ message }) => message)
      yield* inStore(dir, ({ artifacts: { prepareFile, prepareFolder } }) =>
        Effect.gen(function* () {
          assert.include(yield* problem(prepareFile(folder)), "found a folder, expected a file")
          assert.include(yield* problem(prepareFolder(join(folder, "tool"))), "found a file, expected a folder")
          assert.include(yield* problem(prepareFile(join(dir, "none"))), "there is no such file")
          symlinkSync("../outside", join(folder, "out"))
          assert.include(yield* problem(prepareFolder(folder)), "out of the folder")
        })
      )
    })
  )
})
