/** `worker`: computes the tasks of runs on other machines that share this store. */
import { availableParallelism, hostname, totalmem } from "node:os"
import { Effect, Layer } from "effect"
import * as Control from "../../execute/Control.ts"
import type { WorkerEvent } from "../../execute/cluster/ClusterWorker.ts"
import type { Ending } from "../../execute/cluster/TaskQueue.ts"
import { Executor } from "../../execute/Executor.ts"
import { Notices } from "../../execute/Notices.ts"
import type { Task, TaskEvent } from "../../execute/Task.ts"
import * as ThreadExecutor from "../../execute/ThreadExecutor.ts"
import { openStore, shownPlace } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import * as Project from "../Project.ts"
import { workerEntry } from "../Version.ts"

/** What {@link worker} is called, how many tasks it computes at a time, and of which store, without a password. */
export interface ReadyWorker {
  readonly name: string
  readonly jobs: number
  readonly store: string
}

/** What happens to a worker. */
export type WorkerNews =
  /** What no run may be there to hear. */
  | { readonly _tag: "Noted"; readonly text: string }
  /** It computes a node of a run of this experiment's file. */
  | { readonly _tag: "Took"; readonly node: string; readonly file: string }
  /**
   * `done` and `failed`: the run has the result. `lost`: the thread ended, or the result could not be written. `returned`: it was
   * given back. `cancelled`: nobody wants it any more, or another worker has it.
   */
  | {
      readonly _tag: "Ended"
      readonly node: string
      readonly how: "done" | "failed" | "lost" | "returned" | "cancelled"
      /** Why it is not done; empty where it is. */
      readonly why: string
      readonly durationMs: number
    }

const howOf = (ending: Ending): Pick<WorkerNews & { readonly _tag: "Ended" }, "how" | "why"> => {
  switch (ending._tag) {
    case "Done":
      return ending.outcome._tag === "Failed"
        ? { how: "failed", why: ending.outcome.failure.message }
        : { how: "done", why: "" }
    case "Lost":
      return { how: "lost", why: ending.reason }
    case "Returned":
      return { how: "returned", why: ending.reason }
    case "Cancelled":
      return { how: "cancelled", why: "it is not wanted any more, or was given to another" }
  }
}

const newsOf = (event: WorkerEvent): WorkerNews => {
  if (event._tag === "Noted") return event
  const { node, program } = event.task
  return event._tag === "Took"
    ? { _tag: "Took", node, file: program.name }
    : { _tag: "Ended", node, ...howOf(event.ending), durationMs: event.durationMs }
}

/** How {@link worker} works. */
export interface WorkerOptions extends Where {
  /** How many tasks it computes at a time; default one a core. */
  readonly jobs?: number | undefined
  /** Bytes of main memory that its tasks may need together; default all of the machine's. */
  readonly memory?: number | undefined
  /** Whole graphics processors that its tasks may need together; default 0. */
  readonly gpus?: number | undefined
  /** What stages may ask for by `resources.tags`; default nothing. */
  readonly tags?: ReadonlyArray<string> | undefined
  /** What it is called; default by host and process. */
  readonly name?: string | undefined
  /** In milliseconds: it ends after so long without a task. Default: never. */
  readonly idleExit?: number | undefined
  /** Takes what it takes and ends, as it happens; default: nobody does. */
  readonly onEvent?: (event: WorkerNews) => void
  /** Called when it takes tasks. */
  readonly onReady?: (worker: ReadyWorker) => void
  /** Takes what is printed by nobody's task: whole lines. Default: stderr. */
  readonly onPrint?: (lines: string) => void
  /** A first stop lets what runs end, a second one gives it back (`Control.make`). */
  readonly control?: Pick<Control.Control, "requests">
}

/** Works until it is stopped, or has had nothing to do for long. */
export const worker = (options: WorkerOptions = {}): Effect.Effect<void, CommandError> =>
  Effect.gen(function* () {
    const { queue, versions } = yield* Effect.promise(() => import("../OnCluster.ts"))
    const ClusterWorker = yield* Effect.promise(() => import("../../execute/cluster/ClusterWorker.ts"))
    const place = yield* Project.find(options)
    const jobs = options.jobs ?? availableParallelism()
    const name = options.name ?? `${hostname()}-${process.pid}`
    const control = options.control ?? (yield* Control.make)
    const { make } = yield* Effect.promise(() => import("../portable/Localise.ts"))
    const Shelf = yield* Effect.promise(() => import("../portable/Shelf.ts"))
    yield* Shelf.sweeping(place.storeDir)
    const kept = Layer.effect(
      Executor,
      Effect.map(Executor, (executor) => ({
        ...executor,
        run: (task: Task, tell: (event: TaskEvent) => void) =>
          Shelf.using(place.storeDir, task, executor.run(task, tell))
      }))
    )
    yield* Effect.flatMap(make(place), (localise) =>
      ClusterWorker.run({
        name,
        versions,
        has: { cpus: jobs, memory: options.memory ?? totalmem(), gpus: options.gpus ?? 0, tags: options.tags ?? [] },
        localise,
        idleExitMs: options.idleExit,
        tell: (event) => options.onEvent?.(newsOf(event)),
        ready: () => options.onReady?.({ name, jobs, store: shownPlace(place) }),
        requests: control.requests
      })
    ).pipe(
      Effect.provide(
        Layer.mergeAll(
          Layer.provide(kept, ThreadExecutor.layer({ size: jobs, entry: workerEntry, place })),
          queue(place, "works")
        ).pipe(
          Layer.provideMerge(Notices.layer(options.onPrint ?? ((lines) => void process.stderr.write(lines)))),
          Layer.provideMerge(openStore(place, { mode: "read-write" }))
        )
      )
    )
  }).pipe(Effect.scoped, Effect.withSpan("ablate.worker"))
