/**
 * Time of one training step (batch 64, Adam, binary cross-entropy) of the papers' networks: the engine beside PyTorch on one thread, and
 * beside stock TensorFlow.js on WebAssembly and, where it is installed, on TensorFlow's native library. Short blocks of all alternate, and the least mean over a block counts for each, so that
 * what else the machine does disturbs none of them; the medians are said beside it.
 */
import { loadavg } from "node:os"
import { f32 } from "../src/domain/Tensor.ts"
import { EngineSession } from "../src/numerics/engine/EngineSession.ts"
import { MemoryPlan } from "../src/numerics/engine/Kernels.ts"
import { initialParameters, type Network, Objective, Rng } from "../src/numerics/index.ts"
import { resolve } from "../src/numerics/Problem.ts"
import { type Bench, type Figure, say } from "./rig/Bench.ts"
import { median } from "./rig/Interleave.ts"
import { type TfjsStep, tfjsStep } from "./rig/TfjsStep.ts"
import { torchStep } from "./rig/TorchStep.ts"

const NETWORKS = ["512-64-12", "512-256-12", "300-50-5", "300-200-5"]
const ROWS = 8402
const BATCH = 64
/** Steps timed together, and how often. */
const BLOCK = 16
const BLOCKS = 60
/** Stock tfjs takes longer by an order. */
const TFJS_BLOCK = 2
const TFJS_EVERY = 2

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
  const blocks = { ours: [] as number[], whole: [] as number[], torch: [] as number[] }
  const ours = engine(id)
  // The backward pass leaves out what a ReLU switched off. The identity leaves out nothing, so that the count of operations is true.
  const whole = engine(id, "identity")
  const task = { hidden: sizesOf(id).hidden, batch: BATCH, ...dataOf(id) }
  const stock: Array<{ readonly id: string; readonly step: TfjsStep | undefined; readonly blocks: Array<number> }> = []
  for (const variant of ["tfjs-wasm", "tfjs-node"] as const)
    stock.push({ id: variant === "tfjs-wasm" ? "tfjs" : variant, step: await tfjsStep(variant, task), blocks: [] })
  const torch = torchStep(id, { rows: ROWS, batch: BATCH, steps: BLOCK })
  for (let warm = 0; warm < 4; warm++) {
    ours()
    whole()
    for (const { step } of stock) step?.block(TFJS_BLOCK)
    await torch?.block()
  }
  for (let block = 0; block < BLOCKS; block++) {
    blocks.ours.push(milliseconds(ours) / BLOCK)
    blocks.whole.push(milliseconds(whole) / BLOCK)
    if (torch !== undefined) blocks.torch.push(await torch.block())
    if (block % TFJS_EVERY === 0)
      for (const { blocks, step } of stock)
        if (step !== undefined) blocks.push(milliseconds(() => step.block(TFJS_BLOCK)) / TFJS_BLOCK)
    for (let i = 0; i < 4; i++)
      peaks.push((rounds * 96) / milliseconds(() => void kernels.peak(rounds, 0.999, 0.5)) / 1e6)
  }
  torch?.end()
  const torchName = `${torch?.name ?? "PyTorch"}, one thread`
  const mine = times(blocks.ours)
  const theirs = torch === undefined ? undefined : times(blocks.torch)
  const peak = Math.max(...peaks)
  const speed = operations(id) / times(blocks.whole).least / 1e6
  say(`${id}: ${shown(mine)} ms a step`)
  if (theirs !== undefined)
    say(
      `  ${torchName}   ${shown(theirs)} ms: ours is ${(mine.least / theirs.least).toFixed(2)} × (medians ${(mine.median / theirs.median).toFixed(2)} ×)`
    )
  for (const { blocks, step } of stock)
    if (step !== undefined)
      say(
        `  stock ${step.name}   ${shown(times(blocks))} ms: ours is ${(mine.least / Math.min(...blocks)).toFixed(3)} ×`
      )
  say(
    `  ${speed.toFixed(1)} GFLOP/s, ${((100 * speed) / peak).toFixed(0)} % of the ${peak.toFixed(1)} of a plain strict-SIMD loop (with the identity for the ReLU, which would let a part be skipped)`
  )
  const note = `least of ${BLOCKS} blocks of ${BLOCK} steps; ${speed.toFixed(1)} of ${peak.toFixed(1)} GFLOP/s`
  const unit = "ms/step"
  return {
    [id]: { ours: mine.least, peer: theirs?.least ?? null, unit, peerName: torchName, note },
    ...Object.fromEntries(
      stock.map((each): [string, Figure] => [
        `${id}/${each.id}`,
        {
          ours: mine.least,
          peer: each.step === undefined ? null : Math.min(...each.blocks),
          unit,
          peerName: `stock ${each.step?.name ?? each.id}, one thread`,
          note: `least of ${each.blocks.length} blocks of ${TFJS_BLOCK} steps`
        }
      ])
    )
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
