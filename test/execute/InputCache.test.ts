import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import { F32 } from "../../src/declare/Tensors.ts"
import { type Float32Tensor, f32 } from "../../src/domain/Tensor.ts"
import * as InputCache from "../../src/execute/InputCache.ts"
import { artifact as hashOf } from "../plan/declared.ts"

/** A store of one artifact that counts how often it is read. */
const storeOf = <A>(type: Artifact.Artifact<A>, value: A) =>
  Effect.map(type.encode(value), (bytes) => {
    const store = {
      reads: 0,
      bytes,
      read: () =>
        Effect.sync(() => {
          store.reads++
          return bytes
        })
    }
    return store
  })

const Row = Schema.Struct({ text: Schema.String, tags: Schema.Array(Schema.String) })

describe("inputs that several nodes share", () => {
  it.effect("are read and decoded once", () =>
    Effect.gen(function* () {
      const type = Artifact.table(Row)
      const store = yield* storeOf(type, [{ text: "a", tags: ["t"] }])
      const cache = InputCache.make()
      const [one, two] = [
        yield* cache.get(hashOf("rows"), type, store.read),
        yield* cache.get(hashOf("rows"), type, store.read)
      ]
      assert.deepStrictEqual(one, [{ text: "a", tags: ["t"] }])
      assert.strictEqual(one, two)
      assert.strictEqual(store.reads, 1)
    })
  )

  it.effect("are frozen at every depth: a stage that writes to one fails loudly", () =>
    Effect.gen(function* () {
      const type = Artifact.table(Row)
      const store = yield* storeOf(type, [{ text: "a", tags: ["t"] }])
      const rows = (yield* InputCache.make().get(hashOf("rows"), type, store.read)) as Array<{
        text: string
        tags: Array<string>
      }>
      assert.throws(() => rows.push({ text: "b", tags: [] }), TypeError)
      assert.throws(() => rows[0]?.tags.push("u"), TypeError)
      assert.throws(() => Object.assign(rows[0] ?? {}, { text: "b" }), TypeError)
      assert.throws(() => rows.pop(), TypeError)
    })
  )

  it.effect("are decoded by the type of each reader, of one artifact too", () =>
    Effect.gen(function* () {
      const texts = Artifact.json(Schema.String)
      const days = Artifact.json(Schema.Date)
      const store = yield* storeOf(texts, "1970-01-01T00:00:00.000Z")
      const cache = InputCache.make()
      assert.strictEqual(yield* cache.get(hashOf("x"), texts, store.read), "1970-01-01T00:00:00.000Z")
      assert.deepStrictEqual(yield* cache.get(hashOf("x"), days, store.read), new Date(0))
      assert.strictEqual(yield* cache.get(hashOf("x"), texts, store.read), "1970-01-01T00:00:00.000Z")
    })
  )

  const writable: ReadonlyArray<readonly [string, Artifact.Artifact<unknown>, unknown, (value: unknown) => void]> = [
    [
      "tensors",
      Artifact.tensors({ w: F32("rows") }),
      { tensors: { w: f32([2], new Float32Array([1, 2])) } },
      (value) => {
        const { tensors } = value as { readonly tensors: { readonly w: Float32Tensor } }
        tensors.w.data.fill(9)
      }
    ],
    ["bytes", Artifact.bytes, new Uint8Array([1, 2]), (value) => (value as Uint8Array).fill(9)],
    [
      "a map in JSON",
      Artifact.json(Schema.ReadonlyMap(Schema.String, Schema.Finite)),
      new Map([["a", 1]]),
      (value) => (value as Map<string, number>).set("a", 9)
    ],
    [
      "a set in JSON",
      Artifact.json(Schema.Struct({ words: Schema.ReadonlySet(Schema.String) })),
      { words: new Set(["a"]) },
      (value) => (value as { words: Set<string> }).words.add("b")
    ],
    ["a date in JSON", Artifact.table(Schema.Date), [new Date(5)], (value) => (value as Array<Date>)[0]?.setTime(9)],
    [
      "bytes in JSON",
      Artifact.json(Schema.Struct({ mask: Schema.Uint8Array })),
      { mask: new Uint8Array([1]) },
      (value) => (value as { mask: Uint8Array }).mask.fill(9)
    ]
  ]
  for (const [what, type, value, write] of writable)
    it.effect(`what cannot be frozen is nobody else's: ${what}`, () =>
      Effect.gen(function* () {
        const store = yield* storeOf(type, value)
        const before = store.bytes.slice()
        const cache = InputCache.make()
        write(yield* cache.get(hashOf(what), type, store.read))
        const second = yield* cache.get(hashOf(what), type, store.read)
        assert.deepStrictEqual(second, value)
        write(second)
        assert.deepStrictEqual(yield* cache.get(hashOf(what), type, store.read), value)
        if (type.kind === "tensors") assert.deepStrictEqual(store.bytes, before)
      })
    )

  it.effect("tensors are read once too", () =>
    Effect.gen(function* () {
      const type = Artifact.tensors({ w: F32("rows") })
      const store = yield* storeOf(type, { tensors: { w: f32([1], new Float32Array(1)) } })
      const cache = InputCache.make()
      for (let n = 0; n < 3; n++) yield* cache.get(hashOf("w"), type, store.read)
      assert.strictEqual(store.reads, 1)
    })
  )

  it.effect("memory is bounded: what was used longest ago goes first, the largest are not kept", () =>
    Effect.gen(function* () {
      const cache = InputCache.make()
      const reads: Array<string> = []
      const megabytes = (name: string, size: number) =>
        cache.get(hashOf(name), Artifact.bytes, () =>
          Effect.sync(() => {
            reads.push(name)
            return new Uint8Array(size * 1024 * 1024)
          })
        )
      yield* megabytes("a", 20)
      yield* megabytes("b", 20)
      yield* megabytes("a", 20)
      yield* megabytes("c", 20)
      assert.deepStrictEqual(reads, ["a", "b", "c"])
      yield* megabytes("a", 20)
      yield* megabytes("c", 20)
      assert.deepStrictEqual(reads, ["a", "b", "c"])
      yield* megabytes("b", 20)
      assert.deepStrictEqual(reads, ["a", "b", "c", "b"])
      yield* megabytes("huge", 49)
      yield* megabytes("huge", 49)
      assert.deepStrictEqual(reads.slice(4), ["huge", "huge"])
      yield* megabytes("b", 20)
      assert.strictEqual(reads.length, 6)
    })
  )

  it.effect("asked for several times at once they count once", () =>
    Effect.gen(function* () {
      const cache = InputCache.make()
      let reads = 0
      const get = cache.get(hashOf("a"), Artifact.bytes, () =>
        Effect.andThen(
          Effect.yieldNow,
          Effect.sync(() => {
            reads++
            return new Uint8Array(20 * 1024 * 1024)
          })
        )
      )
      yield* Effect.all([get, get, get], { concurrency: "unbounded" })
      const before = reads
      yield* get
      assert.strictEqual(reads, before)
    })
  )

  it.effect("what cannot be read or decoded is asked for again", () =>
    Effect.gen(function* () {
      const cache = InputCache.make()
      const type = Artifact.json(Schema.Finite)
      const failed = yield* Effect.flip(cache.get(hashOf("x"), type, () => Effect.fail("damaged" as const)))
      assert.strictEqual(failed, "damaged")
      const garbled = yield* Effect.flip(cache.get(hashOf("x"), type, () => Effect.succeed(new Uint8Array([1]))))
      assert.instanceOf(garbled, Artifact.ArtifactInvalid)
      assert.strictEqual(yield* cache.get(hashOf("x"), type, () => type.encode(3).pipe(Effect.orDie)), 3)
    })
  )
})
