/** Random schemas with values of each that are easily taken for one another: a number and its text, a Date and its text. */
import { Option, Schema } from "effect"
import * as fc from "fast-check"

/** A schema, and values that its type allows. */
export interface Described {
  readonly schema: Schema.ConstraintCodec<unknown, unknown>
  readonly values: fc.Arbitrary<unknown>
  readonly shown: string
}

const described = (
  shown: string,
  schema: Schema.ConstraintCodec<unknown, unknown>,
  values: fc.Arbitrary<unknown>
): Described => ({ schema, shown, values })

class Point extends Schema.Class<Point>("Point")({ v: Schema.Number }) {}

const text = fc.constantFrom(
  "NaN",
  "Infinity",
  "1",
  "-0",
  "0",
  "",
  "null",
  "true",
  "2020-01-01T00:00:00.000Z",
  "AQ==",
  "a"
)
const number = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1, -0, 0, 0.5)
const finite = fc.constantFrom(1, -0, 0, 0.5)

const leaves: ReadonlyArray<Described> = [
  described("String", Schema.String, text),
  described("Number", Schema.Number, number),
  described("Finite", Schema.Finite, finite),
  described("Int", Schema.Int, fc.constantFrom(0, -0, 7)),
  described("Boolean", Schema.Boolean, fc.boolean()),
  described("Null", Schema.Null, fc.constant(null)),
  described("Undefined", Schema.Undefined, fc.constant(undefined)),
  described("BigInt", Schema.BigInt, fc.constantFrom(0n, 1n)),
  described("Date", Schema.Date, fc.constantFrom(new Date(0), new Date("2020-01-01T00:00:00.000Z"))),
  described("Uint8Array", Schema.Uint8Array, fc.constantFrom(new Uint8Array([1]), new Uint8Array(0))),
  described("Literal", Schema.Literals(["NaN", "1"]), fc.constantFrom("NaN", "1")),
  described("NumberFromString", Schema.NumberFromString, number),
  described(
    "Point",
    Point,
    number.map((v) => new Point({ v }))
  ),
  described(
    "{v}",
    Schema.Struct({ v: Schema.Number }),
    number.map((v) => ({ v }))
  )
]

const composed = (inner: fc.Arbitrary<Described>): fc.Arbitrary<Described> =>
  fc.oneof(
    inner.map(({ schema, shown, values }) =>
      described(`Array(${shown})`, Schema.Array(schema), fc.array(values, { maxLength: 2 }))
    ),
    inner.map(({ schema, shown, values }) =>
      described(
        `Option(${shown})`,
        Schema.Option(schema),
        fc.oneof(fc.constant(Option.none()), values.map(Option.some))
      )
    ),
    inner.map(({ schema, shown, values }) =>
      described(
        `Record(${shown})`,
        Schema.Record(Schema.String, schema),
        fc.dictionary(fc.constantFrom("a", "b"), values, { noNullPrototype: true })
      )
    ),
    inner.map(({ schema, shown, values }) =>
      described(
        `Map(${shown})`,
        Schema.ReadonlyMap(schema, Schema.String),
        fc.array(fc.tuple(values, text), { maxLength: 2 }).map((entries) => new Map(entries))
      )
    ),
    inner.map(({ schema, shown, values }) =>
      described(
        `Set(${shown})`,
        Schema.ReadonlySet(schema),
        fc.array(values, { maxLength: 2 }).map((each) => new Set(each))
      )
    ),
    fc
      .tuple(inner, inner)
      .map(([a, b]) =>
        described(
          `{a: ${a.shown}, b?: ${b.shown}}`,
          Schema.Struct({ a: a.schema, b: Schema.optionalKey(b.schema) }),
          fc.record({ a: a.values, b: b.values }, { requiredKeys: ["a"], noNullPrototype: true })
        )
      )
  )

const united = (inner: fc.Arbitrary<Described>): fc.Arbitrary<Described> =>
  fc
    .array(inner, { minLength: 2, maxLength: 3 })
    .map((members) =>
      described(
        members.map(({ shown }) => shown).join(" | "),
        Schema.Union(members.map(({ schema }) => schema)),
        fc.oneof(...members.map(({ values }) => values))
      )
    )

const leaf = fc.constantFrom(...leaves)

/** Schemas without a union, which lose nothing. */
export const plain: fc.Arbitrary<Described> = fc.oneof(leaf, composed(leaf), composed(composed(leaf)))

/** Schemas with unions, whose members may be written alike. */
export const mixed: fc.Arbitrary<Described> = fc.oneof(
  united(leaf),
  united(fc.oneof(leaf, composed(leaf))),
  composed(united(leaf)),
  united(composed(united(leaf)))
)
