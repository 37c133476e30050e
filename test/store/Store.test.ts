import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { blobPath, inlineLimit, prepareArtifact } from "../../src/store/index.ts"
import { artifactHash, commitOf, inlineArtifact, inStore, keyOf, noise, temporary } from "./rig.ts"

describe("artifacts and traces", () => {
  it.effect("a commit is found again by key and by hash after the store was closed", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const artifact = inlineArtifact("hello")
      const result = yield* inStore(dir, (store) => store.commit(commitOf("a", artifact)))
      assert.deepStrictEqual(result, { stored: "new", artifact: artifact.hash })
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.strictEqual(store.lookupUnsafe(keyOf("a")), artifact.hash)
          assert.isUndefined(store.lookupUnsafe(keyOf("b")))
          assert.isTrue(store.hasArtifactUnsafe(artifact.hash))
          assert.deepStrictEqual(yield* store.traceOf(keyOf("a")), commitOf("a", artifact).trace)
          assert.strictEqual(yield* store.recordOf(keyOf("a")), commitOf("a", artifact).trace.record)
          assert.strictEqual(new TextDecoder().decode(yield* store.getArtifact(artifact.hash)), "hello")
          const { kind, size, storage } = yield* store.statArtifact(artifact.hash)
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
            const hash = yield* store.putArtifact(bytes, "safetensors")
            assert.strictEqual(hash, artifactHash(bytes))
            assert.strictEqual(existsSync(blobPath(dir, hash)), storage === "blob")
            assert.strictEqual((yield* store.statArtifact(hash)).storage, storage)
            assert.deepEqual(yield* store.getArtifact(hash), bytes)
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
          const first = yield* store.submit(commitOf("small", small))
          const second = yield* store.submit(commitOf("large", large))
          assert.strictEqual(store.lookupUnsafe(keyOf("small")), small.hash)
          assert.strictEqual(store.lookupUnsafe(keyOf("large")), large.hash)
          assert.strictEqual(new TextDecoder().decode(yield* store.getArtifact(small.hash)), "small")
          assert.deepEqual(yield* store.getArtifact(large.hash), noise(100_000, 2))
          const elsewhere = inStore(dir, (other) => Effect.sync(() => other.lookupUnsafe(keyOf("large"))), {
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
          yield* store.commit(commitOf("a", one))
          assert.deepStrictEqual(yield* store.commit(commitOf("a", one)), { stored: "same", artifact: one.hash })
          assert.deepStrictEqual(yield* store.commit(commitOf("a", two)), { stored: "different", artifact: one.hash })
          assert.strictEqual(store.lookupUnsafe(keyOf("a")), one.hash)
          // Both in one transaction: the order of the calls decides.
          const both = yield* Effect.all([store.commit(commitOf("b", two)), store.commit(commitOf("b", one))], {
            concurrency: "unbounded"
          })
          assert.deepStrictEqual(
            both.map((result) => result.stored),
            ["new", "different"]
          )
          assert.strictEqual(store.lookupUnsafe(keyOf("b")), two.hash)
        })
      )
    })
  )
})
