/** The plan of a DAG: by the store's one record of it where there is one, else by a look-up for every node. */
import { Effect } from "effect"
import type { PlanMark } from "../execute/RunLists.ts"
import type { Dag } from "../plan/Dag.ts"
import { fingerprint } from "../plan/Fingerprint.ts"
import * as Plan from "../plan/Plan.ts"
import { RunHistory, TraceStore } from "../store/index.ts"

export interface MarkedPlan {
  readonly plan: Plan.Plan
  readonly mark?: PlanMark
}

export const planOf = Effect.fnUntraced(function* (dag: Dag, sources: Plan.Sources) {
  const { lookup } = yield* TraceStore
  if ((sources.force?.size ?? 0) > 0) {
    const forced: MarkedPlan = { plan: yield* Plan.make(dag, sources, lookup) }
    return forced
  }
  const history = yield* RunHistory
  const id = fingerprint(dag, sources)
  // Before the first look-up: what is lost after it makes the answer one that is not kept.
  const { artifacts, losses } = yield* history.knownPlan(id)
  const known = artifacts === undefined ? undefined : Plan.known(dag, sources, artifacts)
  const marked: MarkedPlan = {
    plan: known ?? (yield* Plan.make(dag, sources, lookup)),
    mark: { id, losses, isKept: known !== undefined }
  }
  return marked
})
