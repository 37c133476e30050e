/** How many workers are to be asked for, and what is said of those that were. */
import type { Resources } from "../../domain/Resources.ts"
import { fitting } from "../cluster/Needs.ts"
import { hasOf, type SlurmSettings } from "./SlurmSettings.ts"

/** A job of an array: `417_3`. */
export interface Job {
  readonly id: string
  /** SLURM's word: `PENDING`, `RUNNING`, `COMPLETING`, `TIMEOUT`, … */
  readonly state: string
  /** Why it is not running: `Resources`, `Priority`, …; `None`. */
  readonly reason: string
}

const isGoing = ({ state }: Job): boolean => state === "COMPLETING"

const over = [
  ...["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED"],
  ...["NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "TIMEOUT"]
]

/** Whether it will not run any more; one that is preempted may be queued again. */
export const isOver = ({ state }: Job): boolean => over.includes(state)

/** So many more for the tasks that are not done and that such a worker can take, beside the jobs that are there. */
export const lacking = (needs: ReadonlyArray<Resources>, jobs: ReadonlyArray<Job>, settings: SlurmSettings): number => {
  const { cpus = 1, workers = 16 } = settings
  const has = hasOf(settings)
  const cores = needs.reduce((sum, each) => sum + (fitting(each, has) > 0 ? each.cpus : 0), 0)
  const wanted = Math.min(workers, Math.ceil(cores / cpus))
  return Math.max(0, wanted - jobs.filter((job) => !isGoing(job)).length)
}

/** `slurm: 3 running, 5 pending (Resources)` */
export const standing = (jobs: ReadonlyArray<Job>): string => {
  const count = (state: string) => jobs.filter((job) => job.state === state).length
  const others = jobs.filter(({ state }) => state !== "RUNNING" && state !== "PENDING" && state !== "COMPLETING")
  const pending = jobs.filter(({ state }) => state === "PENDING")
  const reasons = [...new Set(pending.map(({ reason }) => reason))].filter((reason) => reason !== "None").sort()
  const parts = [
    ...(count("RUNNING") === 0 ? [] : [`${count("RUNNING")} running`]),
    ...(pending.length === 0
      ? []
      : [`${pending.length} pending${reasons.length === 0 ? "" : ` (${reasons.join(", ")})`}`]),
    ...[...Map.groupBy(others, ({ state }) => state)].map(([state, those]) => `${those.length} ${state.toLowerCase()}`)
  ]
  return `slurm: ${parts.length === 0 ? "no jobs" : parts.join(", ")}`
}
