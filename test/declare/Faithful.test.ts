import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import { isFaithful } from "../../src/declare/Faithful.ts"
import { lossOf } from "../../src/declare/Loss.ts"
import { Measure } from "../../src/domain/Metrics.ts"
import { mixed, plain } from "./confusable.ts"

interface Tree {
  readonly name: string
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  name: Schema.String,
  children: Schema.Array(Schema.suspend(() => Tree))
})

const tagged = (tag: string) => Schema.Struct({ kind: Schema.Literal(tag), v: Schema.Number })

describe("isFaithful", () => {
  it("spares what tables and configs are mostly made of the check of every value", () => {
    for (const schema of [
      Schema.Struct({ id: Schema.Int, text: Schema.String, by: Schema.optionalKey(Schema.NullOr(Schema.String)) }),
      Schema.Array(Schema.Struct({ x: Schema.Number, is: Schema.Boolean })),
      Schema.Record(Schema.String, Measure),
      Schema.Literals(["a", "b", 1]),
      Schema.Union([Schema.String, Schema.Finite, Schema.Null, Schema.Literal("NaN")]),
      Schema.Union([tagged("a"), tagged("b"), Schema.String]),
      Schema.Struct({ seed: Schema.optional(Schema.Int) }),
      Schema.Json,
      Tree
    ])
      assert.isTrue(isFaithful(schema.ast))
  })

  it("is not sure of unions that may be written alike, nor of what a schema transforms", () => {
    for (const schema of [
      Schema.Union([Schema.Number, Schema.String]),
      Schema.Union([Schema.BigInt, Schema.String]),
      Schema.UndefinedOr(Schema.NullOr(Schema.String)),
      Schema.Union([Schema.Struct({ a: Schema.Int }), Schema.Struct({ b: Schema.Int })]),
      Schema.Union([tagged("a"), tagged("a")]),
      Schema.Date,
      Schema.Unknown,
      Schema.Struct({ e: Schema.Struct({}) }),
      Schema.NumberFromString,
      Schema.Struct({ rate: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))) }),
      Schema.suspend((): Schema.Codec<unknown> => Schema.Unknown)
    ])
      assert.isFalse(isFaithful(schema.ast))
  })

  it("never vouches for a value that does not come back", () => {
    fc.assert(
      fc.property(
        fc.oneof(plain, mixed).chain(({ schema, values }) => fc.tuple(fc.constant(schema), values)),
        ([schema, value]) => {
          if (!isFaithful(schema.ast)) return
          const codec = Schema.toCodecJson(schema)
          const back = Schema.decodeUnknownSync(codec)(Schema.encodeUnknownSync(codec)(value))
          assert.isUndefined(lossOf(schema.ast, value, back))
        }
      ),
      { numRuns: 2000 }
    )
  })
})
