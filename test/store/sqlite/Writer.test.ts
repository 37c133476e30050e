import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { prepareArtifact } from "../../../src/store/Blobs.ts"

import { artifactHash, commitOf, find, inlineArtifact, inStore, keyOf, noise, temporary } from "../rig.ts"

describe("group commit", () => {
  it.effect("one refused entry does not take the others of its transaction with it", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const unwritten = { hash: artifactHash("never written"), kind: "safetensors", size: 100_000 }
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const entries = [
            commitOf("before", inlineArtifact("before")),
            commitOf("refused", unwritten),
            commitOf("after", yield* prepareArtifact(dir, noise(70_000, 1), "safetensors"))
          ]
          const results = yield* Effect.forEach(entries, (entry) => Effect.result(store.traces.commit(entry)), {
            concurrency: "unbounded"
          })
          assert.deepStrictEqual(
            results.map((result) => (result._tag === "Failure" ? result.failure.reason._tag : result.success.stored)),
            ["new", "BlobMissing", "new"]
          )
          assert.isUndefined(yield* find(store, keyOf("refused")))
          assert.isFalse(yield* store.artifacts.has(unwritten.hash))
          assert.strictEqual((yield* store.traces.durations).get("test/stage")?.n, 2)
        })
      )
    })
  )

  it.effect("an entry nobody waits for is durable soon, without a flush", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const elsewhere = inStore(dir, (other) => find(other, keyOf("a")), {
        mode: "read-only"
      })
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* store.traces.submit(commitOf("a", inlineArtifact("a")))
          while ((yield* elsewhere) === undefined)
            yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 10)))
          assert.strictEqual(yield* elsewhere, inlineArtifact("a").hash)
        })
      )
    })
  )

  it.effect("a queue longer than one transaction is written in order, and all of it", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const names = Array.from({ length: 1500 }, (_, i) => `n${i}`)
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const name of names) yield* store.traces.submit(commitOf(name, inlineArtifact(name)))
          yield* store.traces.flush
          assert.strictEqual((yield* store.maintenance.usage).traces, 1500)
        })
      )
    })
  )
})
