/** Yes-or-no labels of rows: some objects and, in the last column, the gender (1 man, 0 woman). */

export interface LabelBits {
  readonly rows: number
  /** Columns: the objects and, last, the gender. */
  readonly width: number
  /** 0 or 1, row-major [rows, width]. */
  readonly data: Uint8Array
}

/** The number of objects: every column but the last. */
export const objectsOf = ({ width }: LabelBits): number => width - 1

/** One column, [rows]. */
export const column = ({ data, rows, width }: LabelBits, at: number): Uint8Array => {
  const out = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) out[row] = data[row * width + at] ?? 0
  return out
}

/** Gender of every row: 1 man, 0 woman. */
export const genders = (bits: LabelBits): Uint8Array => column(bits, bits.width - 1)

/** Rows in which the column is 1. */
export const positives = ({ data, rows, width }: LabelBits, at: number): number => {
  let count = 0
  for (let row = 0; row < rows; row++) count += data[row * width + at] ?? 0
  return count
}
