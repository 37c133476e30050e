/** Label rows for tests: written out, or drawn. */
import fc from "fast-check"
import type { LabelBits } from "../../../stages/metrics/LabelBits.ts"

/** Rows of zeros and ones, gender last. */
export const bitsOf = (rows: ReadonlyArray<ReadonlyArray<number>>, width = rows[0]?.length ?? 0): LabelBits => ({
  rows: rows.length,
  width,
  data: Uint8Array.from(rows.flat())
})

/** Rows of `width` columns. */
export const someBits = (width: number, minLength: number, maxLength: number): fc.Arbitrary<LabelBits> =>
  fc
    .array(fc.array(fc.nat(1), { minLength: width, maxLength: width }), { minLength, maxLength })
    .map((rows) => bitsOf(rows, width))

/** The rows of all labels in another order, the same for all of them. */
export const reordered = (bits: LabelBits, order: ReadonlyArray<number>): LabelBits => ({
  ...bits,
  data: Uint8Array.from(order.flatMap((row) => [...bits.data.subarray(row * bits.width, (row + 1) * bits.width)]))
})

/** Men become women and women men. */
export const swappedGender = (bits: LabelBits): LabelBits => ({
  ...bits,
  data: bits.data.map((bit, at) => (at % bits.width === bits.width - 1 ? 1 - bit : bit))
})

/** Twelve rows of three objects, the last never true; every row a man's. scikit-learn's figures for them stand in the tests. */
export const truth12 = bitsOf(
  [
    [1, 0, 0],
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
    [1, 1, 0],
    [0, 1, 0],
    [0, 1, 0],
    [0, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 0]
  ].map((row) => [...row, 1])
)

/** Scores for them, row-major with gender's last; many are equal. */
export const scores12 = [
  [0.8, 0.4, 0.6],
  [0.2, 0.4, 0.4],
  [0.6, 0.4, 0.4],
  [0.8, 0.4, 1.0],
  [0.2, 0.8, 0.4],
  [0.4, 0.6, 0.6],
  [0.4, 0.0, 0.0],
  [0.8, 0.6, 0.6],
  [1.0, 0.6, 0.0],
  [0.4, 0.6, 0.2],
  [1.0, 1.0, 0.8],
  [0.4, 0.8, 0.2]
].flatMap((row) => [...row, 0.5])

/** Where a score is at least .6. */
export const predicted12 = { ...truth12, data: Uint8Array.from(scores12, (score) => (score >= 0.6 ? 1 : 0)) }
