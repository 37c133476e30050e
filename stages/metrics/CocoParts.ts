/** The training and test rows of the COCO study as their figures see them: what is true beside what a classifier says. */
import type { Tensor } from "ablate"
import { Effect, Schema } from "effect"
import { OUTPUTS } from "../coco/CocoSet.ts"
import type { LabelBits } from "./LabelBits.ts"

/** Rows, split and predictions that do not belong together, or hold what cannot be. */
export class CocoInputInvalid extends Schema.TaggedError<CocoInputInvalid>()("CocoInputInvalid", {
  artifact: Schema.String,
  tensor: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `${this.artifact}, tensor "${this.tensor}": found ${this.found}, expected ${this.expected}`
  }
}

type Tensors = { readonly [name: string]: Tensor }
type Which = "train" | "test"

const WIDTH = OUTPUTS.length

const refuse = (artifact: string, tensor: string, found: string, expected: string) =>
  Effect.fail(new CocoInputInvalid({ artifact, tensor, found, expected }))

/** A tensor [rows, 12]; `rows` null for any number of them. */
const table = (artifact: string, tensors: Tensors, name: string, rows: number | null) => {
  const tensor = tensors[name]
  const expected = `[${rows ?? "rows"}, ${WIDTH}]`
  if (tensor === undefined) return refuse(artifact, name, "nothing", `a tensor ${expected}`)
  const [height = 0, width] = tensor.shape
  if (tensor.shape.length !== 2 || width !== WIDTH || (rows !== null && height !== rows))
    return refuse(artifact, name, `[${tensor.shape.join(", ")}]`, expected)
  return Effect.succeed(tensor)
}

const place = (at: number) => `in row ${Math.floor(at / WIDTH)}, output "${OUTPUTS[at % WIDTH]}"`

/** A tensor of zeros and ones [rows, 12]. */
const bits = Effect.fnUntraced(function* (artifact: string, tensors: Tensors, name: string, rows: number | null) {
  const { data, shape } = yield* table(artifact, tensors, name, rows)
  const stray = data.findIndex((value: number) => value !== 0 && value !== 1)
  if (stray >= 0) return yield* refuse(artifact, name, `${data[stray]} ${place(stray)}`, "0 or 1")
  const labels: LabelBits = { rows: shape[0] ?? 0, width: WIDTH, data: Uint8Array.from(data) }
  return labels
})

/** A tensor of finite numbers [rows, 12]. */
const numbers = Effect.fnUntraced(function* (tensors: Tensors, name: string, rows: number) {
  const { data } = yield* table("predictions", tensors, name, rows)
  const stray = data.findIndex((value: number) => !Number.isFinite(value))
  if (stray >= 0) return yield* refuse("predictions", name, `${data[stray]} ${place(stray)}`, "a finite number")
  return Float32Array.from(data)
})

const rowsOf = (split: Tensors, which: Which, count: number) => {
  const indices = split[which]
  if (indices === undefined) return refuse("split", which, "nothing", "row indices")
  const stray = indices.data.find((row: number) => !Number.isInteger(row) || row < 0 || row >= count)
  return stray === undefined
    ? Effect.succeed(indices.data)
    : refuse("split", which, `row ${stray}`, `rows 0..${count - 1}`)
}

/** What is true of the rows of one part of the split, in its order. */
const gathered = (all: LabelBits, rows: ArrayLike<number>): LabelBits => {
  const data = new Uint8Array(rows.length * WIDTH)
  for (let at = 0; at < rows.length; at++) {
    const from = (rows[at] ?? 0) * WIDTH
    data.set(all.data.subarray(from, from + WIDTH), at * WIDTH)
  }
  return { rows: rows.length, width: WIDTH, data }
}

/** Both parts' true labels. Fails with {@link CocoInputInvalid}. */
export const cocoTruth = Effect.fnUntraced(function* (rows: Tensors, split: Tensors) {
  const all = yield* bits("rows", rows, "y", null)
  return {
    train: gathered(all, yield* rowsOf(split, "train", all.rows)),
    test: gathered(all, yield* rowsOf(split, "test", all.rows))
  }
})

/** What a classifier decides on the rows of one part, [rows, 12]. */
export const cocoPredicted = (predictions: Tensors, which: Which, rows: number) =>
  bits("predictions", predictions, `${which}Predicted`, rows)

/** Its scores in [0, 1], [rows, 12]. */
export const cocoScores = Effect.fnUntraced(function* (predictions: Tensors, which: Which, rows: number) {
  const scores = yield* numbers(predictions, `${which}Scores`, rows)
  const stray = scores.findIndex((score) => score < 0 || score > 1)
  if (stray >= 0)
    return yield* refuse("predictions", `${which}Scores`, `${scores[stray]} ${place(stray)}`, "a score in [0, 1]")
  return scores
})

/** Its outputs before the sigmoid, [rows, 12]. */
export const cocoLogits = (predictions: Tensors, which: Which, rows: number) =>
  numbers(predictions, `${which}Logits`, rows)
