/** The rows held out of a training. */
import type { Tensor } from "../domain/Tensor.ts"
import { Rng } from "./Rng.ts"
import type { Rows } from "./Training.ts"

/** Splits rows by a draw from stream `held-out`; both parts keep the rows' order. At least one row stays in each. */
export const holdOut = (
  rows: Rows,
  fraction: number,
  seed: number
): { readonly kept: Rows; readonly heldOut: Rows } => {
  const [count = 0] = rows.x.shape
  const size = Math.max(1, Math.min(count - 1, Math.round(fraction * count)))
  const order = Rng.stream(seed, "held-out").permutation(count)
  return { kept: take(rows, order.slice(size).sort()), heldOut: take(rows, order.slice(0, size).sort()) }
}

const take = (rows: Rows, indices: Int32Array): Rows => ({
  x: takeRows(rows.x, indices),
  targets: takeAll(rows.targets, indices),
  gates: takeAll(rows.gates, indices)
})

const takeAll = (tensors: Readonly<Record<string, Tensor>> | undefined, indices: Int32Array): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors ?? {}).map(([name, tensor]) => [name, takeRows(tensor, indices)]))

const takeRows = (tensor: Tensor, indices: Int32Array): Tensor => {
  const [count = 0, ...rest] = tensor.shape
  const width = count === 0 ? 0 : tensor.data.length / count
  const data = tensor.data.slice(0, indices.length * width)
  indices.forEach((row, i) => {
    data.set(tensor.data.subarray(row * width, (row + 1) * width), i * width)
  })
  return { dtype: tensor.dtype, shape: [indices.length, ...rest], data }
}
