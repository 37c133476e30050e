/** What becomes of a task on a worker's machine: it is made one of the machine's own, computed, and its result stored. */
import { Effect } from "effect"
import { Executor } from "../Executor.ts"
import type { Task, TaskEvent, TaskOutcome } from "../Task.ts"
import * as ResultWriter from "./ResultWriter.ts"
import type { Ending, Sent, Versions } from "./TaskQueue.ts"

/** Makes a task's program one of this machine's; fails with a sentence where it cannot. */
export type Localise = (task: Task) => Effect.Effect<Task, { readonly message: string }>

export interface Options {
  /** The worker's. */
  readonly name: string
  readonly versions: Versions
  readonly localise: Localise
  /** Called where results cannot be stored from here: that may be well elsewhere. */
  readonly isUnable: () => void
}

/** What came of a task, as this machine had it. */
export interface Ran {
  readonly _tag: "Ran"
  readonly task: Task
  readonly outcome: TaskOutcome
}

export const make = Effect.fnUntraced(function* ({ isUnable, localise, name, versions }: Options) {
  const executor = yield* Executor
  const write = yield* ResultWriter.make

  const refused = (reason: string): Ending => ({ _tag: "Returned", reason, host: name, isRefused: true })
  const lost = (reason: string): Ending => ({ _tag: "Lost", reason: `on ${name}: ${reason}` })

  /** Gives what is to be stored, or how the task's way ends without. */
  const compute = ({ task, versions: { ablate, node } }: Sent, tell: (event: TaskEvent) => void) =>
    Effect.gen(function* () {
      if (ablate !== versions.ablate || node !== versions.node)
        return refused(
          `it has Ablate ${versions.ablate} and Node ${versions.node}, the run Ablate ${ablate} and Node ${node}`
        )
      const local = yield* Effect.result(localise(task))
      if (local._tag === "Failure") return refused(local.failure.message)
      const ran = yield* Effect.result(executor.run(local.success, tell))
      if (ran._tag === "Failure") return lost(ran.failure.reason)
      // Another machine may have the program that the stage is.
      return ran.success._tag === "Failed" && ran.success.failure.tag === "ProgramMissing"
        ? refused(ran.success.failure.message)
        : ({ _tag: "Ran", task: local.success, outcome: ran.success } satisfies Ran)
    })

  /** A full disk, a blob folder that this machine does not see. */
  const unable = (message: string): Ending => {
    isUnable()
    return lost(message)
  }

  /** Stores what was computed. The files that it read are those of this machine. */
  const keep = (computed: Ending | Ran): Effect.Effect<Ending> => {
    if (computed._tag !== "Ran") return Effect.succeed(computed)
    const { outcome, task } = computed
    if (outcome._tag === "Failed" && outcome.failure.tag === "StoreError")
      return Effect.succeed(unable(outcome.failure.message))
    return write(task, outcome).pipe(
      Effect.map((told): Ending => ({ _tag: "Done", outcome: told, host: name })),
      Effect.catch((error) => Effect.succeed(unable(error.message)))
    )
  }

  return { compute, keep }
})
