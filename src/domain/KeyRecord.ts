/**
 * The structured record whose canonical encoding is hashed into a {@link Key}. It is stored beside the
 * trace, so that `why` can compare two of them field by field.
 */
import { Schema } from "effect"
import { ArtifactHash } from "./Hash.ts"

export const KeyRecord = Schema.Struct({
  /** The stage's name: two stages never share results, whatever else agrees. */
  stage: Schema.String,
  /** `code:<hash>` of the stage's closure, or `version:<text>` where the stage declares one. */
  code: Schema.String,
  /** The config as the stage's schema encodes it: only the declared fields. */
  config: Schema.Json,
  /** For every input its artifact hash (not its key): a rerun that changes nothing stops here. */
  inputs: Schema.Record(Schema.String, ArtifactHash),
  /** The numerics backend, where results depend on it. */
  numerics: Schema.optionalKey(Schema.String)
})
export type KeyRecord = typeof KeyRecord.Type
