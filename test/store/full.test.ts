import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { prepareArtifact } from "../../src/store/Blobs.ts"
import { structuralFaults, WriteThrough } from "../../src/store/index.ts"
import { artifactHash, commitOf, find, inlineArtifact, inStore, keyOf, noise, temporary } from "./rig.ts"

const block = (i: number) => {
  const inline = noise(50_000, i)
  return { hash: artifactHash(inline), kind: "safetensors", size: inline.byteLength, inline }
}

describe("a full disk", () => {
  it.effect("a commit that does not fit fails with one reason; what was stored before is intact", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const limited = { maxDatabaseBytes: 600_000 }
      yield* inStore(
        dir,
        (store) =>
          Effect.gen(function* () {
            yield* store.traces.commit(commitOf("kept", inlineArtifact("kept")))
            const exits = yield* Effect.forEach(
              Array.from({ length: 20 }, (_, i) => i),
              (i) => Effect.result(store.traces.commit(commitOf(`n${i}`, block(i))))
            )
            const failures = exits.flatMap((exit) => (exit._tag === "Failure" ? [exit.failure] : []))
            assert.isAbove(failures.length, 5)
            assert.isBelow(failures.length, 20)
            for (const { message, reason } of failures) {
              assert.strictEqual(reason._tag, "DiskFull")
              assert.include(message, dir)
            }
            for (const [i, exit] of exits.entries()) {
              assert.strictEqual((yield* find(store, keyOf(`n${i}`))) !== undefined, exit._tag === "Success")
            }
            assert.strictEqual((yield* Effect.flip(store.traces.flush)).reason._tag, "DiskFull")
            yield* store.traces.flush
          }),
        limited
      )
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const { hash } = inlineArtifact("kept")
          assert.strictEqual(yield* find(store, keyOf("kept")), hash)
          assert.strictEqual(new TextDecoder().decode(yield* store.artifacts.get(hash)), "kept")
          assert.deepStrictEqual(yield* structuralFaults(dir), [])
          yield* store.traces.commit(commitOf("n19", block(19)))
        })
      )
    })
  )

  it.effect("a large artifact that does not fit leaves neither a file nor a row", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const full = async (path: string, bytes: Uint8Array) => {
        writeFileSync(path, bytes.subarray(0, 1000))
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })
      }
      const large = noise(100_000, 1)
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          const put = store.artifacts.put(large, "safetensors")
          const prepared = Effect.map(prepareArtifact(dir, large, "safetensors"), ({ hash }) => hash)
          for (const attempt of [put, prepared]) {
            const error = yield* attempt.pipe(Effect.provideService(WriteThrough, full), Effect.flip)
            assert.strictEqual(error.reason._tag, "DiskFull")
          }
          assert.deepStrictEqual(readdirSync(join(dir, "tmp")), [])
          assert.strictEqual((yield* store.maintenance.usage).artifacts, 0)
          assert.deepEqual(yield* store.artifacts.get(yield* put), large)
        })
      )
    })
  )
})
