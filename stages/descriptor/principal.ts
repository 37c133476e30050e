/** The leading principal components of rows, by subspace iteration on the engine's products. */
import { type Float32Tensor, f32 } from "ablate"
import { Rng, Train, type TrainingRefused } from "ablate/numerics"
import { Effect } from "effect"

/** Directions beyond those asked for, which make the ones asked for converge. */
const SPARE = 8
const ITERATIONS = 12

export interface Principal {
  /** Orthonormal directions [components, d], row-major, in no particular order within their span. */
  readonly directions: Float64Array
  /** Standard deviation of the rows along a direction of the span, on (root mean square) average. */
  readonly deviation: number
}

/** x·wᵀ for w [units, columns of x]; [rows of x, units]. */
const product = Effect.fnUntraced(function* (
  x: Float32Tensor,
  w: Float32Array
): Effect.fn.Return<Float32Array, TrainingRefused> {
  const inputs = x.shape[1] ?? 0
  const units = w.length / inputs
  const predicted = yield* Train.predict({
    network: { inputs, trunk: [], heads: [{ name: "s", units, activation: "identity", bias: false }] },
    parameters: { "heads.s.weight": f32([units, inputs], w) },
    x
  })
  return Float32Array.from(predicted.s?.outputs.data ?? [])
})

const transposed = (data: ArrayLike<number>, rows: number, columns: number): Float32Array => {
  const out = new Float32Array(rows * columns)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c] ?? 0
  return out
}

/** Orthonormal rows with the span of the given ones (Gram & Schmidt, twice over); a row without a part of its own becomes 0. */
const orthonormal = (vectors: Float64Array, count: number, d: number): Float64Array => {
  for (let i = 0; i < count; i++) {
    const v = vectors.subarray(i * d, (i + 1) * d)
    const before = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0))
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) {
        const u = vectors.subarray(j * d, (j + 1) * d)
        let dot = 0
        for (let k = 0; k < d; k++) dot += (u[k] ?? 0) * (v[k] ?? 0)
        for (let k = 0; k < d; k++) v[k] = (v[k] ?? 0) - dot * (u[k] ?? 0)
      }
    const length = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0))
    for (let k = 0; k < d; k++) v[k] = length > 1e-6 * before ? (v[k] ?? 0) / length : 0
  }
  return vectors
}

/** Of centred rows [rows, d]; at most d components. */
export const principalComponents = Effect.fnUntraced(function* (
  x: Float32Tensor,
  components: number,
  seed: number
): Effect.fn.Return<Principal, TrainingRefused> {
  const [rows = 0, d = 0] = x.shape
  const width = Math.min(components + SPARE, d)
  const stream = Rng.stream(seed, "descriptor/principal")
  const columns = f32([d, rows], transposed(x.data, rows, d))
  let directions = orthonormal(
    Float64Array.from({ length: width * d }, () => stream.normal()),
    width,
    d
  )
  let image: Float32Array = new Float32Array(0)
  for (let iteration = 0; iteration <= ITERATIONS; iteration++) {
    const scores = transposed(yield* product(x, Float32Array.from(directions)), rows, width)
    // Rows of the image: Σ over rows of (u·x)·x, the covariance times the direction.
    image = transposed(yield* product(columns, scores), d, width)
    if (iteration < ITERATIONS) directions = orthonormal(Float64Array.from(image), width, d)
    yield* Effect.yieldNow
  }
  const kept = Math.min(components, width)
  let variance = 0
  for (let i = 0; i < kept * d; i++) variance += ((directions[i] ?? 0) * (image[i] ?? 0)) / rows / kept
  return { directions: directions.slice(0, kept * d), deviation: Math.sqrt(variance) }
})
