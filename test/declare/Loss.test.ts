import { isDeepStrictEqual } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Option, Redacted, Result, Schema, SchemaTransformation } from "effect"
import * as fc from "fast-check"
import * as Artifact from "../../src/declare/Artifact.ts"
import type { StageNode } from "../../src/declare/Node.ts"
import * as Stage from "../../src/declare/Stage.ts"
import { encode } from "../../src/plan/Canonical.ts"
import { type Described, mixed, plain } from "./confusable.ts"
import { refusal } from "./refusal.ts"

const output = Artifact.json(Schema.Finite)

const stageOf = <A>(schema: Schema.ConstraintCodec<A, unknown>) =>
  Stage.make("s", { config: Schema.Struct({ x: schema }), output, run: () => Effect.succeed(1) })

type Node = StageNode<number, never>
const nodeOf = (schema: Schema.ConstraintCodec<unknown, unknown>, x: unknown): Node => stageOf(schema).node({}, { x })

/** Undefined where the config is refused. */
const tried = (schema: Schema.ConstraintCodec<unknown, unknown>, x: unknown): Node | undefined =>
  Result.getOrUndefined(Result.try(() => nodeOf(schema, x)))

/** What the stage is given. */
const received = (node: Node): unknown => Schema.decodeUnknownSync(node.stage.config)(node.config)

const problem = (schema: Schema.ConstraintCodec<unknown, unknown>, x: unknown) =>
  refusal(() => nodeOf(schema, x)).problem

/** With what `isDeepStrictEqual` overlooks made visible: the order of a Map or a Set, and that an Option is no record. */
const visible = (value: unknown): unknown => {
  if (Option.isOption(value)) return ["Option", ...Option.toArray(value).map(visible)]
  if (value instanceof Map || value instanceof Set) return [value.constructor.name, ...[...value].map(visible)]
  if (Array.isArray(value)) return value.map(visible)
  const isRecord = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return isRecord ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, visible(field)])) : value
}

const isSame = (a: unknown, b: unknown) => isDeepStrictEqual(visible(a), visible(b))

const pairs = (schemas: fc.Arbitrary<Described>) =>
  schemas.chain(({ schema, shown, values }) =>
    fc.record({ schema: fc.constant(schema), shown: fc.constant(shown), one: values, two: values })
  )

describe("configs", () => {
  it("that differ are nodes that differ, or are refused; what is accepted reaches the stage as it was written", () => {
    fc.assert(
      fc.property(pairs(mixed), ({ one, schema, two }) => {
        const first = tried(schema, one)
        const second = tried(schema, two)
        if (first !== undefined) assert.isTrue(isSame(received(first), { x: one }))
        if (first === undefined || second === undefined) return
        assert.strictEqual(encode(first.config) === encode(second.config), isSame(one, two))
      }),
      { numRuns: 2000 }
    )
  })

  it("of a schema that has one encoding for each value are never refused", () => {
    fc.assert(
      fc.property(pairs(plain), ({ one, schema, shown }) => {
        // −0 is no text of its own: the schema itself would make it 0.
        fc.pre(!(shown.includes("NumberFromString") && containsMinusZero(one)))
        assert.isTrue(isSame(received(nodeOf(schema, one)), { x: one }))
      }),
      { numRuns: 1000 }
    )
  })

  it("that are written alike are refused with the field, what was found and what to write", () => {
    const either = Schema.Union([Schema.Number, Schema.String])
    assert.strictEqual(
      problem(either, "NaN"),
      'config refused: x: the text "NaN" would come back as the number NaN: its schema writes both alike. Give the members of a union a tag (Schema.TaggedStruct), so that they are told apart'
    )
    assert.isDefined(tried(either, Number.NaN))
    assert.isDefined(tried(either, "1"))
    const date = new Date("2020-01-01T00:00:00.000Z")
    assert.include(
      problem(Schema.Array(Schema.Struct({ at: Schema.Union([Schema.String, Schema.Date]) })), [
        { at: "b" },
        { at: date }
      ]),
      'x[1].at: the Date 2020-01-01T00:00:00.000Z would come back as the text "2020-01-01T00:00:00.000Z"'
    )
    assert.include(problem(Schema.UndefinedOr(Schema.NullOr(Schema.String)), undefined), "or leave the field out")
    assert.include(
      problem(Schema.Option(Schema.Union([Schema.BigInt, Schema.String])), Option.some("1")),
      "the bigint 1n"
    )
  })

  it("with a field that another member of a union does not have are refused, in either order", () => {
    const small = Schema.Struct({ a: Schema.Int })
    const large = Schema.Struct({ a: Schema.Int, b: Schema.Int })
    assert.include(problem(Schema.Union([small, large]), { a: 1, b: 2 }), "x.b: the number 2 would be lost")
    assert.isDefined(tried(Schema.Union([large, small]), { a: 1, b: 2 }))
    assert.isDefined(tried(Schema.Union([large, small]), { a: 1 }))
  })

  it("that a schema rounds or trims are refused with what to write", () => {
    const trimmed = Schema.String.pipe(Schema.decode(SchemaTransformation.trim()))
    assert.include(problem(trimmed, " a "), 'the text " a " would come back as the text "a"')
    assert.deepStrictEqual(received(nodeOf(trimmed, "a")), { x: "a" })
    assert.deepStrictEqual(received(nodeOf(Schema.Trim, "a")), { x: "a" })
    assert.include(problem(Schema.NumberFromString, -0), "the number -0 would come back as the number 0")
  })

  it("with undeclared fields, defaults or classes of their own are taken", () => {
    const inner = Schema.Struct({ n: Schema.Union([Schema.Int, Schema.String]) })
    const more = { n: 1, seed: 3 }
    for (const [schema, x] of [
      [inner, more],
      [Schema.Array(inner), [more]],
      [Schema.Option(inner), Option.some(more)],
      [Schema.ReadonlyMap(Schema.String, inner), new Map([["a", more]])],
      [Schema.NullOr(inner), more],
      [Schema.Redacted(Schema.String), Redacted.make("secret")],
      [Schema.Duration, Duration.seconds(3)],
      [Schema.Uint8Array, Buffer.from("abc")]
    ] as const)
      assert.isDefined(tried(schema, x))
    const withDefault = Stage.make("s", {
      config: Schema.Struct({
        rate: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.1))),
        note: Schema.optional(Schema.String)
      }),
      output,
      run: () => Effect.succeed(1)
    })
    for (const config of [{ rate: 0.1 }, { rate: 0.2, note: undefined }]) withDefault.node({}, config)
    class Given {
      readonly n = 1
    }
    assert.deepStrictEqual(received(nodeOf(inner, new Given())), { x: { n: 1 } })
    // A struct or an instance of that class: here the class is what tells them apart.
    class Point extends Schema.Class<Point>("Point")({ n: Schema.Int }) {}
    assert.include(
      problem(Schema.Union([Schema.Struct({ n: Schema.Int }), Point]), new Point({ n: 1 })),
      "a plain object"
    )
  })

  it("keep −0, which is another node than 0", () => {
    const [zero, minus] = [nodeOf(Schema.Number, 0), nodeOf(Schema.Number, -0)]
    assert.notStrictEqual(encode(zero.config), encode(minus.config))
    assert.deepStrictEqual(received(minus), { x: -0 })
  })

  it("of a stage that declares none do not count", () => {
    const bare = Stage.make("bare", { config: Schema.Struct({}), output, run: () => Effect.succeed(1) })
    const point = { seed: 1, at: new Date(0) }
    assert.deepStrictEqual(bare.node({}, point).config, {})
  })
})

const containsMinusZero = (value: unknown): boolean =>
  Object.is(value, -0) ||
  (Option.isOption(value) && Option.isSome(value) && containsMinusZero(value.value)) ||
  ((value instanceof Map || value instanceof Set) && [...value].some(containsMinusZero)) ||
  (typeof value === "object" && value !== null && Object.values(value).some(containsMinusZero))

describe("artifacts", () => {
  it.effect("come back as they were, or fail with the path", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(pairs(fc.oneof(plain, mixed)), async ({ one, schema, two }) => {
          const artifact = Artifact.json(schema)
          const bytes = await Effect.runPromise(Effect.option(artifact.encode(one)))
          if (Option.isNone(bytes)) return
          const back = await Effect.runPromise(artifact.decode(bytes.value))
          assert.isTrue(isSame(back, one))
          const other = await Effect.runPromise(Effect.option(artifact.encode(two)))
          if (Option.isSome(other)) assert.strictEqual(Buffer.compare(bytes.value, other.value) === 0, isSame(one, two))
        }),
        { numRuns: 1000 }
      )
    )
  )

  it.effect("name the row and the column of what would be read otherwise", () =>
    Effect.gen(function* () {
      const rows = Artifact.table(Schema.Struct({ x: Schema.Union([Schema.Number, Schema.String]) }))
      const error = yield* Effect.flip(rows.encode([{ x: 1 }, { x: "Infinity" }]))
      assert.include(error.message, 'table artifact: [1].x: the text "Infinity" would come back as the number Infinity')
      const tensors = yield* Effect.flip(
        Artifact.tensors({}, Schema.Struct({ x: Schema.Union([Schema.Date, Schema.String]) })).encode({
          tensors: {},
          meta: { x: "2020-01-01T00:00:00.000Z" }
        })
      )
      assert.include(tensors.message, "tensors artifact: meta: x: the text")
    })
  )
})
