/**
 * Time of one training step (batch 64, Adam, binary cross-entropy) of the papers' networks: the engine beside PyTorch on one thread, and
 * beside stock TensorFlow.js on WebAssembly. Short blocks of all three alternate, and the least mean over a block counts for each, so that
 * what else the machine does disturbs none of them; the medians are said beside it.
 */
import { loadavg } from "node:os"
import { Effect } from "effect"
import { f32 } from "../src/domain/Tensor.ts"
import { EngineSession } from "../src/numerics/engine/EngineSession.ts"
import { MemoryPlan } from "../src/numerics/engine/Kernels.ts"
import { initialParameters, type Network, Objective, Rng } from "../src/numerics/index.ts"
import { resolve } from "../src/numerics/Problem.ts"
import { loadTfjs } from "../src/numerics/tfjs/Tfjs.ts"
import { type Bench, type Figure, say } from "./rig/Bench.ts"
import { median } from "./rig/Interleave.ts"
import { torchStep } from "./rig/TorchStep.ts"

const NETWORKS = ["512-64-12", "512-256-12", "300-50-5", "300-200-5"]
const ROWS = 8402
const BATCH = 64
/** Steps timed together, and how often. */
const BLOCK = 16
const BLOCKS = 60
/** Stock tfjs takes longer by an order. */
const TFJS_BLOCK = 4
const TFJS_EVERY = 4

const sizesOf = (id: string) => {
  const [inputs = 1, hidden = 1, outputs = 1] = id.split("-").map(Number)
  return { inputs, hidden, outputs }
}

const dataOf = (id: string) => {
  const { inputs, outputs } = sizesOf(id)
  const stream = Rng.stream(1, "step")
  return {
    x: f32(
      [ROWS, inputs],
      Float32Array.from({ length: ROWS * inputs }, () => stream.normal())
    ),
    y: f32(
      [ROWS, outputs],
      Float32Array.from({ length: ROWS * outputs }, () => (stream.uniform() > 0.7 ? 1 : 0))
    )
  }
}

type Activation = Network["trunk"][number]["activation"]

/** A function that runs a block of steps on the engine. */
const engine = (id: string, activation: Activation = "relu"): (() => void) => {
  const { hidden, inputs, outputs } = sizesOf(id)
  const network: Network = {
    inputs,
    trunk: [{ units: hidden, activation }],
    heads: [{ name: "y", units: outputs, activation: "sigmoid" }]
  }
  const { x, y } = dataOf(id)
  const problem = resolve({
    network,
    objectives: [Objective.binaryCrossEntropy({ name: "bce", head: "y", labels: "mean" })],
    optimisers: [{ method: { _tag: "Adam", learningRate: 3e-5, weightDecay: 1e-3 } }],
    data: { x, targets: { y } },
    batch: BATCH,
    epochs: 1,
    seed: 1
  })
  if ("message" in problem) throw problem
  const session = new EngineSession(problem, initialParameters(network, 1))
  const selection = { rows: Rng.stream(1, "batches").permutation(ROWS), start: 0, count: BATCH }
  const selections = [selection]
  return () => {
    for (let i = 0; i < BLOCK; i++) {
      session.step(selections, 1)
      selection.start = selection.start + 2 * BATCH <= ROWS ? selection.start + BATCH : 0
    }
  }
}

/** A function that runs a block of steps on stock tfjs: its autodiff and its Adam, with batches uploaded from typed arrays. */
const tfjs = async (id: string): Promise<() => void> => {
  const { tf } = await Effect.runPromise(loadTfjs("tfjs-wasm"))
  const { hidden, inputs, outputs } = sizesOf(id)
  const { x, y } = dataOf(id)
  const w1 = tf.variable(tf.randomNormal([inputs, hidden], 0, 0.05))
  const b1 = tf.variable(tf.zeros([hidden]))
  const w2 = tf.variable(tf.randomNormal([hidden, outputs], 0, 0.05))
  const b2 = tf.variable(tf.zeros([outputs]))
  const adam = tf.train.adam(3e-5)
  return () => {
    for (let i = 0; i < TFJS_BLOCK; i++) {
      tf.tidy(() => {
        const xs = tf.tensor2d(x.data.subarray(i * BATCH * inputs, (i + 1) * BATCH * inputs), [BATCH, inputs])
        const ys = tf.tensor2d(y.data.subarray(i * BATCH * outputs, (i + 1) * BATCH * outputs), [BATCH, outputs])
        adam.minimize(() => {
          const h = tf.relu(tf.add(tf.matMul(xs, w1), b1))
          return tf.losses.sigmoidCrossEntropy(ys, tf.add(tf.matMul(h, w2), b2))
        })
      })
    }
  }
}

/** Floating-point operations of the dense products of a step: forward, weights' gradient, and the second layer's inputs. */
const operations = (id: string) => {
  const { hidden, inputs, outputs } = sizesOf(id)
  return 2 * BATCH * (2 * inputs * hidden + 3 * hidden * outputs)
}

const milliseconds = (run: () => void): number => {
  const start = performance.now()
  run()
  return performance.now() - start
}

interface Times {
  readonly least: number
  readonly median: number
}

const times = (blocks: ReadonlyArray<number>): Times => ({ least: Math.min(...blocks), median: median(blocks) })

const shown = ({ least, median }: Times): string => `${least.toFixed(3)} (median ${median.toFixed(3)})`

const measure = async (id: string): Promise<{ readonly [id: string]: Figure }> => {
  const { kernels } = new MemoryPlan().allocate()
  const rounds = 5_000
  const peaks: Array<number> = []
  const blocks = { ours: [] as number[], whole: [] as number[], torch: [] as number[], tfjs: [] as number[] }
  const ours = engine(id)
  // The backward pass leaves out what a ReLU switched off. The identity leaves out nothing, so that the count of operations is true.
  const whole = engine(id, "identity")
  const stock = await tfjs(id)
  const torch = torchStep(id, { rows: ROWS, batch: BATCH, steps: BLOCK })
  for (let warm = 0; warm < 4; warm++) {
    ours()
    whole()
    stock()
    await torch?.block()
  }
  for (let block = 0; block < BLOCKS; block++) {
    blocks.ours.push(milliseconds(ours) / BLOCK)
    blocks.whole.push(milliseconds(whole) / BLOCK)
    if (torch !== undefined) blocks.torch.push(await torch.block())
    if (block % TFJS_EVERY === 0) blocks.tfjs.push(milliseconds(stock) / TFJS_BLOCK)
    for (let i = 0; i < 4; i++)
      peaks.push((rounds * 96) / milliseconds(() => void kernels.peak(rounds, 0.999, 0.5)) / 1e6)
  }
  torch?.end()
  const mine = times(blocks.ours)
  const theirs = torch === undefined ? undefined : times(blocks.torch)
  const tf = times(blocks.tfjs)
  const peak = Math.max(...peaks)
  const speed = operations(id) / times(blocks.whole).least / 1e6
  say(`${id}: ${shown(mine)} ms a step`)
  if (theirs !== undefined)
    say(
      `  PyTorch, one thread    ${shown(theirs)} ms: ours is ${(mine.least / theirs.least).toFixed(2)} × (medians ${(mine.median / theirs.median).toFixed(2)} ×)`
    )
  say(`  stock tfjs on wasm     ${shown(tf)} ms: ours is ${(mine.least / tf.least).toFixed(3)} ×`)
  say(
    `  ${speed.toFixed(1)} GFLOP/s, ${((100 * speed) / peak).toFixed(0)} % of the ${peak.toFixed(1)} of a plain strict-SIMD loop (with the identity for the ReLU, which would let a part be skipped)`
  )
  const note = `least of ${BLOCKS} blocks of ${BLOCK} steps; ${speed.toFixed(1)} of ${peak.toFixed(1)} GFLOP/s`
  const unit = "ms/step"
  return {
    [id]: { ours: mine.least, peer: theirs?.least ?? null, unit, peerName: "PyTorch, one thread", note },
    [`${id}/tfjs`]: { ours: mine.least, peer: tf.least, unit, peerName: "stock tfjs, WebAssembly" }
  }
}

const bench: Bench = {
  name: "step",
  summary: "one training step of the papers' networks, beside PyTorch and stock TensorFlow.js",
  run: async () => {
    const figures: Array<[string, Figure]> = []
    for (const id of NETWORKS) figures.push(...Object.entries(await measure(id)))
    say(`(load ${loadavg()[0]?.toFixed(1)})`)
    return Object.fromEntries(figures)
  }
}

export default bench
