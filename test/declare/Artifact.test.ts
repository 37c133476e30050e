import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import { f32, i32, type Tensor } from "../../src/domain/Tensor.ts"

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytesOf = (content: string) => new TextEncoder().encode(content)

/** Encodes, decodes, and compares with what went in. */
const roundTrip = <A>(artifact: Artifact.Artifact<A>, value: A) =>
  Effect.gen(function* () {
    const bytes = yield* artifact.encode(value)
    assert.deepStrictEqual(yield* artifact.decode(bytes), value)
    return bytes
  })

describe("JSON artifacts", () => {
  it.effect("hold what the schema describes, as JSON that any reader parses", () =>
    Effect.gen(function* () {
      const Row = Schema.Struct({
        day: Schema.Date,
        tags: Schema.ReadonlySet(Schema.String),
        by: Schema.NullOr(Schema.String)
      })
      const value = { day: new Date(1000), tags: new Set(["é", "\u{1f600}"]), by: null }
      const bytes = yield* roundTrip(Artifact.json(Row), value)
      assert.deepStrictEqual(JSON.parse(text(bytes)), {
        day: "1970-01-01T00:00:01.000Z",
        tags: ["é", "\u{1f600}"],
        by: null
      })
      const rows = yield* roundTrip(Artifact.table(Schema.Struct({ n: Schema.Int })), [{ n: 1 }, { n: 2 }])
      assert.strictEqual(text(rows), '[{"n":1},{"n":2}]')
      assert.strictEqual(text(yield* roundTrip(Artifact.table(Row), [])), "[]")
    })
  )

  it.effect("equal values give equal bytes, in whatever order their keys were set", () =>
    Effect.gen(function* () {
      const counts = Artifact.json(Schema.Record(Schema.String, Schema.Finite))
      const one = yield* counts.encode({ b: 1, a: 2, "10": 3, "9": 4 })
      const two = yield* counts.encode({ "9": 4, a: 2, "10": 3, b: 1 })
      assert.strictEqual(text(one), text(two))
      const nested = Artifact.table(
        Schema.Struct({ x: Schema.Record(Schema.String, Schema.Array(Schema.Record(Schema.String, Schema.Int))) })
      )
      const three = yield* nested.encode([{ x: { q: [{ b: 1, a: 2 }], p: [] } }])
      const four = yield* nested.encode([{ x: { p: [], q: [{ a: 2, b: 1 }] } }])
      assert.strictEqual(text(three), text(four))
      // The order of a list is part of its value.
      assert.notStrictEqual(
        text(yield* Artifact.json(Schema.Array(Schema.Int)).encode([1, 2])),
        text(yield* Artifact.json(Schema.Array(Schema.Int)).encode([2, 1]))
      )
    })
  )

  it.effect("−0 comes back as −0, wherever it stands, and other readers know it", () =>
    Effect.gen(function* () {
      const value = { x: -0, list: [0, -0], by: { a: -0 } }
      const Value = Schema.Struct({
        x: Schema.Number,
        list: Schema.Array(Schema.Finite),
        by: Schema.Record(Schema.String, Schema.Number)
      })
      assert.strictEqual(
        text(yield* roundTrip(Artifact.json(Value), value)),
        '{"by":{"a":-0.0},"list":[0,-0.0],"x":-0.0}'
      )
      yield* roundTrip(Artifact.table(Value), [value])
      yield* roundTrip(Artifact.metrics(["x"]), { x: { value: -0 } })
      yield* roundTrip(Artifact.tensors(Value), { tensors: {}, meta: value })
    })
  )

  it.effect("text longer than a string can be is refused with what to use instead", () =>
    Effect.gen(function* () {
      // What V8 throws in that case, without half a gigabyte of text.
      const long = {
        get rows(): string {
          throw new RangeError("Invalid string length")
        }
      }
      const error = yield* Effect.flip(Artifact.json(Schema.Any).encode(long))
      assert.strictEqual(error._tag, "ArtifactInvalid")
      assert.include(error.message, "longer than a string can be (512 MB)")
      assert.include(error.message, "Artifact.tensors")
    })
  )

  it.effect("a field that JSON reads specially survives", () =>
    Effect.gen(function* () {
      const counts = Artifact.json(Schema.Record(Schema.String, Schema.Finite))
      const bytes = yield* counts.encode(JSON.parse('{"z":1,"__proto__":2,"constructor":3}'))
      assert.deepStrictEqual(text(bytes), '{"__proto__":2,"constructor":3,"z":1}')
    })
  )

  it.effect("a Finite refuses NaN and the infinities with a sentence, a Number keeps them", () =>
    Effect.gen(function* () {
      const strict = Artifact.json(Schema.Struct({ loss: Schema.Finite }))
      for (const loss of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const error = yield* Effect.flip(strict.encode({ loss }))
        assert.instanceOf(error, Artifact.ArtifactInvalid)
        assert.match(error.message, /^json artifact: .*finite number[\s\S]*loss/)
        yield* roundTrip(Artifact.json(Schema.Struct({ loss: Schema.Number })), { loss })
      }
    })
  )

  it.effect("refuse bytes that are not JSON, or not of the schema", () =>
    Effect.gen(function* () {
      const artifact = Artifact.table(Schema.Struct({ n: Schema.Int }))
      for (const content of ["", "[", "{}", '[{"n":"1"}]', '[{"m":1}]', "nul"]) {
        const error = yield* Effect.flip(artifact.decode(bytesOf(content)))
        assert.strictEqual(error._tag, "ArtifactInvalid")
        assert.match(error.message, /^table artifact: \S/)
      }
    })
  )
})

describe("metrics and notes", () => {
  it.effect("metrics hold every named figure; an undefined one is null with its note, never NaN", () =>
    Effect.gen(function* () {
      const metrics = Artifact.metrics(["accuracy", "p"])
      const bytes = yield* roundTrip(metrics, { p: { value: null, note: "no rows", n: 0 }, accuracy: { value: 0.5 } })
      assert.deepStrictEqual(JSON.parse(text(bytes)), {
        accuracy: { value: 0.5 },
        p: { value: null, n: 0, note: "no rows" }
      })
      const refused = yield* Effect.flip(metrics.encode({ accuracy: { value: Number.NaN }, p: { value: 1 } }))
      assert.match(refused.message, /^metrics artifact: [\s\S]*accuracy/)
      const missing = yield* Effect.flip(metrics.decode(bytesOf('{"accuracy":{"value":1}}')))
      assert.match(missing.message, /^metrics artifact: [\s\S]*p/)
    })
  )

  it.effect("notes are sentences", () =>
    Effect.gen(function* () {
      yield* roundTrip(Artifact.notes, { caption: ["A."], notes: ["3 words are missing."] })
      yield* Effect.flip(Artifact.notes.decode(bytesOf('{"caption":[1],"notes":[]}')))
    })
  )
})

describe("tensors", () => {
  const weights = Artifact.tensors(Schema.Struct({ epochs: Schema.Int }))
  const tensors = {
    w: f32([2, 3], new Float32Array([1, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e-45, 3.5])),
    "bias.0": i32([1], new Int32Array([-7])),
    odd: { dtype: "U8", shape: [3], data: new Uint8Array([1, 2, 255]) } satisfies Tensor,
    double: { dtype: "F64", shape: [], data: new Float64Array([Math.PI]) } satisfies Tensor,
    empty: f32([0, 4], new Float32Array(0))
  }

  it.effect("come back bit for bit, with their metadata", () => roundTrip(weights, { tensors, meta: { epochs: 3 } }))

  it.effect("equal tensors give equal bytes, in whatever order they were named", () =>
    Effect.gen(function* () {
      const reversed = Object.fromEntries(Object.entries(tensors).reverse())
      assert.deepStrictEqual(
        yield* weights.encode({ tensors, meta: { epochs: 3 } }),
        yield* weights.encode({ tensors: reversed, meta: { epochs: 3 } })
      )
    })
  )

  it.effect("are the view they are given, not the buffer behind it", () =>
    Effect.gen(function* () {
      const buffer = new Float32Array([9, 1, 2, 9])
      const bytes = yield* weights.encode({ tensors: { w: f32([2], buffer.subarray(1, 3)) }, meta: { epochs: 0 } })
      const { tensors: read } = yield* weights.decode(bytes)
      assert.deepStrictEqual(read.w?.data, new Float32Array([1, 2]))
    })
  )

  it.effect("refuse metadata that the schema refuses, on either side", () =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(weights.encode({ tensors: {}, meta: { epochs: 1.5 } }))
      assert.match(refused.message, /^tensors artifact: meta: [\s\S]*epochs/)
      const other = Artifact.tensors(Schema.Struct({ rows: Schema.Int }))
      const bytes = yield* weights.encode({ tensors: {}, meta: { epochs: 1 } })
      assert.match((yield* Effect.flip(other.decode(bytes))).message, /^tensors artifact: meta: [\s\S]*rows/)
    })
  )

  it.effect("refuse data that do not fill the shape, or are not of the dtype, when they are written", () =>
    Effect.gen(function* () {
      const refuse = (tensor: Tensor, name = "w") =>
        Effect.map(
          Effect.flip(weights.encode({ tensors: { [name]: tensor }, meta: { epochs: 1 } })),
          (error) => error.message
        )
      assert.strictEqual(
        yield* refuse(f32([2, 3], new Float32Array(5))),
        'tensors artifact: tensor "w" of shape [2,3] has 5 elements, expected 6'
      )
      assert.strictEqual(
        yield* refuse({ dtype: "F32", shape: [2], data: new Float64Array(2) }),
        'tensors artifact: tensor "w" is F32, but its data are a Float64Array'
      )
      assert.strictEqual(
        yield* refuse(f32([-1, -1], new Float32Array(1))),
        'tensors artifact: tensor "w" has the shape [-1,-1]; sides are whole numbers ≥ 0'
      )
      assert.strictEqual(
        yield* refuse(f32([1], new Float32Array(1)), "__metadata__"),
        'tensors artifact: a tensor cannot be named "__metadata__"'
      )
    })
  )

  it.effect("refuse bytes that are no safetensors file", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(weights.decode(bytesOf("{}")))
      assert.strictEqual(error.message, "tensors artifact: safetensors: 2 bytes, expected at least 8")
    })
  )
})

describe("bytes and files", () => {
  it.effect("bytes are kept as they are", () => roundTrip(Artifact.bytes, new Uint8Array([0, 255, 10])))

  it.effect("a file is its path and hash", () =>
    Effect.gen(function* () {
      assert.strictEqual(Artifact.file.kind, "file")
      yield* Effect.flip(Artifact.file.decode(bytesOf('{"path":"a","hash":"short"}')))
    })
  )
})
