/** Rows of a matrix as a lower trapezoid times a rotation, by Householder's reflections. */

export interface Triangular {
  /** L, [rows, columns] row-major: no entry right of the diagonal. */
  readonly lower: Float64Array
  /** Q, [columns, columns] row-major and orthogonal: matrix = L·Qᵀ. */
  readonly rotation: Float64Array
}

/** Factors `matrix`, [rows, columns] row-major. In float64, of exactly rounded operations: the same bits everywhere. */
export const triangularise = (matrix: ArrayLike<number>, rows: number, columns: number): Triangular => {
  const lower = Float64Array.from(matrix)
  const rotation = new Float64Array(columns * columns)
  for (let i = 0; i < columns; i++) rotation[i * columns + i] = 1
  const reflections = Math.min(rows, columns - 1)
  const v = new Float64Array(columns)
  for (let k = 0; k < reflections; k++) {
    let squares = 0
    for (let i = k; i < columns; i++) squares += (lower[k * columns + i] ?? 0) ** 2
    const pivot = lower[k * columns + k] ?? 0
    const target = pivot > 0 ? -Math.sqrt(squares) : Math.sqrt(squares)
    if (target === 0) continue
    for (let i = k; i < columns; i++) v[i] = lower[k * columns + i] ?? 0
    v[k] = pivot - target
    const factor = 1 / (target * (target - pivot))
    reflect(lower, rows, k, columns, v, factor)
    reflect(rotation, columns, 0, columns, v, factor, k)
    lower.fill(0, k * columns + k + 1, (k + 1) * columns)
  }
  return { lower, rotation }
}

/** Rows from `first` on: r ← r − factor·(r·v)·v, over the columns from `from` (default `first`) on. */
const reflect = (
  matrix: Float64Array,
  rows: number,
  first: number,
  columns: number,
  v: Float64Array,
  factor: number,
  from: number = first
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
