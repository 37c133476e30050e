/** A training checked and resolved: names become indices, tensors become float32 rows. Both back ends start from it. */
import type { Tensor } from "../domain/Tensor.ts"
import { type Network, type Parameters, parameterShape, parameterSpecs } from "./Network.ts"
import { covers, type Method } from "./Optimiser.ts"
import type { Evaluator } from "./objectives/Evaluator.ts"
import { evaluatorOf, type HeadObjective, type L2, targetsOf } from "./objectives/Objective.ts"
import type { Rows, Training } from "./Training.ts"
import { TrainingRefused } from "./TrainingRefused.ts"

export interface Column {
  readonly width: number
  /** [count, width] */
  readonly data: Float32Array
}

/** Rows in float32. `gates` has an entry a head, undefined where absent. */
export interface PreparedRows {
  readonly count: number
  /** [count, inputs] */
  readonly x: Float32Array
  readonly targets: Readonly<Record<string, Column>>
  readonly gates: ReadonlyArray<Float32Array | undefined>
}

/** Rows that share a step: the training batch, or an extra one. */
export interface Segment {
  readonly name: string
  readonly rows: PreparedRows
  /** The most rows of a step. */
  readonly rowsPerStep: number
  /** Whether every step sees all rows in their order. */
  readonly fixed: boolean
}

export interface Term {
  readonly objective: HeadObjective
  readonly evaluator: Evaluator
  readonly head: number
  readonly segment: number
  readonly weight: number
  readonly trunkFactor: number
}

/** `parameters[i]` tells whether the penalty or optimiser covers parameter i. */
export interface Penalty {
  readonly objective: L2
  readonly parameters: ReadonlyArray<boolean>
}

export interface ResolvedOptimiser {
  readonly method: Method
  readonly parameters: ReadonlyArray<boolean>
  readonly terms: ReadonlyArray<number>
  readonly penalties: ReadonlyArray<number>
  readonly clipValue: number | undefined
  readonly clipNorm: number | undefined
}

export interface Problem {
  readonly network: Network
  /** Extra batches first, the training batch last. */
  readonly segments: ReadonlyArray<Segment>
  readonly terms: ReadonlyArray<Term>
  readonly penalties: ReadonlyArray<Penalty>
  readonly optimisers: ReadonlyArray<ResolvedOptimiser>
}

/** The name of the training batch's segment. */
export const MAIN = ""

/** Throws nothing: returns the problem, or what is wrong with the description. */
export const resolve = (training: Omit<Training<never>, "onProgress">): Problem | TrainingRefused => {
  const { network } = training
  const fault =
    checkNetwork(network) ??
    checkGiven(network, training.initial) ??
    checkObjectives(training) ??
    checkNumbers(training)
  if (fault !== undefined) return fault
  const oneHot = classTargets(training)
  const segments: Array<Segment> = []
  for (const [name, extra] of Object.entries(training.extra ?? {})) {
    const rows = prepareRows(network, extra, `extra.${name}`, oneHot)
    if (rows instanceof TrainingRefused) return rows
    const rowsPerStep = Math.min(extra.rowsPerStep ?? rows.count, rows.count)
    segments.push({ name, rows, rowsPerStep, fixed: rowsPerStep === rows.count })
  }
  const rows = prepareRows(network, training.data, "data", oneHot)
  if (rows instanceof TrainingRefused) return rows
  const full = training.batch === undefined || training.batch === "full"
  segments.push({
    name: MAIN,
    rows,
    rowsPerStep: typeof training.batch === "number" ? Math.min(training.batch, rows.count) : rows.count,
    fixed: full
  })
  const specs = parameterSpecs(network)
  const terms: Array<Term> = []
  const penalties: Array<Penalty> = []
  const names: Array<{ readonly name: string; readonly term: number; readonly penalty: number }> = []
  for (const objective of training.objectives) {
    if (objective._tag === "L2") {
      names.push({ name: objective.name, term: -1, penalty: penalties.length })
      const chosen = objective.parameters ?? "weights"
      penalties.push({
        objective,
        parameters: specs.map((spec) =>
          chosen === "all" ? true : chosen === "weights" ? spec.kind === "weight" : covers(chosen, spec.name)
        )
      })
    } else {
      const segment = segments.findIndex((candidate) => candidate.name === (objective.batch ?? MAIN))
      const fault = checkTargets(objective, network, segments[segment], training)
      if (fault !== undefined) return fault
      names.push({ name: objective.name, term: terms.length, penalty: -1 })
      terms.push({
        objective,
        evaluator: evaluatorOf(objective),
        head: network.heads.findIndex((head) => head.name === objective.head),
        segment,
        weight: objective.weight ?? 1,
        trunkFactor: objective.trunkFactor ?? 1
      })
    }
  }
  const optimisers = training.optimisers.map((optimiser) => {
    const followed = names.filter(({ name }) => optimiser.objectives?.includes(name) ?? true)
    return {
      method: optimiser.method,
      parameters: specs.map((spec) => covers(optimiser.parameters, spec.name)),
      terms: followed.flatMap(({ term }) => (term < 0 ? [] : [term])),
      penalties: followed.flatMap(({ penalty }) => (penalty < 0 ? [] : [penalty])),
      clipValue: optimiser.clip?.value,
      clipNorm: optimiser.clip?.norm
    }
  })
  return { network, segments, terms, penalties, optimisers }
}

const refuse = (field: string, found: string, expected: string) => new TrainingRefused({ field, found, expected })

const isCount = (n: number) => Number.isInteger(n) && n >= 1

/** The first field of a network that is wrong, if any. */
export const checkNetwork = (network: Network): TrainingRefused | undefined => {
  if (!isCount(network.inputs)) return refuse("network.inputs", `${network.inputs}`, "an integer of at least 1")
  for (const [i, layer] of network.trunk.entries()) {
    if (!isCount(layer.units)) return refuse(`network.trunk.${i}.units`, `${layer.units}`, "an integer of at least 1")
  }
  if (network.heads.length === 0) return refuse("network.heads", "empty", "at least one head")
  const seen = new Set<string>()
  for (const head of network.heads) {
    if (!isCount(head.units))
      return refuse(`network.heads.${head.name}.units`, `${head.units}`, "an integer of at least 1")
    if (head.name === "" || head.name.includes("."))
      return refuse("network.heads", `a head named "${head.name}"`, "a name without dots")
    if (seen.has(head.name)) return refuse("network.heads", `two heads named "${head.name}"`, "different names")
    seen.add(head.name)
  }
  return undefined
}

/** Checks given parameters against the network: names and shapes. */
export const checkGiven = (
  network: Network,
  given: Parameters | undefined,
  field = "initial"
): TrainingRefused | undefined => {
  const specs = new Map(parameterSpecs(network).map((spec) => [spec.name, spec]))
  for (const [name, tensor] of Object.entries(given ?? {})) {
    const spec = specs.get(name)
    if (spec === undefined)
      return refuse(`${field}.${name}`, "not a parameter", `one of ${[...specs.keys()].join(", ")}`)
    const shape = parameterShape(spec)
    if (tensor.shape.join() !== shape.join())
      return refuse(`${field}.${name}`, shown(tensor), `shape [${shape.join(", ")}]`)
  }
  return undefined
}

const checkNumbers = (training: Omit<Training<never>, "onProgress">): TrainingRefused | undefined => {
  const { batch, epochs, extra, optimisers, seed } = training
  if (!Number.isSafeInteger(seed)) return refuse("seed", `${seed}`, "an integer")
  if (!isCount(epochs)) return refuse("epochs", `${epochs}`, "an integer of at least 1")
  if (typeof batch === "number" && !isCount(batch))
    return refuse("batch", `${batch}`, 'an integer of at least 1, or "full"')
  for (const [name, { rowsPerStep }] of Object.entries(extra ?? {})) {
    if (name === MAIN) return refuse("extra", "a batch without a name", "a name")
    if (rowsPerStep !== undefined && !isCount(rowsPerStep)) {
      return refuse(`extra.${name}.rowsPerStep`, `${rowsPerStep}`, "an integer of at least 1")
    }
  }
  if (optimisers.length === 0) return refuse("optimisers", "empty", "at least one")
  const parameters = parameterSpecs(training.network).map((spec) => spec.name)
  for (const [i, optimiser] of optimisers.entries()) {
    const rate = optimiser.method.learningRate
    if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) {
      return refuse(`optimisers.${i}.method.learningRate`, `${rate}`, "a positive number")
    }
    for (const entry of optimiser.parameters ?? []) {
      if (!parameters.some((name) => covers([entry], name))) {
        return refuse(`optimisers.${i}.parameters`, `"${entry}"`, `a name or prefix among ${parameters.join(", ")}`)
      }
    }
    const objectives = training.objectives.map((objective) => objective.name)
    const unknown = optimiser.objectives?.find((name) => !objectives.includes(name))
    if (unknown !== undefined)
      return refuse(`optimisers.${i}.objectives`, `"${unknown}"`, `one of ${objectives.join(", ")}`)
  }
  return undefined
}

const checkObjectives = (training: Omit<Training<never>, "onProgress">): TrainingRefused | undefined => {
  const heads = training.network.heads
  const seen = new Set<string>()
  if (training.objectives.length === 0) return refuse("objectives", "empty", "at least one")
  for (const objective of training.objectives) {
    const field = `objectives.${objective.name}`
    if (seen.has(objective.name)) return refuse("objectives", `two named "${objective.name}"`, "different names")
    seen.add(objective.name)
    if (objective._tag === "L2") continue
    const head = heads.find((candidate) => candidate.name === objective.head)
    if (head === undefined)
      return refuse(`${field}.head`, `"${objective.head}"`, `one of ${heads.map((h) => h.name).join(", ")}`)
    if (objective.batch !== undefined && training.extra?.[objective.batch] === undefined) {
      return refuse(
        `${field}.batch`,
        `"${objective.batch}"`,
        `one of ${Object.keys(training.extra ?? {}).join(", ") || "the extra batches (there is none)"}`
      )
    }
    const needs =
      objective._tag === "BinaryCrossEntropy" || objective._tag === "ExpectationMatching"
        ? "sigmoid"
        : objective._tag === "CategoricalCrossEntropy" && objective.form !== "normalised"
          ? "softmax"
          : undefined
    if (needs !== undefined && head.activation !== needs) {
      return refuse(`${field}.head`, `"${head.name}" with activation ${head.activation}`, `a ${needs} head`)
    }
    if (objective._tag === "BinaryCrossEntropy" && (objective.weight ?? 1) < 0 && objective.limit === undefined) {
      return refuse(`${field}.limit`, "missing", "a bound: cross-entropy with a negative weight has no minimum")
    }
    const units =
      objective._tag === "Parity"
        ? [objective.unit]
        : objective._tag === "ExpectationMatching"
          ? [objective.attribute, ...objective.targets.map((target) => target.unit)]
          : []
    const unit = units.find((u) => !(Number.isInteger(u) && u >= 0 && u < head.units))
    if (unit !== undefined)
      return refuse(`${field}`, `about unit ${unit}`, `units of head "${head.name}", 0 to ${head.units - 1}`)
  }
  return undefined
}

const checkTargets = (
  objective: HeadObjective,
  network: Network,
  segment: Segment | undefined,
  training: Omit<Training<never>, "onProgress">
): TrainingRefused | undefined => {
  const where = segment === undefined || segment.name === MAIN ? "data.targets" : `extra.${segment.name}.targets`
  const units = network.heads.find((head) => head.name === objective.head)?.units ?? 0
  const width = objective._tag === "Parity" ? 1 : units
  for (const name of targetsOf(objective)) {
    const column = segment?.rows.targets[name]
    if (column === undefined)
      return refuse(`${where}.${name}`, "missing", `a tensor, read by objective ${objective.name}`)
    if (column.width !== width) {
      const found = training.data.targets?.[name]
      return refuse(
        `${where}.${name}`,
        found === undefined ? `${column.width} wide` : shown(found),
        width === 1 ? "one value a row" : `[rows, ${width}], for objective ${objective.name}`
      )
    }
  }
  return undefined
}

/** Class-index targets that cross-entropy reads, with the number of classes. */
export const classTargets = (
  training: Pick<Training<never>, "network" | "objectives">
): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  for (const objective of training.objectives) {
    if (objective._tag === "CategoricalCrossEntropy") {
      const head = training.network.heads.find((candidate) => candidate.name === objective.head)
      found.set(objective.target ?? objective.head, head?.units ?? 0)
    }
  }
  return found
}

const shown = (tensor: Tensor) => `${tensor.dtype} of shape [${tensor.shape.join(", ")}]`

const toF32 = (tensor: Tensor): Float32Array =>
  tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(tensor.data)

/** Rows in float32, class indices expanded to one-hot where `oneHot` names them. */
export const prepareRows = (
  network: Network,
  rows: Rows,
  field: string,
  oneHot: ReadonlyMap<string, number>
): PreparedRows | TrainingRefused => {
  const [count = 0] = rows.x.shape
  if (rows.x.shape.length !== 2 || count === 0 || rows.x.shape[1] !== network.inputs) {
    return refuse(`${field}.x`, shown(rows.x), `[rows, ${network.inputs}] with at least one row`)
  }
  const targets: Record<string, Column> = {}
  for (const [name, tensor] of Object.entries(rows.targets ?? {})) {
    if (tensor.shape[0] !== count || tensor.shape.length > 2) {
      return refuse(
        `${field}.targets.${name}`,
        shown(tensor),
        `[${count}] or [${count}, k], as ${field}.x has ${count} rows`
      )
    }
    const classes = oneHot.get(name)
    if (classes !== undefined && tensor.shape.length === 1 && (tensor.dtype === "I32" || tensor.dtype === "U8")) {
      const data = new Float32Array(count * classes)
      for (let r = 0; r < count; r++) {
        const index = tensor.data[r] ?? 0
        if (index < 0 || index >= classes) {
          return refuse(`${field}.targets.${name}`, `class ${index} in row ${r}`, `classes 0 to ${classes - 1}`)
        }
        data[r * classes + index] = 1
      }
      targets[name] = { width: classes, data }
    } else {
      targets[name] = { width: tensor.shape[1] ?? 1, data: toF32(tensor) }
    }
  }
  for (const [name, tensor] of Object.entries(rows.gates ?? {})) {
    if (!network.heads.some((head) => head.name === name)) {
      return refuse(
        `${field}.gates.${name}`,
        "not a head",
        `one of ${network.heads.map((head) => head.name).join(", ")}`
      )
    }
    if (tensor.data.length !== count) return refuse(`${field}.gates.${name}`, shown(tensor), `[${count}]`)
  }
  const gates = network.heads.map((head) => {
    const gate = rows.gates?.[head.name]
    return gate === undefined ? undefined : toF32(gate)
  })
  return { count, x: toF32(rows.x), targets, gates }
}
