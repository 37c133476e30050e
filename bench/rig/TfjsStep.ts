/** Stock TensorFlow.js' training step: its autodiff and its Adam, with batches uploaded from typed arrays. */
import { Effect, Predicate } from "effect"
import type { Float32Tensor } from "../../src/domain/Tensor.ts"
import { loadTfjs } from "../../src/numerics/tfjs/Tfjs.ts"
import { missingFor, type TfjsVariant, versionOf } from "../../src/numerics/tfjs/TfjsInstalled.ts"
import { say } from "./Bench.ts"

export interface TfjsStep {
  /** What it is, with its version and that of TensorFlow. */
  readonly name: string
  /** Runs so many steps. */
  readonly block: (steps: number) => void
}

export interface TfjsTask {
  readonly hidden: number
  readonly batch: number
  /** [rows, inputs] and [rows, outputs] */
  readonly x: Float32Tensor<readonly [number, number]>
  readonly y: Float32Tensor<readonly [number, number]>
}

/** TensorFlow's version as its binding tells it; none for WebAssembly, which has none of it. */
const libraryOf = (backend: unknown): string => {
  const binding = Predicate.hasProperty(backend, "binding") ? backend.binding : undefined
  return Predicate.hasProperty(binding, "TF_Version") ? ` on TensorFlow ${binding.TF_Version}` : ""
}

/** Undefined where it is not installed; it is then said. */
export const tfjsStep = async (variant: TfjsVariant, task: TfjsTask): Promise<TfjsStep | undefined> => {
  const missing = missingFor(variant)
  if (missing.length > 0) {
    say(`  ${missing.join(" and ")} is not installed, so its figures are null; docs/numerics.md says how it is had`)
    return undefined
  }
  // One thread, as the others have; it greets on stderr otherwise.
  process.env.TF_NUM_INTRAOP_THREADS ??= "1"
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "1"
  const { on, tf } = await Effect.runPromise(loadTfjs(variant))
  const { batch, hidden, x, y } = task
  const [inputs, outputs] = [x.shape[1], y.shape[1]]
  return on(() => {
    const w1 = tf.variable(tf.randomNormal([inputs, hidden], 0, 0.05))
    const b1 = tf.variable(tf.zeros([hidden]))
    const w2 = tf.variable(tf.randomNormal([hidden, outputs], 0, 0.05))
    const b2 = tf.variable(tf.zeros([outputs]))
    const adam = tf.train.adam(3e-5)
    const step = (at: number) => {
      const xs = tf.tensor2d(x.data.subarray(at * batch * inputs, (at + 1) * batch * inputs), [batch, inputs])
      const ys = tf.tensor2d(y.data.subarray(at * batch * outputs, (at + 1) * batch * outputs), [batch, outputs])
      adam.minimize(() => {
        const h = tf.relu(tf.add(tf.matMul(xs, w1), b1))
        return tf.losses.sigmoidCrossEntropy(ys, tf.add(tf.matMul(h, w2), b2))
      })
    }
    return {
      name: `${variant} ${versionOf(variant)}${libraryOf(tf.backend())}`,
      block: (steps) =>
        on(() => {
          for (let at = 0; at < steps; at++) tf.tidy(() => step(at))
        })
    }
  })
}
