/** Eigenvectors of small symmetric matrices. */

/**
 * Eigenvalues (descending) and unit eigenvectors of a symmetric n × n matrix (row-major, not changed), by cyclic
 * Jacobi rotations in float64: exactly rounded operations in a fixed order, so the same bits on every machine.
 * `vectors` holds the k-th eigenvector at [k·n, (k+1)·n); its sign is arbitrary.
 */
export const symmetricEigen = (
  matrix: Float64Array,
  n: number
): { readonly values: Float64Array; readonly vectors: Float64Array } => {
  const a = matrix.slice()
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  const at = (i: number, j: number): number => a[i * n + j] ?? 0
  for (let sweep = 0; sweep < 64; sweep++) {
    let off = 0
    let all = 0
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        all += at(i, j) * at(i, j)
        if (i !== j) off += at(i, j) * at(i, j)
      }
    }
    if (off <= all * 1e-32) break
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q)
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => at(j, j) - at(i, i) || i - j)
  const values = new Float64Array(n)
  const vectors = new Float64Array(n * n)
  order.forEach((column, k) => {
    values[k] = at(column, column)
    for (let i = 0; i < n; i++) vectors[k * n + i] = v[i * n + column] ?? 0
  })
  return { values, vectors }
}

/** One rotation that makes a[p][q] zero (Golub & Van Loan, Matrix Computations, §8.5). */
const rotate = (a: Float64Array, v: Float64Array, n: number, p: number, q: number): void => {
  const apq = a[p * n + q] ?? 0
  if (apq === 0) return
  const tau = ((a[q * n + q] ?? 0) - (a[p * n + p] ?? 0)) / (2 * apq)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau))
  const c = 1 / Math.sqrt(1 + t * t)
  const s = t * c
  const turn = (m: Float64Array, i: number, j: number): void => {
    const x = m[i] ?? 0
    const y = m[j] ?? 0
    m[i] = c * x - s * y
    m[j] = s * x + c * y
  }
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q)
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k)
  for (let k = 0; k < n; k++) turn(v, k * n + p, k * n + q)
}
