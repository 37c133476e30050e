import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { blobPath, inlineLimit } from "../../../src/store/index.ts"
import { commitOf, find, inlineArtifact, inStore, keyOf, noise, temporary } from "../rig.ts"

describe("an artifact", () => {
  it.effect("has a file of its own where it is larger than the limit", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const length of [inlineLimit, inlineLimit + 1]) {
            const hash = yield* store.artifacts.put(noise(length, 1), "safetensors")
            assert.strictEqual(existsSync(blobPath(dir, hash)), length > inlineLimit)
          }
        })
      )
    })
  )

  it.effect("is there for another process once its commit is durable", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const elsewhere = inStore(dir, (other) => find(other, keyOf("a")), { mode: "read-only" })
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const { hash } = inlineArtifact("a")
          yield* yield* store.traces.submit(commitOf("a", inlineArtifact("a")))
          assert.strictEqual(yield* elsewhere, hash)
        })
      )
    })
  )
})
