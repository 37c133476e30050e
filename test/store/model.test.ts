import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Schema, Scope } from "effect"
import { prepareArtifact } from "../../src/store/Blobs.ts"
import { Sqlite } from "../../src/store/index.ts"
import { artifactHash, commitOf, find, keyOf, noise, ports, temporary } from "./rig.ts"

const keys = [0, 1, 2, 3]

/** Two contents are inline, the third is a blob. */
const contents = [noise(10, 1), noise(1000, 2), noise(66_000, 3)]

/** `content` counts for commit and submit only, `key` for those and delete. */
const Step = Schema.Struct({
  act: Schema.Literals(["commit", "submit", "delete", "flush", "reopen"]),
  key: Schema.Literals([0, 1, 2, 3]),
  content: Schema.Literals([0, 1, 2])
})

describe("the store against a model", () => {
  it.live.prop(
    "behaves as a map in which the first artifact of a key stays, whatever is queued, flushed or reopened",
    [Schema.Array(Step).check(Schema.isMinLength(5), Schema.isMaxLength(25))],
    ([steps]) =>
      Effect.gen(function* () {
        const dir = yield* temporary
        const open = Effect.gen(function* () {
          const scope = yield* Scope.make()
          const context = yield* Layer.buildWithScope(Sqlite.layer({ dir, mode: "read-write" }), scope)
          return { store: yield* Effect.provide(ports, context), close: Scope.close(scope, Exit.void) }
        })
        const model = new Map<number, number>()
        let { close, store } = yield* open
        for (const { act, content, key } of steps) {
          if (act === "reopen") {
            yield* close
            ;({ close, store } = yield* open)
          } else if (act === "flush") yield* store.traces.flush
          else if (act === "delete") {
            assert.strictEqual(yield* store.traces.remove(keyOf(`${key}`)), model.delete(key))
          } else {
            const bytes = contents[content] ?? new Uint8Array()
            const entry = commitOf(`${key}`, yield* prepareArtifact(dir, bytes, "bytes"))
            const expected = model.get(key)
            if (expected === undefined) model.set(key, content)
            if (act === "submit") yield* store.traces.submit(entry)
            else {
              const { stored } = yield* store.traces.commit(entry)
              assert.strictEqual(stored, expected === undefined ? "new" : expected === content ? "same" : "different")
            }
          }
          for (const one of keys) {
            const expected = contents[model.get(one) ?? -1]
            const hash = yield* find(store, keyOf(`${one}`))
            assert.strictEqual(hash, expected && artifactHash(expected))
            if (hash !== undefined) assert.deepEqual(yield* store.artifacts.get(hash), expected)
          }
        }
        yield* close
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 50 }, timeout: 60_000 }
  )
})
