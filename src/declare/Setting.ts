/** Settings: what `--set path=value` may change. Every setting has a default. */
import { Effect, Schema } from "effect"

/** A setting with its default, given as the schema encodes it. */
export const make = <S extends Schema.ConstraintCodec<unknown, unknown>>(
  schema: S,
  value: S["Encoded"]
): Schema.withDecodingDefaultKey<S> => Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema)

/** Settings under one name: `--set name.field=value`. */
export const group = <const F extends Schema.Struct.Fields>(fields: F) => {
  const struct = Schema.Struct(fields)
  // Every field has a default, so nothing has to be given.
  const nothing = {} as (typeof struct)["Encoded"]
  return Schema.withDecodingDefaultKey<typeof struct>(Effect.succeed(nothing))(struct)
}
