/**
 * Time of one training step (batch 64, Adam, binary cross-entropy) of the papers' networks: the engine beside PyTorch on one thread,
 * and beside stock TensorFlow.js on WebAssembly. Rounds of all three alternate, and the least mean over a block of steps counts for
 * each, so that what else the machine does disturbs none of them.
 */
import { execFileSync } from "node:child_process"
import { f32 } from "../src/domain/Tensor.ts"
import { EngineSession } from "../src/numerics/EngineSession.ts"
import { initialParameters, type Network, Rng } from "../src/numerics/index.ts"
import { MemoryPlan } from "../src/numerics/Kernels.ts"
import { resolve } from "../src/numerics/Problem.ts"

const NETWORKS = ["512-64-12", "512-256-12", "300-50-5", "300-200-5"] as const
const ROWS = 8402
const BATCH = 64
const STEPS = Math.floor(ROWS / BATCH)
const ROUNDS = 7
/** Steps timed together. */
const BLOCK = 16

interface Figure {
  readonly ours: number
  readonly peer: number | null
  readonly unit: string
  readonly ratio: number | null
}

/** What PyTorch runs: the same network and step, and its least block. Prints milliseconds. */
const TORCH = `
import sys, time, torch
D, H, C = map(int, sys.argv[1].split("-")); torch.set_num_threads(1)
N, B = ${ROWS}, ${BATCH}
X, Y = torch.randn(N, D), (torch.rand(N, C) > .7).float()
net = torch.nn.Sequential(torch.nn.Linear(D, H), torch.nn.ReLU(), torch.nn.Linear(H, C))
adam, loss = torch.optim.Adam(net.parameters(), lr=3e-5, weight_decay=1e-3), torch.nn.BCEWithLogitsLoss()
best = 1e9
for r in range(${ROUNDS}):
    for first in range(0, ${STEPS} - ${BLOCK} + 1, ${BLOCK}):
        t = time.perf_counter()
        for i in range(first, first + ${BLOCK}):
            adam.zero_grad(); loss(net(X[i*B:i*B+B]), Y[i*B:i*B+B]).backward(); adam.step()
        best = min(best, (time.perf_counter() - t) / ${BLOCK} * 1e3)
print(best)
`

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

/** A function that runs an epoch of steps on the engine and returns the least block's milliseconds a step. */
const engine = (id: string): (() => number) => {
  const { hidden, inputs, outputs } = sizesOf(id)
  const network: Network = {
    inputs,
    trunk: [{ units: hidden, activation: "relu" }],
    heads: [{ name: "y", units: outputs, activation: "sigmoid" }]
  }
  const { x, y } = dataOf(id)
  const problem = resolve({
    network,
    objectives: [{ _tag: "BinaryCrossEntropy", name: "bce", head: "y", labels: "mean" }],
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
    let best = Number.POSITIVE_INFINITY
    for (let first = 0; first + BLOCK <= STEPS; first += BLOCK) {
      const start = performance.now()
      for (let i = first; i < first + BLOCK; i++) {
        selection.start = i * BATCH
        session.step(selections, 1)
      }
      best = Math.min(best, (performance.now() - start) / BLOCK)
    }
    return best
  }
}

/** A function that runs some steps of stock tfjs: its autodiff and its Adam, with batches uploaded from typed arrays. */
const tfjs = async (id: string): Promise<{ readonly steps: number; readonly run: () => void }> => {
  const { Effect } = await import("effect")
  const { loadTfjs } = await import("../src/numerics/Tfjs.ts")
  const tf = await Effect.runPromise(loadTfjs)
  const { hidden, inputs, outputs } = sizesOf(id)
  const { x, y } = dataOf(id)
  const w1 = tf.variable(tf.randomNormal([inputs, hidden], 0, 0.05))
  const b1 = tf.variable(tf.zeros([hidden]))
  const w2 = tf.variable(tf.randomNormal([hidden, outputs], 0, 0.05))
  const b2 = tf.variable(tf.zeros([outputs]))
  const adam = tf.train.adam(3e-5)
  const steps = BLOCK
  const run = () => {
    for (let i = 0; i < steps; i++) {
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
  return { steps, run }
}

// A Debian package serves the system's Python, which need not be the first on the path.
const PYTHONS = ["python3", "/usr/bin/python3"]

const torch = (id: string): number | undefined => {
  for (const python of PYTHONS) {
    try {
      return Number(execFileSync(python, ["-c", TORCH, id], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }))
    } catch {}
  }
  return undefined
}

const milliseconds = (run: () => void): number => {
  const start = performance.now()
  run()
  return performance.now() - start
}

/** Floating-point operations of the dense products of a step: forward, weights' gradient, and the second layer's inputs. */
const operations = (id: string) => {
  const { hidden, inputs, outputs } = sizesOf(id)
  return 2 * BATCH * (2 * inputs * hidden + 3 * hidden * outputs)
}

const figure = (ours: number, peer: number | undefined): Figure => ({
  ours,
  peer: peer ?? null,
  unit: "ms/step",
  ratio: peer === undefined ? null : ours / peer
})

const run = async (): Promise<{ figures: Record<string, Figure> }> => {
  const { kernels } = new MemoryPlan().allocate()
  const rounds = 20_000
  const peakOf = () => (rounds * 96) / milliseconds(() => void kernels.peak(rounds, 0.999, 0.5)) / 1e6
  let peak = 0
  const figures: Record<string, Figure> = {}
  for (const id of NETWORKS) {
    const ours = engine(id)
    const stock = await tfjs(id)
    let best = Number.POSITIVE_INFINITY
    let bestStock = Number.POSITIVE_INFINITY
    let bestTorch: number | undefined
    ours()
    stock.run()
    for (let round = 0; round < ROUNDS; round++) {
      best = Math.min(best, ours())
      bestStock = Math.min(bestStock, milliseconds(stock.run) / stock.steps)
      for (let i = 0; i < 20; i++) peak = Math.max(peak, peakOf())
      if (round % 3 === 0) {
        const time = torch(id)
        if (time !== undefined) bestTorch = Math.min(bestTorch ?? time, time)
      }
    }
    figures[id] = figure(best, bestTorch)
    figures[`${id}/tfjs`] = figure(best, bestStock)
    const gflops = operations(id) / best / 1e6
    console.error(
      `${id}: ${best.toFixed(3)} ms a step; ` +
        (bestTorch === undefined
          ? "PyTorch not installed (Debian: apt install python3-torch); "
          : `PyTorch ${bestTorch.toFixed(3)} ms (ours/theirs ${(best / bestTorch).toFixed(2)}); `) +
        `stock tfjs wasm ${bestStock.toFixed(2)} ms (${(best / bestStock).toFixed(3)}); ` +
        `${gflops.toFixed(1)} GFLOP/s, ${((100 * gflops) / peak).toFixed(0)} % of the ${peak.toFixed(1)} of a plain strict-SIMD loop ` +
        "(dense count; rows that a ReLU switched off are skipped)"
    )
  }
  return { figures }
}

export default { name: "step", run }
