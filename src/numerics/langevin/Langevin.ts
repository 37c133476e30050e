/** Samples p(x) ∝ exp f(x) · N(x; 0, σ²I) by Langevin dynamics, f a network with one unit, and the gradients that learning it needs. */
import { Effect } from "effect"
import { type Float32Tensor, f32, type Tensor } from "../../domain/Tensor.ts"
import { MemoryPlan } from "../engine/Kernels.ts"
import { type Network, type Parameters, parameterShape, parameterSpecs } from "../Network.ts"
import { shown } from "../PreparedRows.ts"
import { checkGiven, checkNetwork } from "../TrainingCheck.ts"
import { LangevinChains, stepSizes } from "./LangevinChains.ts"
import { ChainsDiverged, SamplingRefused } from "./LangevinError.ts"
import type { GradientOf, LangevinField } from "./LangevinField.ts"
import { isFrame, LangevinFrame } from "./LangevinFrame.ts"
import { LangevinNetwork } from "./LangevinNetwork.ts"

export type { GradientOf }

/** Milliseconds between yields to the event loop. */
const SLICE = 20
/** Panels of eight chains that move together: their activations stay in the processor's cache. */
const BLOCK = 16

/** An energy: a network with one head of one identity unit, and all of its parameters. */
export interface Energy {
  readonly network: Network
  readonly parameters: Parameters
}

/** What is to be sampled, and how. */
export interface Sampling extends Energy {
  /** Standard deviation σ of the reference distribution. */
  readonly sigma: number
  /** Step size ε. */
  readonly epsilon: number
  readonly chains: number
  /** `"normal"` (default): N(0, σ²I) from every chain's own generator; or positions [chains, inputs]. */
  readonly start?: "normal" | Tensor
  readonly seed: number
  /**
   * Which parameters `load` may change and `gradients` gives. `"heads"` (default): the trunk is fixed, which makes one layer of ReLU
   * units (a linear energy over fixed filters) about twice as fast.
   */
  readonly learns?: GradientOf
  /** Names the chains' random streams, `<purpose>/<chain>`. Default `"langevin"`. */
  readonly purpose?: string
}

/** f and U = −f + ‖x‖²/2σ² of every chain, [chains]. */
export interface Energies {
  readonly f: Float64Array
  readonly U: Float64Array
}

/** Chains that persist from one `run` to the next. */
export interface Sampler {
  readonly chains: number
  /** Moves every chain: x ← x − ε²/2·∇U + ε·Z, `steps` times. Yields to the event loop every 20 ms or so. */
  run(steps: number): Effect.Effect<void, ChainsDiverged>
  /** [chains, inputs] */
  positions(): Float32Tensor<readonly [number, number]>
  /** f and U where the chains are now. */
  energies(): Energies
  /** Means over the chains of ∂f/∂θ, by the name of a parameter that is learnt. */
  gradients(): Record<string, Float32Tensor>
  /** Changes parameters that are learnt; those not given stay. */
  load(parameters: Parameters): Effect.Effect<void, SamplingRefused>
}

const refused = (field: string, found: string, expected: string) => new SamplingRefused({ field, found, expected })

const checkEnergy = ({ network, parameters }: Energy): SamplingRefused | undefined => {
  const fault = checkNetwork(network)
  if (fault !== undefined) return refused(fault.field, fault.found, fault.expected)
  const [head] = network.heads
  if (network.heads.length !== 1 || head?.units !== 1 || head.activation !== "identity") {
    const found = network.heads.map(({ activation, units }) => `${units} ${activation}`).join(" and ")
    return refused("network.heads", found, "one head of one identity unit")
  }
  const missing = parameterSpecs(network).find(({ name }) => parameters[name] === undefined)
  if (missing !== undefined) return refused(`parameters.${missing.name}`, "missing", "a tensor")
  return checkParameters({ network, parameters })
}

const checkParameters = ({ network, parameters }: Energy): SamplingRefused | undefined => {
  const wrong = checkGiven(network, parameters, "parameters")
  if (wrong !== undefined) return refused(wrong.field, wrong.found, wrong.expected)
  for (const [name, { data }] of Object.entries(parameters)) {
    const bad = data.findIndex((value: number) => !Number.isFinite(value))
    if (bad >= 0) return refused(`parameters.${name}`, `${data[bad]} at ${bad}`, "finite numbers")
  }
  return undefined
}

const checkRows = (field: string, tensor: Tensor, rows: number | undefined, inputs: number) => {
  const [count = 0] = tensor.shape
  if (tensor.shape.length !== 2 || count === 0 || (rows ?? count) !== count || tensor.shape[1] !== inputs)
    return refused(field, shown(tensor), `shape [${rows ?? "rows"}, ${inputs}]`)
  const bad = tensor.data.findIndex((value: number) => !Number.isFinite(value))
  if (bad >= 0) return refused(field, `${tensor.data[bad]} in row ${Math.floor(bad / inputs)}`, "finite numbers")
  return undefined
}

const positive = (value: number) => value > 0 && value < Number.POSITIVE_INFINITY

const checkSampling = (sampling: Sampling): SamplingRefused | undefined => {
  const { chains, epsilon, seed, sigma, start } = sampling
  if (!positive(sigma)) return refused("sigma", `${sigma}`, "a positive number")
  if (!positive(epsilon)) return refused("epsilon", `${epsilon}`, "a positive number")
  // The chain x ← (1 − ε²/2σ²)·x + ε·Z is stationary below 2σ only.
  if (epsilon >= 2 * sigma) return refused("epsilon", `${epsilon}`, `less than 2·sigma = ${2 * sigma}`)
  if (!Number.isInteger(chains) || chains < 1) return refused("chains", `${chains}`, "an integer of at least 1")
  if (!Number.isSafeInteger(seed)) return refused("seed", `${seed}`, "an integer")
  if (start !== undefined && start !== "normal") return checkRows("start", start, chains, sampling.network.inputs)
  return undefined
}

const floats = (tensor: Tensor): Float32Tensor =>
  f32(tensor.shape, tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(tensor.data))

const fieldOf = (plan: MemoryPlan, { chains, learns = "heads", network, parameters }: Sampling): LangevinField => {
  const panels = Math.ceil(chains / 8)
  const block = Math.min(BLOCK, panels)
  return learns === "heads" && isFrame(network)
    ? new LangevinFrame(plan, { network, parameters }, block, panels)
    : new LangevinNetwork(plan, network, block)
}

const means = (network: Network, sums: ReadonlyMap<string, Float64Array>, rows: number) => {
  const out: Record<string, Float32Tensor> = {}
  for (const spec of parameterSpecs(network)) {
    const sum = sums.get(spec.name)
    if (sum !== undefined)
      out[spec.name] = f32(
        parameterShape(spec),
        Float32Array.from(sum, (value) => value / rows)
      )
  }
  return out
}

const assertSteps = (steps: number) => {
  if (!Number.isInteger(steps) || steps < 0)
    throw new RangeError(`Sampler.run: steps must be an integer, found ${steps}`)
}

/**
 * Opens chains. The same description gives the same bits on every machine, in every thread, and a chain's path is the same
 * whatever `chains` is. Fails with `SamplingRefused` where the description is wrong.
 */
export const open = Effect.fnUntraced(function* (sampling: Sampling): Effect.fn.Return<Sampler, SamplingRefused> {
  const fault = checkEnergy(sampling) ?? checkSampling(sampling)
  if (fault !== undefined) return yield* fault
  const { chains: count, epsilon, learns = "heads", network, seed, sigma, start } = sampling
  const plan = new MemoryPlan()
  const field = fieldOf(plan, sampling)
  const chains = new LangevinChains(plan, field, count, stepSizes(sigma, epsilon))
  const memory = plan.allocate()
  field.attach(memory)
  field.load(sampling.parameters)
  chains.attach(memory, seed, sampling.purpose ?? "langevin")
  if (start === undefined || start === "normal") chains.scatter(sigma)
  else field.place(floats(start), chains.positions)
  const sampler: Sampler = {
    chains: count,
    run: Effect.fnUntraced(function* (steps: number) {
      assertSteps(steps)
      chains.queue(steps)
      while (true) {
        const state = chains.runUntil(performance.now() + SLICE)
        if (state === true) return
        if (state !== false) return yield* new ChainsDiverged({ ...state, epsilon })
        yield* Effect.yieldNow
      }
    }),
    positions: () => f32([count, network.inputs], field.read(chains.positions, count)),
    energies: () => {
      const f = new Float64Array(count)
      chains.blocks((x, first, rows) => field.values(x, rows, f, first))
      const squares = chains.squaredNorms()
      const U = f.map((value, r) => (squares[r] ?? 0) / (2 * sigma * sigma) - value)
      return { f, U }
    },
    gradients: () => {
      const sums = new Map<string, Float64Array>()
      chains.blocks((x, _, rows) => field.addGradients(x, rows, learns, sums))
      return means(network, sums, count)
    },
    load: Effect.fnUntraced(function* (parameters: Parameters) {
      const wrong = checkParameters({ network, parameters })
      if (wrong !== undefined) return yield* wrong
      const fixed = Object.keys(parameters).find((name) => learns === "heads" && !name.startsWith("heads."))
      if (fixed !== undefined)
        return yield* refused(`parameters.${fixed}`, "fixed", 'a head\'s, or chains opened with learns "all"')
      field.load(parameters)
    })
  }
  return sampler
})

/** f of given rows, [rows], and the means over them of ∂f/∂θ by parameter. */
export interface Evaluation {
  readonly f: Float64Array
  readonly gradients: Readonly<Record<string, Float32Tensor>>
}

/** Evaluates an energy on rows [rows, inputs]. Yields every 20 ms or so. */
export const evaluate = Effect.fnUntraced(function* (
  energy: Energy,
  rows: Tensor,
  of: GradientOf = "all"
): Effect.fn.Return<Evaluation, SamplingRefused> {
  const { inputs } = energy.network
  const fault = checkEnergy(energy) ?? checkRows("rows", rows, undefined, inputs)
  if (fault !== undefined) return yield* fault
  const [count = 0] = rows.shape
  const plan = new MemoryPlan()
  const field = new LangevinNetwork(plan, energy.network, Math.min(BLOCK, Math.ceil(count / 8)))
  const block = 8 * field.blockPanels
  const x = plan.floats(block * inputs)
  field.attach(plan.allocate())
  field.load(energy.parameters)
  const { data } = floats(rows)
  const f = new Float64Array(count)
  const sums = new Map<string, Float64Array>()
  let pause = performance.now() + SLICE
  for (let first = 0; first < count; first += block) {
    const size = Math.min(block, count - first)
    field.place(f32([size, inputs], data.subarray(first * inputs, (first + size) * inputs)), x)
    field.values(x, size, f, first)
    field.addGradients(x, size, of, sums)
    if (performance.now() < pause) continue
    yield* Effect.yieldNow
    pause = performance.now() + SLICE
  }
  return { f, gradients: means(energy.network, sums, count) }
})
