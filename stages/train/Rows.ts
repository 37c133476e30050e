/** The rows of a features artifact that a split names. */
import { f32, i32, type Tensor } from "ablate"
import { Effect, Schema } from "effect"

/** A features or split artifact without the tensors that training needs. */
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
  readonly x: Tensor
  /** Class codes [rows]. */
  readonly y: Tensor
  /** Codes [rows]: 0 male, 1 female. */
  readonly gender: Tensor
  /** Codes [rows]: 0 African-American, 1 European, 2 none. */
  readonly race: Tensor
}

type Tensors = { readonly [name: string]: Tensor }

const need = (tensors: Tensors, name: string) => {
  const tensor = tensors[name]
  return tensor === undefined
    ? Effect.fail(new RowsMismatch({ tensor: name, found: "nothing", expected: "a tensor" }))
    : Effect.succeed(tensor)
}

const codes = (tensor: Tensor, rows: Tensor) => {
  const out = new Int32Array(rows.data.length)
  for (let at = 0; at < out.length; at++) out[at] = tensor.data[rows.data[at] ?? 0] ?? 0
  return i32([out.length], out)
}

/** Gathers the rows `which` ("train" or "test") of the split. */
export const gather = Effect.fnUntraced(function* (features: Tensors, split: Tensors, which: "train" | "test") {
  const rows = yield* need(split, which)
  const x = yield* need(features, "x")
  const y = yield* need(features, "y")
  const gender = yield* need(features, "gender")
  const race = yield* need(features, "race")
  const [count = 0, width = 0] = x.shape
  const stray = rows.data.find((row: number) => row < 0 || row >= count)
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
