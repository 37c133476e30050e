/** The plan of a DAG: by the store's one record of it where there is one, else by a look-up for every node. */
import type { PlanMark } from "../execute/RunLists.ts"
import type { Dag } from "../plan/Dag.ts"
import { fingerprint } from "../plan/Fingerprint.ts"
import * as Plan from "../plan/Plan.ts"
import type { StoreService } from "../store/index.ts"

export interface MarkedPlan {
  readonly plan: Plan.Plan
  readonly mark?: PlanMark
}

export const planOf = (
  dag: Dag,
  sources: Plan.Sources,
  store: Pick<StoreService, "knownPlanUnsafe" | "lossesUnsafe">
): MarkedPlan => {
  if ((sources.force?.size ?? 0) > 0) return { plan: Plan.make(dag, sources) }
  const id = fingerprint(dag, sources)
  // Before the first look-up: what is lost after it makes the answer one that is not kept.
  const losses = store.lossesUnsafe()
  const bytes = store.knownPlanUnsafe(id)
  const known = bytes === undefined ? undefined : Plan.known(dag, sources, bytes)
  return { plan: known ?? Plan.make(dag, sources), mark: { id, losses, isKept: known !== undefined } }
}
