import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { prepareArtifact } from "../../src/store/Blobs.ts"
import { blobPath, inlineLimit } from "../../src/store/index.ts"
import { artifactHash, commitOf, find, inlineArtifact, inStore, keyOf, noise, temporary } from "./rig.ts"

describe("artifacts and traces", () => {
  it.effect("a commit is found again by key and by hash after the store was closed", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const artifact = inlineArtifact("hello")
      const result = yield* inStore(dir, (store) => store.traces.commit(commitOf("a", artifact)))
      assert.deepStrictEqual(result, { stored: "new", artifact: artifact.hash })
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* find(store, keyOf("a")), artifact.hash)
          assert.isUndefined(yield* find(store, keyOf("b")))
          assert.isTrue(yield* store.artifacts.has(artifact.hash))
          assert.deepStrictEqual((yield* store.traces.get([keyOf("a")])).get(keyOf("a")), commitOf("a", artifact).trace)
          assert.strictEqual(new TextDecoder().decode(yield* store.artifacts.get(artifact.hash)), "hello")
          const { kind, size, storage } = yield* store.artifacts.stat(artifact.hash)
          assert.deepStrictEqual({ kind, size, storage }, { kind: "json", size: 5, storage: "inline" })
        })
      )
    })
  )

  it.effect("up to the limit an artifact is inline, one byte more makes it a blob file", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      for (const [length, storage] of [
        [inlineLimit, "inline"],
        [inlineLimit + 1, "blob"]
      ] as const) {
        const bytes = noise(length, 1)
        yield* inStore(dir, (store) =>
          Effect.gen(function* () {
            const hash = yield* store.artifacts.put(bytes, "safetensors")
            assert.strictEqual(hash, artifactHash(bytes))
            assert.strictEqual(existsSync(blobPath(dir, hash)), storage === "blob")
            assert.strictEqual((yield* store.artifacts.stat(hash)).storage, storage)
            assert.deepEqual(yield* store.artifacts.get(hash), bytes)
          })
        )
      }
    })
  )

  it.effect("a queued node is readable at once, and durable when its inner effect resolves", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const small = inlineArtifact("small")
          const large = yield* prepareArtifact(dir, noise(100_000, 2), "safetensors")
          const first = yield* store.traces.submit(commitOf("small", small))
          const second = yield* store.traces.submit(commitOf("large", large))
          assert.strictEqual(yield* find(store, keyOf("small")), small.hash)
          assert.strictEqual(yield* find(store, keyOf("large")), large.hash)
          assert.strictEqual(new TextDecoder().decode(yield* store.artifacts.get(small.hash)), "small")
          assert.deepEqual(yield* store.artifacts.get(large.hash), noise(100_000, 2))
          const elsewhere = inStore(dir, (other) => find(other, keyOf("large")), {
            mode: "read-only"
          })
          assert.strictEqual((yield* first).stored, "new")
          assert.strictEqual((yield* second).stored, "new")
          assert.strictEqual(yield* elsewhere, large.hash)
        })
      )
    })
  )

  it.effect("the first artifact of a key is kept, and a second one is told apart", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const [one, two] = [inlineArtifact("one"), inlineArtifact("two")]
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* store.traces.commit(commitOf("a", one))
          assert.deepStrictEqual(yield* store.traces.commit(commitOf("a", one)), { stored: "same", artifact: one.hash })
          assert.deepStrictEqual(yield* store.traces.commit(commitOf("a", two)), {
            stored: "different",
            artifact: one.hash
          })
          assert.strictEqual(yield* find(store, keyOf("a")), one.hash)
          // Both in one transaction: the order of the calls decides.
          const both = yield* Effect.all(
            [store.traces.commit(commitOf("b", two)), store.traces.commit(commitOf("b", one))],
            {
              concurrency: "unbounded"
            }
          )
          assert.deepStrictEqual(
            both.map((result) => result.stored),
            ["new", "different"]
          )
          assert.strictEqual(yield* find(store, keyOf("b")), two.hash)
        })
      )
    })
  )
})
