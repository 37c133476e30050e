/** What can be wrong with a description of a training. Every check returns the first fault, or undefined. */
import { type Network, type Parameters, parameterShape, parameterSpecs } from "./Network.ts"
import { covers } from "./Optimiser.ts"
import type { HeadObjective } from "./objectives/HeadObjective.ts"
import { shown } from "./PreparedRows.ts"
import { MAIN, type Segment } from "./Segment.ts"
import type { Training } from "./Training.ts"
import { refused, type TrainingRefused } from "./TrainingRefused.ts"

const isCount = (n: number) => Number.isInteger(n) && n >= 1

/** The first field of a network that is wrong, if any. */
export const checkNetwork = (network: Network): TrainingRefused | undefined => {
  if (!isCount(network.inputs)) return refused("network.inputs", `${network.inputs}`, "an integer of at least 1")
  for (const [i, layer] of network.trunk.entries()) {
    if (!isCount(layer.units)) return refused(`network.trunk.${i}.units`, `${layer.units}`, "an integer of at least 1")
  }
  if (network.heads.length === 0) return refused("network.heads", "empty", "at least one head")
  const seen = new Set<string>()
  for (const head of network.heads) {
    if (!isCount(head.units))
      return refused(`network.heads.${head.name}.units`, `${head.units}`, "an integer of at least 1")
    if (head.name === "" || head.name.includes("."))
      return refused("network.heads", `a head named "${head.name}"`, "a name without dots")
    if (seen.has(head.name)) return refused("network.heads", `two heads named "${head.name}"`, "different names")
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
      return refused(`${field}.${name}`, "not a parameter", `one of ${[...specs.keys()].join(", ")}`)
    const shape = parameterShape(spec)
    if (tensor.shape.join() !== shape.join())
      return refused(`${field}.${name}`, shown(tensor), `shape [${shape.join(", ")}]`)
  }
  return undefined
}

/** Checks what a batch's `refresh` gave: as many values as its rows have, all finite. */
export const checkFresh = (
  name: string,
  x: Float32Array,
  rows: number,
  inputs: number
): TrainingRefused | undefined => {
  const field = `extra.${name}.refresh`
  if (x.length !== rows * inputs)
    return refused(field, `${x.length} values`, `${rows * inputs}, as extra.${name}.x has [${rows}, ${inputs}]`)
  const at = x.findIndex((value) => !Number.isFinite(value))
  return at < 0 ? undefined : refused(field, `${x[at]} in row ${Math.floor(at / inputs)}`, "finite values")
}

/** Checks seed, sizes, rates and the optimisers' names. */
export const checkNumbers = (training: Omit<Training<unknown, unknown>, "onProgress">): TrainingRefused | undefined => {
  const { batch, epochs, extra, optimisers, seed } = training
  if (!Number.isSafeInteger(seed)) return refused("seed", `${seed}`, "an integer")
  if (!isCount(epochs)) return refused("epochs", `${epochs}`, "an integer of at least 1")
  if (typeof batch === "number" && !isCount(batch))
    return refused("batch", `${batch}`, 'an integer of at least 1, or "full"')
  for (const [name, { rowsPerStep }] of Object.entries(extra ?? {})) {
    if (name === MAIN) return refused("extra", "a batch without a name", "a name")
    if (rowsPerStep !== undefined && !isCount(rowsPerStep)) {
      return refused(`extra.${name}.rowsPerStep`, `${rowsPerStep}`, "an integer of at least 1")
    }
  }
  if (optimisers.length === 0) return refused("optimisers", "empty", "at least one")
  const parameters = parameterSpecs(training.network).map((spec) => spec.name)
  for (const [i, optimiser] of optimisers.entries()) {
    const rate = optimiser.method.learningRate
    if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) {
      return refused(`optimisers.${i}.method.learningRate`, `${rate}`, "a positive number")
    }
    for (const entry of optimiser.parameters ?? []) {
      if (!parameters.some((name) => covers([entry], name))) {
        return refused(`optimisers.${i}.parameters`, `"${entry}"`, `a name or prefix among ${parameters.join(", ")}`)
      }
    }
    const objectives = training.objectives.map((objective) => objective.name)
    const unknown = optimiser.objectives?.find((name) => !objectives.includes(name))
    if (unknown !== undefined)
      return refused(`optimisers.${i}.objectives`, `"${unknown}"`, `one of ${objectives.join(", ")}`)
  }
  return undefined
}

/** Checks each objective's head, batch and units. */
export const checkObjectives = (
  training: Omit<Training<unknown, unknown>, "onProgress">
): TrainingRefused | undefined => {
  const heads = training.network.heads
  const seen = new Set<string>()
  if (training.objectives.length === 0) return refused("objectives", "empty", "at least one")
  for (const objective of training.objectives) {
    const field = `objectives.${objective.name}`
    if (seen.has(objective.name)) return refused("objectives", `two named "${objective.name}"`, "different names")
    seen.add(objective.name)
    if (objective._tag === "L2") continue
    const head = heads.find((candidate) => candidate.name === objective.head)
    if (head === undefined)
      return refused(`${field}.head`, `"${objective.head}"`, `one of ${heads.map((h) => h.name).join(", ")}`)
    if (objective.batch !== undefined && training.extra?.[objective.batch] === undefined) {
      return refused(
        `${field}.batch`,
        `"${objective.batch}"`,
        `one of ${Object.keys(training.extra ?? {}).join(", ") || "the extra batches (there is none)"}`
      )
    }
    const { activation } = objective
    if (activation !== undefined && head.activation !== activation) {
      return refused(`${field}.head`, `"${head.name}" with activation ${head.activation}`, `a ${activation} head`)
    }
    const problem = objective.check?.(objective)
    if (problem !== undefined) return refused(`${field}.${problem.field}`, problem.found, problem.expected)
    const unit = objective.units?.find((u) => !(Number.isInteger(u) && u >= 0 && u < head.units))
    if (unit !== undefined)
      return refused(`${field}`, `about unit ${unit}`, `units of head "${head.name}", 0 to ${head.units - 1}`)
  }
  return undefined
}

/** Checks that the targets an objective reads are there, and as wide as its head. */
export const checkTargets = (
  objective: HeadObjective,
  network: Network,
  segment: Segment | undefined,
  training: Omit<Training<unknown, unknown>, "onProgress">
): TrainingRefused | undefined => {
  const where = segment === undefined || segment.name === MAIN ? "data.targets" : `extra.${segment.name}.targets`
  const units = network.heads.find((head) => head.name === objective.head)?.units ?? 0
  for (const { name, per } of objective.reads ?? []) {
    const width = per === "row" ? 1 : units
    const column = segment?.rows.targets[name]
    if (column === undefined)
      return refused(`${where}.${name}`, "missing", `a tensor, read by objective ${objective.name}`)
    if (column.width !== width) {
      const found = training.data.targets?.[name]
      return refused(
        `${where}.${name}`,
        found === undefined ? `${column.width} wide` : shown(found),
        width === 1 ? "one value a row" : `[rows, ${width}], for objective ${objective.name}`
      )
    }
  }
  return undefined
}
