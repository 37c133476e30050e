import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as Safetensors from "../../src/declare/Safetensors.ts"
import { F32, F64, type Fields, I32, U8 } from "../../src/declare/Tensors.ts"
import { f32, f64, i32, type Tensor, u8 } from "../../src/domain/Tensor.ts"
import { refusal } from "./refusal.ts"

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
      yield* roundTrip(Artifact.tensors({}, Value), { tensors: {}, meta: value })
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
  const Epochs = Schema.Struct({ epochs: Schema.Int })
  const weights = Artifact.tensors(
    {
      w: F32("rows", "columns"),
      "bias.0": I32(1),
      odd: U8("bytes"),
      double: F64(),
      empty: Artifact.optional(F32("none", "...")),
      rest: Artifact.record(F32("..."))
    },
    Epochs
  )
  const tensors = {
    w: f32([2, 3], new Float32Array([1, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e-45, 3.5])),
    "bias.0": i32([1], new Int32Array([-7])),
    odd: u8([3], new Uint8Array([1, 2, 255])),
    double: f64([], new Float64Array([Math.PI])),
    empty: f32([0, 4], new Float32Array(0)),
    rest: { "layer.0": f32([2], new Float32Array([1, 2])), "layer.1": f32([1, 1], new Float32Array([3])) }
  }
  const meta = { epochs: 3 }

  it.effect("of any names and dtypes, by a schema alone, as the same file", () =>
    Effect.gen(function* () {
      const any = Artifact.tensors(Epochs)
      const given = {
        tensors: { "layer.0": f32([2], new Float32Array(2)), counts: i32([1], new Int32Array([7])) },
        meta
      }
      yield* roundTrip(any, given)
      const bytes = yield* any.encode(given)
      assert.deepStrictEqual(bytes, Safetensors.encode(given.tensors, { meta: JSON.stringify(meta) }))
      const error = yield* Effect.flip(any.decode(Safetensors.encode(given.tensors, { meta: "{}" })))
      assert.match(error.message, /^tensors artifact: meta: [\s\S]*epochs/)
    })
  )

  it("refuse what is no tensor's type, by its name", () => {
    const untyped: (fields: never) => unknown = Artifact.tensors
    assert.throws(() => untyped({ x: "F32" } as never), /"x" must be a tensor's type/)
  })

  it.effect("come back bit for bit, with their metadata", () => roundTrip(weights, { tensors, meta }))

  it.effect("are one flat file in the order of their names, whatever the fields are", () =>
    Effect.gen(function* () {
      const { rest, ...named } = tensors
      const bytes = yield* weights.encode({ tensors, meta })
      assert.deepStrictEqual(
        bytes,
        Safetensors.encode({ ...rest, ...named }, { meta: JSON.stringify(meta) }),
        "the field of a record is not in the file"
      )
      const pair = Artifact.tensors({ x: F32("rows"), y: F32("rows") })
      const x = f32([1], new Float32Array([1]))
      const y = f32([1], new Float32Array([2]))
      assert.deepStrictEqual(
        yield* pair.encode({ tensors: { x, y } }),
        yield* Artifact.tensors({ y: F32("rows"), x: F32("rows") }).encode({ tensors: { y, x } })
      )
    })
  )

  it.effect("are the view they are given, not the buffer behind it", () =>
    Effect.gen(function* () {
      const one = Artifact.tensors({ w: F32("rows") })
      const buffer = new Float32Array([9, 1, 2, 9])
      const { tensors: read } = yield* one.decode(
        yield* one.encode({ tensors: { w: f32([2], buffer.subarray(1, 3)) } })
      )
      assert.deepStrictEqual(read.w.data, new Float32Array([1, 2]))
    })
  )

  it.effect("have no metadata where none is declared, and any may be left unread", () =>
    Effect.gen(function* () {
      const x = f32([1], new Float32Array([1]))
      const alone = Artifact.tensors({ x: F32("rows") })
      assert.deepStrictEqual(yield* alone.decode(yield* alone.encode({ tensors: { x } })), { tensors: { x } })
      const told = yield* Artifact.tensors({ x: F32("rows") }, Epochs).encode({ tensors: { x }, meta })
      assert.deepStrictEqual(yield* alone.decode(told), { tensors: { x } })
      assert.deepStrictEqual(yield* Artifact.metadata(Epochs).decode(told), { meta })
      assert.match(
        (yield* Effect.flip(Artifact.metadata(Schema.Struct({ rows: Schema.Int })).decode(told))).message,
        /^tensors artifact: meta: [\s\S]*rows/
      )
    })
  )

  it.effect("refuse metadata that the schema refuses, on either side", () =>
    Effect.gen(function* () {
      const none = Artifact.tensors({}, Epochs)
      const refused = yield* Effect.flip(none.encode({ tensors: {}, meta: { epochs: 1.5 } }))
      assert.match(refused.message, /^tensors artifact: meta: [\s\S]*epochs/)
      const other = Artifact.tensors({}, Schema.Struct({ rows: Schema.Int }))
      const bytes = yield* none.encode({ tensors: {}, meta })
      assert.match((yield* Effect.flip(other.decode(bytes))).message, /^tensors artifact: meta: [\s\S]*rows/)
    })
  )

  describe("that are not as declared are refused when they are written and when they are read", () => {
    const of = (shape: ReadonlyArray<number>) =>
      f32(shape, new Float32Array(shape.reduce((product, side) => product * side, 1)))
    const declared = { x: F32("rows", "dims"), y: I32("rows"), z: Artifact.optional(F32(12, "dims")) }
    const x = f32([2, 3], new Float32Array(6))
    const y = i32([2], new Int32Array(2))
    const cases: ReadonlyArray<readonly [string, Fields, { readonly [name: string]: Tensor }, string]> = [
      ["one is missing", declared, { x }, 'tensor "y": found nothing, expected I32 [rows]'],
      [
        "one is not declared",
        declared,
        { x, y, v: x },
        'tensor "v": found F32 [2, 3], expected no tensor but "x", "y", "z"'
      ],
      ["another dtype", declared, { x, y: of([2]) }, 'tensor "y": found F32 [2], expected I32 [rows]'],
      ["another rank", declared, { x: of([6]), y }, 'tensor "x": found F32 [6], expected F32 [rows, dims]'],
      [
        "a side that two tensors do not share",
        declared,
        { x: of([3, 3]), y },
        'tensor "y": found I32 [2], expected I32 [rows] with rows = 3, as tensor "x" has'
      ],
      ["another size", declared, { x, y, z: of([11, 3]) }, 'tensor "z": found F32 [11, 3], expected F32 [12, dims]'],
      ["a side of an optional tensor", declared, { x, y, z: of([12, 4]) }, 'with dims = 3, as tensor "x" has'],
      [
        "a square that is none",
        { w: F32("n", "n") },
        { w: of([2, 3]) },
        'expected F32 [n, n] with n = 2, as tensor "w" has'
      ],
      ["too few sides before the open ones", { w: F32("a", "b", "...") }, { w: of([2]) }, "expected F32 [a, b, ...]"],
      [
        "one of a record",
        { all: Artifact.record(I32("rows")) },
        { a: y, b: x },
        'tensor "b": found F32 [2, 3], expected I32 [rows]'
      ]
    ]
    for (const [name, fields, flat, message] of cases)
      it.effect(name, () =>
        Effect.gen(function* () {
          const read = yield* Effect.flip(Artifact.tensors(fields).decode(Safetensors.encode(flat, { meta: "{}" })))
          assert.include(read.message, `tensors artifact: tensor`)
          assert.include(read.message, message)
          // As a program without types would give them.
          const given = "all" in fields ? { all: flat } : flat
          const written = yield* Effect.flip(Artifact.tensors(fields).encode({ tensors: given } as never))
          assert.strictEqual(written.message, read.message)
        })
      )

    it.effect("a record that has a name of its neighbours", () =>
      Effect.gen(function* () {
        const both = Artifact.tensors({ x: F32("rows", "dims"), all: Artifact.record(F32("...")) })
        const error = yield* Effect.flip(both.encode({ tensors: { x, all: { x } } }))
        assert.include(error.message, 'tensor "x": found it in the record "all"')
      })
    )

    const Side = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))
    it.effect.prop("whatever sizes they have", { rows: Side, dims: Side, others: Side }, ({ dims, others, rows }) =>
      Effect.gen(function* () {
        const shared = Artifact.tensors({ a: F32("rows", "dims"), b: I32("rows") })
        const a = f32([rows, dims], new Float32Array(rows * dims))
        const exit = yield* Effect.exit(shared.encode({ tensors: { a, b: i32([others], new Int32Array(others)) } }))
        assert.strictEqual(exit._tag, rows === others ? "Success" : "Failure")
      })
    )
  })

  it("cannot be declared with sides that contradict themselves", () => {
    const reason = (fields: Fields) => refusal(() => Artifact.tensors(fields)).message
    assert.include(
      reason({ x: F32("...", "rows") }),
      '"..." must be the last side of a tensor, found [..., rows] for "x"'
    )
    assert.include(reason({ x: F32(1.5) }), 'a size is a whole number of at least 0, found 1.5 for "x"')
    assert.include(
      reason({ a: Artifact.record(F32("...")), b: Artifact.record(I32("...")) }),
      'at most one field can be a record, found "a" and "b"'
    )
  })

  it.effect("refuse data that do not fill the shape, or are not of the dtype, when they are written", () =>
    Effect.gen(function* () {
      const any = Artifact.tensors({ all: Artifact.record(F32("...")) })
      const refuse = (tensor: Tensor, name = "w") =>
        Effect.map(
          // As a program without types would give it.
          Effect.flip(any.encode({ tensors: { all: { [name]: tensor } } } as never)),
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
