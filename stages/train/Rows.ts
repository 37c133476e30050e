/** The rows of a features artifact that a split names. */
import { type Float32Tensor, f32, type Int32Tensor, i32 } from "ablate"
import { Effect, Schema } from "effect"
import type { SentenceRows } from "../eec/features.ts"
import type { SplitRows } from "../eec/split.ts"

/** Rows that do not go together with their split, or with a model. */
export class RowsMismatch extends Schema.TaggedError<RowsMismatch>()("RowsMismatch", {
  tensor: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `tensor "${this.tensor}": found ${this.found}, expected ${this.expected}`
  }
}

export interface Rows {
  /** [rows, d] */
  readonly x: Float32Tensor<readonly [number, number]>
  /** Class codes [rows]. */
  readonly y: Int32Tensor
  /** Codes [rows]: 0 male, 1 female. */
  readonly gender: Int32Tensor
  /** Codes [rows]: 0 African-American, 1 European, 2 none. */
  readonly race: Int32Tensor
}

const codes = (tensor: Int32Tensor, rows: Int32Tensor) => {
  const out = new Int32Array(rows.data.length)
  for (let at = 0; at < out.length; at++) out[at] = tensor.data[rows.data[at] ?? 0] ?? 0
  return i32([out.length], out)
}

/** Gathers the rows `which` ("train" or "test") of the split. */
export const gather = Effect.fnUntraced(function* (
  { gender, race, x, y }: SentenceRows["tensors"],
  split: SplitRows["tensors"],
  which: "train" | "test"
) {
  const rows = split[which]
  const [count, width] = x.shape
  const stray = rows.data.find((row) => row < 0 || row >= count)
  if (stray !== undefined)
    return yield* new RowsMismatch({ tensor: which, found: `row ${stray}`, expected: `rows 0..${count - 1}` })
  const data = new Float32Array(rows.data.length * width)
  for (let at = 0; at < rows.data.length; at++) {
    const from = (rows.data[at] ?? 0) * width
    data.set(x.data.subarray(from, from + width), at * width)
  }
  const gathered: Rows = {
    x: f32([rows.data.length, width], data),
    y: codes(y, rows),
    gender: codes(gender, rows),
    race: codes(race, rows)
  }
  return gathered
})
