/** Equation 6 of Sen & Ganguly (AAAI 2020) as a training problem: network, objectives, optimisers, targets and gates. */
import { f32, type Tensor } from "ablate"
import { type Network, Objective, type Optimiser } from "ablate/numerics"
import { EMOTION_LABELS, Gender, Race } from "../eec/Sentence.ts"
import { biasResponse } from "./BiasResponse.ts"
import type { Rows } from "./Rows.ts"
import type { BiasPair, TrainConfig } from "./TrainConfig.ts"

export interface EmotionModel {
  readonly network: Network
  readonly objectives: ReadonlyArray<Objective.Objective>
  readonly optimisers: ReadonlyArray<Optimiser>
  readonly targets: { readonly [name: string]: Tensor }
  readonly gates: { readonly [head: string]: Tensor }
  readonly activeTasks: ReadonlyArray<string>
}

export const pairName = ({ emotion, value }: BiasPair) => `${emotion}/${value}`

const headName = (at: number) => `z${at}`

const column = (data: ArrayLike<number>) => f32([data.length], Float32Array.from(data))

/** One-hot class targets [rows, 5]: equation 6 is trained with square loss on them. */
const oneHot = (y: Tensor) => {
  const width = EMOTION_LABELS.length
  const out = new Float32Array(y.data.length * width)
  for (let row = 0; row < y.data.length; row++) out[row * width + (y.data[row] ?? 0)] = 1
  return f32([y.data.length, width], out)
}

const attributeValues = ({ gender, race }: Rows, attribute: BiasPair["attribute"]): ReadonlyArray<string | null> => {
  const names: ReadonlyArray<string> = attribute === "gender" ? Gender.literals : Race.literals
  return Array.from((attribute === "gender" ? gender : race).data, (code) => names[code] ?? null)
}

/** The network of equation 5 for rows of `inputs` columns: shared layer, five emotions, a gated head a bias task. */
export const network = (inputs: number, config: TrainConfig, heads: number): Network => ({
  inputs,
  trunk: [{ units: config.width, activation: config.activation, bias: false }],
  heads: [
    { name: "y", units: EMOTION_LABELS.length, activation: config.output, bias: false },
    ...Array.from({ length: heads }, (_, at) => ({
      name: headName(at),
      units: 1,
      activation: "sigmoid" as const,
      bias: false
    }))
  ],
  init: config.init === "glorot" ? "glorot" : { uniform: [0, 1] }
})

/** The whole problem for training rows. */
export const emotionModel = (rows: Rows, config: TrainConfig): EmotionModel => {
  const lambda = config.lambda ?? 0
  const isParity = config.objective === "parity"
  const targets: Record<string, Tensor> = { y: oneHot(rows.y) }
  const gates: Record<string, Tensor> = {}
  const tasks: Array<Objective.Objective> = []
  const activeTasks: Array<string> = []
  // Parity is a mean over a step's rows and the square loss a sum: λ then weighs a row alike in both.
  const rowsPerStep = Math.min(config.batch ?? rows.y.data.length, rows.y.data.length)
  for (const [at, pair] of config.pairs.entries()) {
    const label = EMOTION_LABELS.indexOf(pair.emotion)
    const values = attributeValues(rows, pair.attribute)
    const response = biasResponse(rows.y.data, values, { labels: [label], values: [pair.value], tau: config.tau ?? 0 })
    const head = headName(at)
    if (response.active) activeTasks.push(pairName(pair))
    if (isParity) {
      if (!response.active) continue
      targets[`${head}.in`] = column(response.z)
      targets[`${head}.out`] = column(
        response.z.map((z, row) => (response.gate[row] === 1 && z === 0 && values[row] !== null ? 1 : 0))
      )
      tasks.push(
        Objective.parity({
          name: pairName(pair),
          head: "y",
          unit: label,
          groupA: `${head}.in`,
          groupB: `${head}.out`,
          weight: lambda * rowsPerStep
        })
      )
      continue
    }
    targets[head] = column(response.z)
    gates[head] = column(response.gate)
    const term = Objective.squaredError({ name: pairName(pair), head, target: head })
    tasks.push(
      config.objective === "gradient-reversal"
        ? Objective.reversed({ ...term, weight: lambda })
        : { ...term, weight: -lambda }
    )
  }
  const heads = isParity ? 0 : config.pairs.length
  const objectives: Array<Objective.Objective> = [Objective.squaredError({ name: "emotion", head: "y" }), ...tasks]
  if (config.l2 > 0) objectives.push(Objective.l2({ name: "l2", strength: config.l2 }))
  return {
    network: network(rows.x.shape[1], config, heads),
    objectives,
    optimisers: optimisersOf(config, tasks, heads),
    targets,
    gates,
    activeTasks
  }
}

/** One Adam on everything, or the released code's two: {W,V} by the emotion loss, {W,v} by the bias terms. */
const optimisersOf = (
  config: TrainConfig,
  tasks: ReadonlyArray<Objective.Objective>,
  heads: number
): ReadonlyArray<Optimiser> => {
  const method = { _tag: "Adam", learningRate: config.learningRate } as const
  if (config.optimiser === "joint" || heads === 0) return [{ method }]
  return [
    { method, parameters: ["trunk", "heads.y"], objectives: config.l2 > 0 ? ["emotion", "l2"] : ["emotion"] },
    {
      method,
      parameters: ["trunk", ...Array.from({ length: heads }, (_, at) => `heads.${headName(at)}`)],
      objectives: tasks.map((task) => task.name)
    }
  ]
}
