/** Rows of a matrix as a lower trapezoid times a rotation, by Householder's reflections. */

export interface Triangular {
  /** L, [rows, columns] row-major: no entry right of the diagonal. */
  readonly lower: Float64Array
  /** Q, [columns, columns] row-major and orthogonal: matrix = L·Qᵀ. */
  readonly rotation: Float64Array
  /** Columns of L from this one on are zero: min(rows, columns), or less where the rows lie in fewer dimensions. */
  readonly rank: number
}

/** A part of a row below this share of its length is a rounding of float32 values, and counts as nothing. */
const NEGLIGIBLE = 1e-6

/** Factors `matrix`, [rows, columns] row-major. In float64, of exactly rounded operations: the same bits everywhere. */
export const triangularise = (matrix: ArrayLike<number>, rows: number, columns: number): Triangular => {
  const lower = Float64Array.from(matrix)
  const rotation = new Float64Array(columns * columns)
  for (let i = 0; i < columns; i++) rotation[i * columns + i] = 1
  const v = new Float64Array(columns)
  // Rows before the present one need the first `rank` columns.
  let rank = 0
  for (let r = 0; r < rows && rank < columns; r++) {
    const row = r * columns
    let before = 0
    let squares = 0
    for (let i = 0; i < rank; i++) before += (lower[row + i] ?? 0) ** 2
    for (let i = rank; i < columns; i++) squares += (lower[row + i] ?? 0) ** 2
    if (squares <= NEGLIGIBLE * NEGLIGIBLE * (before + squares)) {
      lower.fill(0, row + rank, row + columns)
      continue
    }
    const pivot = lower[row + rank] ?? 0
    const target = pivot > 0 ? -Math.sqrt(squares) : Math.sqrt(squares)
    for (let i = rank; i < columns; i++) v[i] = lower[row + i] ?? 0
    v[rank] = pivot - target
    const factor = 1 / (target * (target - pivot))
    reflect(lower, rows, r, columns, v, factor, rank)
    reflect(rotation, columns, 0, columns, v, factor, rank)
    lower.fill(0, row + rank + 1, row + columns)
    rank++
  }
  return { lower, rotation, rank }
}

/** Rows from `first` on: r ← r − factor·(r·v)·v, over the columns from `from` on. */
const reflect = (
  matrix: Float64Array,
  rows: number,
  first: number,
  columns: number,
  v: Float64Array,
  factor: number,
  from: number
): void => {
  for (let r = first; r < rows; r++) {
    const at = r * columns
    let sum = 0
    for (let i = from; i < columns; i++) sum += (matrix[at + i] ?? 0) * (v[i] ?? 0)
    if (sum === 0) continue
    const scaled = sum * factor
    for (let i = from; i < columns; i++) matrix[at + i] = (matrix[at + i] ?? 0) - scaled * (v[i] ?? 0)
  }
}
