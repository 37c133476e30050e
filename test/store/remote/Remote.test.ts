/** A store with another one behind it: what is there counts as known here, is checked, and is never waited for. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Database from "better-sqlite3"
import { Effect, Layer } from "effect"
import { blobPath, inlineLimit, openBehind, Sqlite, StoreError, StoreReason } from "../../../src/store/index.ts"
import type { OpenFar } from "../../../src/store/remote/Far.ts"
import * as Remote from "../../../src/store/remote/Remote.ts"
import { contract } from "../contract.ts"
import { mediumOf } from "../media.ts"
import { artifactHash, find, inlineArtifact, noise, type OpenStore, temporary } from "../rig.ts"
import { counting, inBoth, inFar, inNear, keyOf, resultOf, two } from "./rig.ts"

contract(
  "SQLite with another store behind it",
  Effect.map(Effect.orDie(two), ({ far, near }) => {
    const open = () => Sqlite.layer({ dir: far, mode: "read-only" })
    // The contract's records are no key's.
    const recordOf = () => undefined
    const behind = { place: far, open, mode: "read", recordOf, mayWrite: true } as const
    return mediumOf(Remote.layer(Sqlite.layer({ dir: near, mode: "read-write" }), behind), (hash) => {
      if (existsSync(blobPath(near, hash))) return writeFileSync(blobPath(near, hash), "harm")
      const db = new Database(join(near, "ablate.db"))
      db.prepare("UPDATE artifacts SET inline = x'00' WHERE hash = ?").run(hash)
      db.close()
    })
  }),
  10
)

const large = noise(inlineLimit + 1000, 7)
const middle = noise(40_000, 8)

/** A small, a middling and a large result, and a folder of two files. */
const filled = (both: Parameters<typeof inFar>[0]) =>
  inFar(both, ({ artifacts, traces }) =>
    Effect.gen(function* () {
      const folder = join(yield* temporary, "folder")
      mkdirSync(join(folder, "empty"), { recursive: true })
      writeFileSync(join(folder, "large"), large)
      writeFileSync(join(folder, "small"), "small")
      yield* traces.commit(resultOf("small", inlineArtifact("small")))
      yield* traces.commit(resultOf("middle", yield* artifacts.prepare(middle, "json")))
      yield* traces.commit(resultOf("large", yield* artifacts.prepare(noise(100_000, 9), "safetensors")))
      yield* traces.commit(resultOf("folder", yield* Effect.orDie(artifacts.prepareFolder(folder))))
    }).pipe(Effect.scoped)
  )

const names = ["small", "middle", "large", "folder"]
const known = (store: Pick<OpenStore, "traces">) =>
  Effect.map(store.traces.lookup(names.map(keyOf)), (found) => names.filter((name) => found.has(keyOf(name))))

describe("results of the store behind", () => {
  it.live("are known in two questions a level, come when they are read, and stay", () =>
    Effect.gen(function* () {
      const both = yield* two
      yield* filled(both)
      const { calls, open } = counting(both.far)
      yield* inBoth(
        both,
        (store) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* known(store), names)
            assert.deepStrictEqual(calls, ["open", "get 4 traces", "stats"])
            assert.deepEqual(
              yield* store.artifacts.get(inlineArtifact("small").hash),
              new TextEncoder().encode("small")
            )
            assert.deepStrictEqual(calls.length, 3, "what is small came along")
            assert.isUndefined(yield* inNear(both, (near) => find(near, keyOf("large"))))
            const hashes = [...(yield* store.traces.lookup(names.map(keyOf))).values()]
            yield* store.artifacts.gather([...hashes, ...hashes])
            const asked = calls.length
            yield* inNear(both, (near) =>
              Effect.gen(function* () {
                assert.deepStrictEqual(yield* known(near), names)
                assert.deepEqual(yield* near.artifacts.get(artifactHash(middle)), middle)
                assert.deepEqual(yield* near.artifacts.get(artifactHash(large)), large, "a file of the folder")
                assert.strictEqual((yield* near.artifacts.stat(artifactHash(noise(100_000, 9)))).kind, "safetensors")
              })
            )
            yield* store.artifacts.gather(hashes)
            assert.deepStrictEqual(yield* known(store), names)
            assert.strictEqual(calls.length, asked, "what is here is not asked for there")
            assert.deepStrictEqual(yield* store.traces.damage, [])
            const report = yield* store.maintenance.check({ repair: false })
            assert.deepStrictEqual([report.damaged, report.rows], [[], []])
          }),
        { open }
      )
    }).pipe(Effect.scoped)
  )

  it.live("are not asked for twice where they are not there", () =>
    Effect.gen(function* () {
      const both = yield* two
      const { calls, open } = counting(both.far)
      yield* inBoth(
        both,
        (store) =>
          Effect.gen(function* () {
            for (let i = 0; i < 3; i++) assert.deepStrictEqual(yield* known(store), [])
            assert.deepStrictEqual(calls, ["open", "get 4 traces", "stats"])
          }),
        { open }
      )
    }).pipe(Effect.scoped)
  )

  it.live("stay known without it, as far as they were seen; bytes that did not come are a miss that is told", () =>
    Effect.gen(function* () {
      const both = yield* two
      yield* filled(both)
      yield* inBoth(both, known)
      rmSync(both.far, { recursive: true })
      yield* inBoth(both, (store) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* known(store), names)
          assert.match((yield* store.traces.damage).join("\n"), /^going on without the remote store: .*--remote/)
          yield* store.artifacts.gather([inlineArtifact("small").hash])
          const error = yield* Effect.flip(store.artifacts.gather([artifactHash(middle)]))
          assert.strictEqual(error._tag, "ArtifactMissing")
          assert.deepStrictEqual(yield* known(store), ["small", "large", "folder"])
          assert.strictEqual((yield* store.traces.damage).length, 1)
          // Computed again, it is known again.
          yield* store.traces.commit(resultOf("middle", yield* store.artifacts.prepare(middle, "json")))
          assert.deepStrictEqual(yield* known(store), names)
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("that are damaged there are a miss, told", () =>
    Effect.gen(function* () {
      const both = yield* two
      yield* filled(both)
      writeFileSync(blobPath(both.far, artifactHash(noise(100_000, 9))), noise(100_000, 10))
      yield* inFar(both, ({ traces }) => {
        // Its row checks, and it is another key's.
        const { artifact, trace, ...rest } = resultOf("other", inlineArtifact("other"))
        return traces.commit({ ...rest, artifact, trace: { ...trace, key: keyOf("wrong") } })
      })
      yield* inBoth(both, (store) =>
        Effect.gen(function* () {
          assert.isUndefined(yield* find(store, keyOf("wrong")))
          assert.deepStrictEqual(yield* known(store), names)
          const error = yield* Effect.flip(store.artifacts.get(artifactHash(noise(100_000, 9))))
          assert.strictEqual(error._tag, "ArtifactMissing")
          assert.deepStrictEqual(yield* known(store), ["small", "middle", "folder"])
          assert.match((yield* store.traces.damage).join("\n"), /^2 results of the remote store did not check/)
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("mend what is damaged here", () =>
    Effect.gen(function* () {
      const both = yield* two
      yield* filled(both)
      const hash = artifactHash(noise(100_000, 9))
      yield* inBoth(both, (store) => Effect.andThen(known(store), store.artifacts.get(hash)))
      writeFileSync(blobPath(both.near, hash), "harm")
      yield* inBoth(both, (store) =>
        Effect.gen(function* () {
          assert.deepEqual(yield* store.artifacts.get(hash), noise(100_000, 9))
          assert.deepStrictEqual(yield* known(store), names)
        })
      )
    }).pipe(Effect.scoped)
  )
})

/** Until what is pushed is there. */
const arrived = (both: Parameters<typeof inFar>[0], name: string): Effect.Effect<void> =>
  Effect.flatMap(Effect.orDie(inFar(both, (store) => find(store, keyOf(name)))), (found) =>
    found === undefined ? Effect.andThen(Effect.sleep("5 millis"), arrived(both, name)) : Effect.void
  )

describe("results of this store", () => {
  it.live("go there while the run goes on, each once, where that is wanted", () =>
    Effect.gen(function* () {
      const both = yield* two
      const commit = ({ artifacts, traces }: OpenStore) =>
        Effect.flatMap(artifacts.prepare(large, "json"), (artifact) => traces.commit(resultOf("new", artifact)))
      yield* inBoth(both, commit)
      assert.isUndefined(yield* inFar(both, (store) => find(store, keyOf("new"))))
      const other = yield* two
      yield* inBoth(other, (store) => Effect.andThen(commit(store), arrived(other, "new")), { mode: "write" })
      yield* inFar(other, ({ artifacts, maintenance, traces }) =>
        Effect.gen(function* () {
          assert.deepEqual(yield* artifacts.get(artifactHash(large)), large)
          assert.strictEqual((yield* maintenance.usage).traces, 1)
          // It was executed here, not there.
          assert.strictEqual((yield* traces.durations).size, 0)
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("stay here where the other store is gone or may only be read, which is told once", () =>
    Effect.gen(function* () {
      const both = yield* two
      yield* filled(both)
      const told = (open: OpenFar) =>
        inBoth(
          both,
          (store) =>
            Effect.gen(function* () {
              for (const name of ["one", "two"]) yield* store.traces.commit(resultOf(name, inlineArtifact(name)))
              const seen = yield* known(store)
              for (const name of ["one", "two"]) assert.isDefined(yield* find(store, keyOf(name)))
              return [seen.length, ...(yield* store.traces.damage)]
            }),
          { mode: "write", open }
        )
      const failing = (reason: StoreReason) =>
        Layer.effectContext(Effect.fail(new StoreError({ path: "there", reason })))
      const { NotWritable, Unreachable } = StoreReason.cases
      assert.deepStrictEqual(yield* told(() => failing(Unreachable.make({ detail: "no route" }))), [
        0,
        "going on without the remote store: The store there cannot be reached (no route): check host, port and network, and whether the server runs."
      ])
      const readable = openBehind({ dir: both.far })
      const [seen, ...sentences] = yield* told((mode) =>
        mode === "read-only"
          ? readable(mode)
          : failing(NotWritable.make({ detail: "this user may only read its tables" }))
      )
      assert.strictEqual(seen, names.length)
      assert.strictEqual(sentences.length, 1)
      assert.match(String(sentences[0]), /^nothing is pushed: The store there cannot be written/)
    }).pipe(Effect.scoped)
  )
})
