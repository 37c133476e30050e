/**
 * Langevin steps of a linear energy over 512 ReLU filters in 512 dimensions, or in 16 of them (principal components): our sampler beside
 * the same loop in PyTorch on one thread.
 * Short blocks of both alternate, and the least mean over a block counts for each, so that what else the machine does disturbs
 * neither; the medians are said beside it. The same chains by the dense kernels alone, as an energy that learns all of its
 * parameters needs them, are a figure of their own.
 */
import { loadavg } from "node:os"
import { Effect } from "effect"
import { f32 } from "../src/domain/Tensor.ts"
import { MemoryPlan } from "../src/numerics/engine/Kernels.ts"
import { Langevin, Rng } from "../src/numerics/index.ts"
import { type Bench, type Figure, say } from "./rig/Bench.ts"
import { median } from "./rig/Interleave.ts"
import { torchLangevin } from "./rig/TorchLangevin.ts"

const FILTERS = 512
const DIMENSION = 512
/** Chains, dimensions that the filters span, steps timed together, and how often. */
const CASES = [
  { id: "c128", chains: 128, rank: 512, steps: 8, blocks: 60 },
  { id: "c1760", chains: 1760, rank: 512, steps: 1, blocks: 40 },
  { id: "components16/c128", chains: 128, rank: 16, steps: 20, blocks: 60 },
  { id: "components16/c1760", chains: 1760, rank: 16, steps: 2, blocks: 40 }
]

type Case = (typeof CASES)[number]

const gaussian = (stream: Rng, shape: ReadonlyArray<number>, deviation: number) =>
  f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => deviation * stream.normal())
  )

/** A function that runs a block of steps; it resolves to microseconds a chain and step. */
const ours = async ({ chains, rank, steps }: Case, learns: "heads" | "all") => {
  const stream = Rng.stream(1, "langevin")
  const directions = gaussian(stream, [rank, DIMENSION], 1 / Math.sqrt(DIMENSION)).data
  const filters = new Float32Array(FILTERS * DIMENSION)
  if (rank === DIMENSION) filters.set(directions)
  else
    for (let f = 0; f < FILTERS; f++)
      for (let j = 0; j < rank; j++) {
        const z = stream.normal() / Math.sqrt(rank)
        for (let k = 0; k < DIMENSION; k++)
          filters[f * DIMENSION + k] = (filters[f * DIMENSION + k] ?? 0) + z * (directions[j * DIMENSION + k] ?? 0)
      }
  const sampler = await Effect.runPromise(
    Langevin.open({
      network: {
        inputs: DIMENSION,
        trunk: [{ units: FILTERS, activation: "relu" }],
        heads: [{ name: "f", units: 1, activation: "identity", bias: false }]
      },
      parameters: {
        "trunk.0.weight": f32([FILTERS, DIMENSION], filters),
        "trunk.0.bias": gaussian(stream, [FILTERS], 0.5),
        "heads.f.weight": gaussian(stream, [1, FILTERS], 0.1)
      },
      sigma: 1,
      epsilon: 0.1,
      chains,
      learns,
      seed: 1
    })
  )
  return async () => {
    const start = performance.now()
    await Effect.runPromise(sampler.run(steps))
    return ((performance.now() - start) / steps / chains) * 1e3
  }
}

/** Least nanoseconds a normal, and what a plain strict-SIMD loop reaches, in GFLOP/s. */
const machine = () => {
  const panels = 16
  const plan = new MemoryPlan()
  const states = plan.reserve(128 * panels)
  const out = plan.floats(8 * panels * DIMENSION)
  const { buffer, kernels } = plan.allocate()
  const stream = Rng.stream(1, "normals")
  new Uint32Array(buffer, states, 32 * panels).forEach((_, i, all) => {
    all[i] = stream.bits32()
  })
  const least = (run: () => void) => {
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < 200; i++) {
      const start = performance.now()
      run()
      best = Math.min(best, performance.now() - start)
    }
    return best
  }
  return {
    normal: (least(() => kernels.normals(states, panels, DIMENSION / 2, out)) * 1e6) / (8 * panels * DIMENSION),
    peak: (5_000 * 96) / least(() => void kernels.peak(5_000, 0.999, 0.5)) / 1e6
  }
}

const measure = async (each: Case): Promise<Record<string, Figure>> => {
  const { blocks, chains, id, rank, steps } = each
  const mine = await ours(each, "heads")
  // The dense kernels do not see of how few dimensions filters are.
  const dense = rank === DIMENSION ? await ours(each, "all") : undefined
  const torch = torchLangevin({ chains, filters: FILTERS, dimension: DIMENSION, rank, steps })
  const times = { mine: [] as number[], dense: [] as number[], torch: [] as number[] }
  for (let warm = 0; warm < 3; warm++) {
    await mine()
    await dense?.()
    await torch?.block()
  }
  for (let block = 0; block < blocks; block++) {
    times.mine.push(await mine())
    if (dense !== undefined) times.dense.push(await dense())
    if (torch !== undefined) times.torch.push(await torch.block())
  }
  torch?.end()
  const peerName = `${torch?.name ?? "PyTorch"}, one thread`
  const best = Math.min(...times.mine)
  const peer = torch === undefined ? null : Math.min(...times.torch)
  const shown = (all: ReadonlyArray<number>) =>
    `${Math.min(...all).toFixed(1)} µs (median ${median(all).toFixed(1)}), ${(1e6 / Math.min(...all)).toFixed(0)} chain-steps/s`
  say(`${chains} chains, filters over ${rank} dimensions: ${shown(times.mine)}`)
  if (peer !== null) {
    const medians = median(times.mine) / median(times.torch)
    say(`  ${peerName}   ${shown(times.torch)}`)
    say(`  ours is ${(best / peer).toFixed(2)} × its time (medians ${medians.toFixed(2)} ×)`)
  }
  const unit = "µs/chain-step"
  const figures = { [id]: { ours: best, peer, unit, peerName, note: `${(1e6 / best).toFixed(0)} chain-steps/s` } }
  if (dense === undefined) return figures
  say(`  dense kernels alone    ${shown(times.dense)}`)
  const note = "an energy that learns its trunk too"
  return { ...figures, [`${id}/dense`]: { ours: Math.min(...times.dense), peer, unit, peerName, note } }
}

const bench: Bench = {
  name: "langevin",
  summary: "Langevin steps of a linear energy over 512 filters, beside PyTorch",
  run: async () => {
    const figures: Record<string, Figure> = {}
    for (const each of CASES) Object.assign(figures, await measure(each))
    const { normal, peak } = machine()
    say(`${normal.toFixed(2)} ns a normal; a plain strict-SIMD loop reaches ${peak.toFixed(1)} GFLOP/s here`)
    say(`(load ${loadavg()[0]?.toFixed(1)})`)
    return { ...figures, normal: { ours: normal, peer: null, unit: "ns" } }
  }
}

export default bench
