/** `push` and `pull`: runs with all that they used, from the project's store to the remote one, or back. */
import { Effect } from "effect"
import type { RunRecord } from "../../domain/RunRecord.ts"
import type { CopiedRuns } from "../../store/remote/CopiedRuns.ts"
import type { Where } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import { copied, far, near } from "../Exchange.ts"
import { isOfExperiment } from "../FindRun.ts"
import * as Project from "../Project.ts"
import { UsageError } from "../UsageError.ts"

/** Whose runs, and between which stores. */
export interface ExchangeOptions extends Omit<Where, "remoteMode"> {
  /** Its runs; default those of all experiments. */
  readonly experiment?: string | undefined
  /** Told of what was copied of a run, as it is copied: how many results, how many bytes. */
  readonly onCopied?:
    | ((run: RunRecord, copied: { readonly results: number; readonly bytes: number }) => void)
    | undefined
}

/** What {@link push} or {@link pull} came to. */
export interface ExchangeReport extends CopiedRuns {
  /** The remote store, as messages name it. */
  readonly remote: string
}

const exchange = (options: ExchangeOptions, direction: "push" | "pull") =>
  Effect.gen(function* () {
    const project = yield* Project.find({ ...options, remoteMode: "read" })
    const { remote } = project
    if (remote === undefined) return yield* new UsageError({ text: "no remote store is named" })
    const isPush = direction === "push"
    const [here, there] = [yield* near(project), yield* far(remote, isPush ? "read-write" : "read-only")]
    const both = isPush ? { from: here, to: there } : { from: there, to: here }
    const all = yield* both.from.history.runs(Number.POSITIVE_INFINITY)
    const { experiment } = options
    const runs = experiment === undefined ? all : all.filter(isOfExperiment(project, experiment))
    if (experiment !== undefined && runs.length === 0)
      return yield* new UsageError({
        text: `"${experiment}" has no run ${direction === "push" ? `in ${project.storeDir}` : `in ${remote.shown}`}: there is nothing to ${direction}`
      })
    const report: ExchangeReport = { remote: remote.shown, ...(yield* copied(both, runs, options.onCopied)) }
    return report
  }).pipe(Effect.scoped)

/** Copies runs from the project's store to the remote one, with their results. What is there already is left. */
export const push = (options: ExchangeOptions = {}): Effect.Effect<ExchangeReport, CommandError> =>
  exchange(options, "push").pipe(Effect.withSpan("ablate.push"))

/** Copies runs from the remote store to the project's, with their results, each checked. What is here already is left. */
export const pull = (options: ExchangeOptions = {}): Effect.Effect<ExchangeReport, CommandError> =>
  exchange(options, "pull").pipe(Effect.withSpan("ablate.pull"))
