/** Trains a model of the user's own, written as a loss in TensorFlow.js operations and differentiated by its autodiff. */
import { Effect } from "effect"
import { type Float32Tensor, f32, type Tensor } from "../../domain/Tensor.ts"
import type { Parameters } from "../Network.ts"
import { numericsId } from "../numericsId.ts"
import { type Method, type Schedule, scheduleFactor } from "../Optimiser.ts"
import { Rng } from "../Rng.ts"
import type { Scalar, Tf, Tensor as TfTensor, Variable } from "../TfjsTypes.ts"
import type { Backend, Fitted, Progress } from "../Training.ts"
import { TrainingDiverged } from "../TrainingDiverged.ts"
import { refused, type TrainingRefused } from "../TrainingRefused.ts"
import { loadTfjs, type Tfjs } from "./Tfjs.ts"
import { type Moments, updateVariable } from "./TfjsUpdate.ts"

/** Milliseconds between progress reports. */
const REPORT = 100

/** A training of one's own model: its parameters, data and loss. */
export interface TfjsTraining<R = never> {
  /** Starting values by name; draw them from streams of the seed. */
  readonly parameters: Parameters
  /** Tensors by name, all with the same first dimension N: a step sees the same rows of each. */
  readonly data: Readonly<Record<string, Tensor>>
  /** The named terms of a batch's loss, whose sum is minimised. Integer data come as int32 tensors, all else as float32. */
  readonly loss: (
    tf: Tf,
    parameters: Readonly<Record<string, Variable>>,
    batch: Readonly<Record<string, TfTensor>>
  ) => Readonly<Record<string, Scalar>>
  /** The update rule, as the engine computes it. */
  readonly method: Method
  /** Default: constant. */
  readonly schedule?: Schedule
  /** Rows a step, in an order shuffled every epoch (stream `batches`); or `"full"` (default): all rows in their order. */
  readonly batch?: number | "full"
  /** At least 1. */
  readonly epochs: number
  /** Of the stream `batches`; a safe integer. */
  readonly seed: number
  /** Which TensorFlow.js; default `"tfjs"`: the native one where it is installed. */
  readonly backend?: Exclude<Backend, "engine">
  /** Called between epochs at most ten times a second, and once at the end. */
  readonly onProgress?: (progress: Progress) => Effect.Effect<void, never, R>
}

const faultOf = <R>({ batch, data, epochs, parameters, seed }: TfjsTraining<R>): TrainingRefused | undefined => {
  if (!Number.isSafeInteger(seed)) return refused("seed", `${seed}`, "an integer")
  if (!Number.isInteger(epochs) || epochs < 1) return refused("epochs", `${epochs}`, "an integer of at least 1")
  if (typeof batch === "number" && (!Number.isInteger(batch) || batch < 1))
    return refused("batch", `${batch}`, 'an integer of at least 1, or "full"')
  if (Object.keys(parameters).length === 0) return refused("parameters", "empty", "at least one tensor")
  const [first] = Object.entries(data)
  if (first === undefined) return refused("data", "empty", "at least one tensor")
  const rows = first[1].shape[0] ?? 0
  if (rows === 0) return refused(`data.${first[0]}`, "without rows", "at least one row")
  for (const [name, { shape }] of Object.entries(data))
    if (shape[0] !== rows)
      return refused(`data.${name}`, `${shape[0] ?? "no"} rows`, `${rows}, as data.${first[0]} has`)
  return undefined
}

const batchOf = (tf: Tf, data: TfjsTraining["data"], rows: Int32Array): Record<string, TfTensor> =>
  Object.fromEntries(
    Object.entries(data).map(([name, tensor]) => {
      const [count = 1, ...rest] = tensor.shape
      const width = tensor.data.length / count
      const isInteger = tensor.dtype === "I32" || tensor.dtype === "U8"
      const taken = isInteger ? new Int32Array(rows.length * width) : new Float32Array(rows.length * width)
      rows.forEach((row, at) => {
        taken.set(tensor.data.subarray(row * width, (row + 1) * width), at * width)
      })
      return [name, tf.tensor(taken, [rows.length, ...rest], isInteger ? "int32" : "float32")]
    })
  )

/** One step; gives the terms' values. */
const step = <R>(
  { on, tf }: Tfjs,
  training: TfjsTraining<R>,
  moments: Readonly<Record<string, Moments>>,
  rows: Int32Array,
  rate: number,
  count: number
): Readonly<Record<string, number>> =>
  on(() =>
    tf.tidy(() => {
      const variables = Object.fromEntries(Object.entries(moments).map(([name, { w }]) => [name, w]))
      const batch = batchOf(tf, training.data, rows)
      const values: Record<string, number> = {}
      const { grads } = tf.variableGrads(() => {
        // The zero keeps every variable in the graph: one that the loss does not reach has gradient 0, not none.
        let total: Scalar = tf.scalar(0)
        for (const { w } of Object.values(moments)) total = tf.add(total, tf.mul(tf.sum(w), 0))
        for (const [name, term] of Object.entries(training.loss(tf, variables, batch))) {
          values[name] = term.dataSync()[0] ?? Number.NaN
          total = tf.add(total, term)
        }
        return total
      }, Object.values(variables))
      for (const each of Object.values(moments)) {
        const gradient = grads[each.w.name]
        if (gradient !== undefined) updateVariable(tf, training.method, each, gradient, rate, count)
      }
      return values
    })
  )

/**
 * Trains it. Name `numericsId("tfjs")` in the stage's `numerics`, or that of the `backend` that is named. Fails with `TrainingRefused` where the description is wrong and with `TrainingDiverged` where a term of the loss
 * becomes NaN or infinite. Yields to the event loop after every step, and can be interrupted there.
 */
export const fitTfjs = Effect.fnUntraced(function* <R = never>(
  training: TfjsTraining<R>
): Effect.fn.Return<Fitted, TrainingDiverged | TrainingRefused, R> {
  const fault = faultOf(training)
  if (fault !== undefined) return yield* fault
  const { backend = "tfjs" } = training
  const tfjs = yield* loadTfjs(backend)
  const { tf } = tfjs
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const moments = yield* Effect.acquireRelease(
        Effect.sync(() => momentsOf(tfjs, training.parameters)),
        (held) =>
          Effect.sync(() => {
            for (const each of Object.values(held)) tf.dispose([each.w, each.first, each.second])
          })
      )
      const { data, epochs, method, onProgress, seed } = training
      const rows = Object.values(data)[0]?.shape[0] ?? 0
      const size = training.batch === undefined || training.batch === "full" ? rows : Math.min(training.batch, rows)
      const order = Int32Array.from({ length: rows }, (_, row) => row)
      const stream = Rng.stream(seed, "batches")
      const loss: Array<number> = []
      const terms: Record<string, Array<number>> = {}
      let count = 0
      let reportedAt = performance.now()
      for (let epoch = 0; epoch < epochs; epoch++) {
        if (size < rows) stream.shuffle(order)
        const rate = method.learningRate * scheduleFactor(training.schedule ?? { _tag: "Constant" }, epoch, epochs)
        const sums: Record<string, number> = {}
        for (let from = 0; from < rows; from += size) {
          const chosen = order.subarray(from, Math.min(from + size, rows))
          count += 1
          for (const [name, value] of Object.entries(step(tfjs, training, moments, chosen, rate, count))) {
            if (!Number.isFinite(value))
              return yield* new TrainingDiverged({
                epoch: epoch + 1,
                term: name,
                value: `${value}`,
                learningRate: rate
              })
            sums[name] = (sums[name] ?? 0) + (value * chosen.length) / rows
          }
          yield* Effect.yieldNow
        }
        for (const [name, value] of Object.entries(sums)) terms[name] = [...(terms[name] ?? []), value]
        const total = Object.values(sums).reduce((sum, value) => sum + value, 0)
        loss.push(total)
        const isLast = epoch + 1 === epochs
        if (onProgress !== undefined && (isLast || performance.now() - reportedAt >= REPORT)) {
          reportedAt = performance.now()
          yield* onProgress({ epoch: epoch + 1, epochs, loss: total, terms: sums })
        }
      }
      const parameters: Record<string, Float32Tensor> = {}
      for (const [name, { w }] of Object.entries(moments)) {
        const values = Float32Array.from(w.dataSync())
        const bad = values.find((value) => !Number.isFinite(value))
        if (bad !== undefined)
          return yield* new TrainingDiverged({
            epoch: epochs,
            term: name,
            value: `${bad}`,
            learningRate: method.learningRate
          })
        parameters[name] = f32(w.shape, values)
      }
      const fitted: Fitted = {
        parameters,
        curves: { loss, terms, validation: [] },
        epochs,
        bestEpoch: epochs,
        stopped: "epochs",
        numerics: numericsId(backend)
      }
      return fitted
    })
  )
})

const momentsOf = ({ on, tf }: Tfjs, parameters: Parameters): Record<string, Moments> =>
  on(() =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, { data, shape }]) => {
        const made = (values: () => TfTensor) => tf.tidy(() => tf.variable(values()))
        const zeros = () => tf.zeros([...shape])
        return [
          name,
          { w: made(() => tf.tensor(Float32Array.from(data), [...shape])), first: made(zeros), second: made(zeros) }
        ]
      })
    )
  )
