/** A network that turns pixels into an embedding. */
import { Effect, Schema } from "effect"
import type { Pixels } from "./Pixels.ts"

/** Weights that cannot be used, or a network that gives something else than was expected: no image is at fault. */
export class ExtractorInvalid extends Schema.TaggedError<ExtractorInvalid>()("ExtractorInvalid", {
  /** The weights' file or the package. */
  subject: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.subject}: ${this.problem}`
  }
}

export interface Extractor {
  /** Values an image. */
  readonly dimension: number
  /** The embedding of one image: `dimension` values. The same pixels give the same bits, whatever came before. */
  readonly embed: (image: Pixels) => Effect.Effect<Float32Array, ExtractorInvalid>
}

/** Fails if an embedding has another length than it should, or holds what is not finite. */
export const checked = (subject: string, dimension: number, values: Float32Array) => {
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (values.length === dimension && bad < 0) return Effect.succeed(values)
  const found = values.length === dimension ? `${values[bad]} at position ${bad}` : `${values.length} values`
  return Effect.fail(
    new ExtractorInvalid({ subject, problem: `found ${found} in an embedding, expected ${dimension} finite values` })
  )
}
