/** A training checked and resolved: names become indices, tensors become float32 rows. Both back ends start from it. */
import { type Network, parameterSpecs } from "./Network.ts"
import { covers, type Method } from "./Optimiser.ts"
import type { Evaluator } from "./objectives/Evaluator.ts"
import type { HeadObjective } from "./objectives/HeadObjective.ts"
import type { L2 } from "./objectives/L2.ts"
import { classTargets, prepareRows } from "./PreparedRows.ts"
import { MAIN, type Segment } from "./Segment.ts"
import type { Training } from "./Training.ts"
import { checkGiven, checkNetwork, checkNumbers, checkObjectives, checkTargets } from "./TrainingCheck.ts"
import { TrainingRefused } from "./TrainingRefused.ts"

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

/** Throws nothing: returns the problem, or what is wrong with the description. */
export const resolve = (training: Omit<Training<unknown, unknown>, "onProgress">): Problem | TrainingRefused => {
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
        evaluator: objective.evaluator(),
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
