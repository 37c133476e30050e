/** The factor L of a symmetric positive definite matrix A = L·Lᵀ (Golub & Van Loan 2013, section 4.2), in float64. */
export class Cholesky {
  readonly #size: number
  readonly #factor: Float64Array

  /** `matrix` [size, size] is read on and above its diagonal, and kept: the factor is written below and on it. */
  constructor(matrix: Float64Array, size: number) {
    this.#size = size
    this.#factor = matrix
    for (let i = 0; i < size; i++) {
      const row = i * size
      for (let j = 0; j <= i; j++) {
        const other = j * size
        let rest = matrix[other + i] ?? 0
        for (let k = 0; k < j; k++) rest -= (matrix[row + k] ?? 0) * (matrix[other + k] ?? 0)
        matrix[row + j] = i === j ? Math.sqrt(rest) : rest / (matrix[other + j] ?? 1)
      }
    }
  }

  /** v ← A⁻¹v for each row of v [rows, size]. */
  solve(v: Float64Array): void {
    const l = this.#factor
    const size = this.#size
    for (let first = 0; first < v.length; first += size) {
      for (let i = 0; i < size; i++) {
        const row = i * size
        let rest = v[first + i] ?? 0
        for (let k = 0; k < i; k++) rest -= (l[row + k] ?? 0) * (v[first + k] ?? 0)
        v[first + i] = rest / (l[row + i] ?? 1)
      }
      for (let i = size - 1; i >= 0; i--) {
        const row = i * size
        const value = (v[first + i] ?? 0) / (l[row + i] ?? 1)
        v[first + i] = value
        for (let k = 0; k < i; k++) v[first + k] = (v[first + k] ?? 0) - (l[row + k] ?? 0) * value
      }
    }
  }
}
