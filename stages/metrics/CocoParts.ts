/** The training and test rows of the COCO study as their figures see them: what is true beside what a classifier says. */
import type { Float32Tensor, Int32Tensor, Uint8Tensor } from "ablate"
import { Effect, Schema } from "effect"
import type { CocoPredictions, CocoRows, CocoSplit } from "../coco/CocoRows.ts"
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

type Shape2 = readonly [number, number]
type Which = "train" | "test"
type Predicted = CocoPredictions["tensors"]

const WIDTH = OUTPUTS.length

const refuse = (artifact: string, tensor: string, found: string, expected: string) =>
  Effect.fail(new CocoInputInvalid({ artifact, tensor, found, expected }))

/** Refuses a tensor whose rows are not as many as those of its part of the split. */
const checkRows = (name: string, [height, width]: Shape2, rows: number) =>
  height === rows ? Effect.void : refuse("predictions", name, `[${height}, ${width}]`, `[${rows}, ${WIDTH}]`)

const place = (at: number) => `in row ${Math.floor(at / WIDTH)}, output "${OUTPUTS[at % WIDTH]}"`

/** Refuses what is not 0 or 1. */
const bits = Effect.fnUntraced(function* (artifact: string, name: string, { data, shape }: Uint8Tensor<Shape2>) {
  const stray = data.findIndex((value) => value !== 0 && value !== 1)
  if (stray >= 0) return yield* refuse(artifact, name, `${data[stray]} ${place(stray)}`, "0 or 1")
  const labels: LabelBits = { rows: shape[0], width: WIDTH, data }
  return labels
})

/** Refuses what is not finite. */
const numbers = Effect.fnUntraced(function* (name: string, { data, shape }: Float32Tensor<Shape2>, rows: number) {
  yield* checkRows(name, shape, rows)
  const stray = data.findIndex((value) => !Number.isFinite(value))
  if (stray >= 0) return yield* refuse("predictions", name, `${data[stray]} ${place(stray)}`, "a finite number")
  return data
})

const rowsOf = ({ data }: Int32Tensor, which: Which, count: number) => {
  const stray = data.find((row) => row < 0 || row >= count)
  return stray === undefined ? Effect.succeed(data) : refuse("split", which, `row ${stray}`, `rows 0..${count - 1}`)
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
export const cocoTruth = Effect.fnUntraced(function* ({ y }: CocoRows["tensors"], split: CocoSplit["tensors"]) {
  const all = yield* bits("rows", "y", y)
  return {
    train: gathered(all, yield* rowsOf(split.train, "train", all.rows)),
    test: gathered(all, yield* rowsOf(split.test, "test", all.rows))
  }
})

/** What a classifier decides on the rows of one part, [rows, 12]. */
export const cocoPredicted = Effect.fnUntraced(function* (predictions: Predicted, which: Which, rows: number) {
  const name = `${which}Predicted` as const
  yield* checkRows(name, predictions[name].shape, rows)
  return yield* bits("predictions", name, predictions[name])
})

/** Its scores in [0, 1], [rows, 12]. */
export const cocoScores = Effect.fnUntraced(function* (predictions: Predicted, which: Which, rows: number) {
  const name = `${which}Scores` as const
  const scores = yield* numbers(name, predictions[name], rows)
  const stray = scores.findIndex((score) => score < 0 || score > 1)
  if (stray >= 0) return yield* refuse("predictions", name, `${scores[stray]} ${place(stray)}`, "a score in [0, 1]")
  return scores
})

/** Its outputs before the sigmoid, [rows, 12]. */
export const cocoLogits = (predictions: Predicted, which: Which, rows: number) => {
  const name = `${which}Logits` as const
  return numbers(name, predictions[name], rows)
}
