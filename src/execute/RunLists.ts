/** What a run leaves beside its record: what its cells gave, which keys it used, and its plan where all of it became known. */
import { Effect } from "effect"
import type { RunId } from "../domain/Hash.ts"
import type { RunCell } from "../domain/RunRecord.ts"
import { type Plan, packed, type Sources } from "../plan/Plan.ts"
import { type KnownPlan, RunHistory } from "../store/index.ts"
import { outputsOf } from "./CellRecorder.ts"
import type { Outcome } from "./Signal.ts"

/** Under which name a plan is kept when every node of it is known. */
export interface PlanMark {
  /** Its fingerprint. */
  readonly id: string
  /** How many traces the store had lost before the plan was made. */
  readonly losses: number
  /** Whether this plan was answered by what is kept under that name. */
  readonly isKept: boolean
}

/** What every cell gave, by the artifacts of its nodes. */
export const publishedBy = (plan: Plan, sources: Sources, outcome: Outcome): ReadonlyArray<RunCell> => {
  const recorded = new Int32Array(plan.dag.nodes.length).fill(-1)
  let position = 0
  for (const [index, key] of outcome.keys.entries()) if (key !== undefined) recorded[index] = position++
  const nodesOf: Array<Array<number>> = plan.dag.cells.map(() => [])
  const failureOf = new Map<number, string>()
  for (const node of plan.dag.nodes) {
    const failure = outcome.failures.get(node.index)
    for (const cell of node.cells) {
      if ((recorded[node.index] ?? -1) >= 0) nodesOf[cell]?.push(recorded[node.index] ?? 0)
      if (failure !== undefined) failureOf.set(cell, failure)
    }
  }
  return plan.dag.cells.map((cell, at): RunCell => {
    const outputs = outputsOf(plan, sources, outcome.artifacts, at)
    const failure = failureOf.get(at)
    return { cell: cell.id, outputs, nodes: nodesOf[at] ?? [], ...(failure === undefined ? {} : { failure }) }
  })
}

/** What is to be kept of a plan of which the run left every node known, and none in two versions. */
const keptOf = (mark: PlanMark | undefined, outcome: Outcome): KnownPlan | undefined => {
  const isWhole = outcome.failed + outcome.skipped + outcome.warnings.length === 0 && !outcome.interrupted
  const artifacts = mark === undefined || !isWhole ? undefined : packed(outcome.artifacts)
  return mark === undefined || artifacts === undefined ? undefined : { id: mark.id, losses: mark.losses, artifacts }
}

/** Records what the run's cells gave and which keys it used. */
export const recordLists = (
  id: RunId,
  mark: PlanMark | undefined,
  outcome: Outcome,
  cells: () => ReadonlyArray<RunCell>
) =>
  Effect.gen(function* () {
    const history = yield* RunHistory
    if (mark?.isKept === true && (yield* history.recordLike(id, mark.id))) return
    const kept = keptOf(mark, outcome)
    yield* Effect.all(
      [
        history.recordCells(id, cells()),
        history.recordKeys(
          id,
          outcome.keys.flatMap((key) => (key === undefined ? [] : [key]))
        ),
        kept === undefined ? Effect.void : history.keepPlan(id, kept)
      ],
      { concurrency: "unbounded", discard: true }
    )
  })
