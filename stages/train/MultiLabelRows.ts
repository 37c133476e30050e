/** The rows of a part of the split, as a multi-label classifier reads them. */
import { f32 } from "ablate"
import { Effect } from "effect"
import type { CocoRows, CocoSplit } from "../coco/CocoRows.ts"
import { OUTPUTS } from "../coco/CocoSet.ts"
import { RowsMismatch } from "./Rows.ts"

export interface MultiLabelRows {
  readonly count: number
  readonly inputs: number
  /** [count, inputs], finite. */
  readonly x: Float32Array
  /** [count, 12], each 0 or 1. */
  readonly y: Float32Array
}

const mismatch = (tensor: string, found: string, expected: string) => new RowsMismatch({ tensor, found, expected })

/** Gathers the rows `which` of the split. Fails where a row is not there, an input not finite or a label neither 0 nor 1. */
export const gatherMultiLabel = Effect.fnUntraced(function* (
  { x, y }: Pick<CocoRows["tensors"], "x" | "y">,
  split: CocoSplit["tensors"],
  which: "train" | "test"
) {
  const chosen = split[which]
  const [available, inputs] = x.shape
  const count = chosen.data.length
  const width = OUTPUTS.length
  const gathered: MultiLabelRows = {
    count,
    inputs,
    x: new Float32Array(count * inputs),
    y: new Float32Array(count * width)
  }
  for (let at = 0; at < count; at++) {
    const row = chosen.data[at] ?? -1
    if (!(row >= 0 && row < available)) return yield* mismatch(which, `row ${row}`, `rows 0..${available - 1}`)
    gathered.x.set(x.data.subarray(row * inputs, (row + 1) * inputs), at * inputs)
    gathered.y.set(y.data.subarray(row * width, (row + 1) * width), at * width)
  }
  const stray = gathered.x.findIndex((value) => !Number.isFinite(value))
  if (stray >= 0)
    return yield* mismatch(
      "x",
      `${gathered.x[stray]} in row ${chosen.data[Math.floor(stray / inputs)]}`,
      "finite values"
    )
  const odd = gathered.y.findIndex((value) => value !== 0 && value !== 1)
  if (odd >= 0)
    return yield* mismatch("y", `${gathered.y[odd]} in row ${chosen.data[Math.floor(odd / width)]}`, "0 or 1")
  return gathered
})

/** The rows' inputs as a tensor. */
export const inputsOf = ({ count, inputs, x }: MultiLabelRows) => f32([count, inputs], x)
