/**
 * Who computes tasks: worker threads, the run's own thread, or workers elsewhere. A task goes in and an outcome comes out,
 * both of them data; what a run does with them is the scheduler's.
 */
import { Context, type Effect, Schema } from "effect"
import type { Task, TaskEvent, TaskOutcome } from "./Task.ts"

/**
 * The worker ended, was killed or was never reached, and nothing says that the task has to do with it: another worker may
 * well compute it. What a stage itself does to its worker is a failed outcome instead.
 */
export class WorkerLost extends Schema.TaggedError<WorkerLost>()("WorkerLost", { reason: Schema.String }) {
  override get message() {
    return `the worker was lost: ${this.reason}`
  }
}

export interface ExecutorService {
  /** How many tasks it computes at a time. It must not be given more. */
  readonly capacity: number
  /** How many of them it works on at a time, as far as is known, where others wait for a worker meanwhile. Default: all. */
  readonly jobs?: number
  /** Computes a task; what happens meanwhile is told. An interruption ends the computation, at the latest with its worker. */
  readonly run: (task: Task, tell: (event: TaskEvent) => void) => Effect.Effect<TaskOutcome, WorkerLost>
  /**
   * Lets go of what is held for tasks to come, such as the layers of experiments, and waits for it. Called at the end of every
   * run, so that what a release does is told with the run; a task that comes later finds everything anew.
   */
  readonly release: Effect.Effect<void>
}

/** Computes the tasks of stages that run in workers. */
export class Executor extends Context.Service<Executor, ExecutorService>()("ablate/execute/Executor") {}

/** Computes the tasks of stages that declare `pool: "inline"`: so short that a way to any worker would cost more. */
export class InlineExecutor extends Context.Service<InlineExecutor, ExecutorService>()(
  "ablate/execute/InlineExecutor"
) {}
