/** Word vectors in float64, for the linear algebra on them. */

export interface Embedding {
  /** All different. */
  readonly words: ReadonlyArray<string>
  readonly dimension: number
  /** Row-major [words, dimension]. */
  readonly data: Float64Array
}

/** Word to row. */
export const rowIndex = (words: ReadonlyArray<string>): ReadonlyMap<string, number> =>
  new Map(words.map((word, row) => [word, row]))

export const rowOf = (embedding: Embedding, row: number): Float64Array =>
  embedding.data.subarray(row * embedding.dimension, (row + 1) * embedding.dimension)

export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

export const norm = (a: Float64Array): number => Math.sqrt(dot(a, a))

/** a·x + b·y */
export const combine = (a: number, x: Float64Array, b: number, y: Float64Array): Float64Array =>
  x.map((value, i) => a * value + b * (y[i] ?? 0))

/** The vector at length 1; a zero vector stays. */
export const unit = (a: Float64Array): Float64Array => {
  const length = norm(a)
  return length === 0 ? a.slice() : a.map((value) => value / length)
}

/** Cosine of the angle; 0 where a vector is zero. */
export const cosine = (a: Float64Array, b: Float64Array): number => {
  const lengths = norm(a) * norm(b)
  return lengths === 0 ? 0 : dot(a, b) / lengths
}

/** Every row mapped. */
export const mapRows = (
  embedding: Embedding,
  f: (vector: Float64Array, word: string, row: number) => Float64Array
): Embedding => {
  const data = new Float64Array(embedding.data.length)
  embedding.words.forEach((word, row) => {
    data.set(f(rowOf(embedding, row), word, row), row * embedding.dimension)
  })
  return { ...embedding, data }
}
