/**
 * The queue between runs and workers on other machines. Who asks sends tasks and reads what became of them; workers fetch
 * what fits them, keep it alive, and end it. Delivery, leases and stored endings are the implementation's; all that goes in
 * and out is data.
 */
import { Context, type Effect, Schema } from "effect"
import { Resources } from "../../domain/Resources.ts"
import type { StoreError } from "../../store/index.ts"
import { Task, type TaskEvent, TaskOutcome } from "../Task.ts"

/** A UUID that is made of what the task is, so that the same one, sent twice, is one. */
export const TaskId = Schema.String.pipe(Schema.brand("TaskId"))
export type TaskId = typeof TaskId.Type

/** Versions of what computes: a worker takes tasks of its own ones only. */
export const Versions = Schema.Struct({ ablate: Schema.String, node: Schema.String })
export type Versions = typeof Versions.Type

/** A task on its way. */
export const Sent = Schema.Struct({ task: Task, versions: Versions })
export type Sent = typeof Sent.Type

/** What a run asks for. */
export interface Asking {
  readonly id: TaskId
  readonly sent: Sent
  /** What all that a worker would refuse with it have in common: its program and its versions. */
  readonly group: string
  /** A worker that is not heard of for so long has lost it. */
  readonly leaseMs: number
}

/** How a task's way ended. After any of them its id is used up: whoever still wants it sends it by another. */
export const Ending = Schema.TaggedUnion({
  Done: { outcome: TaskOutcome, host: Schema.String },
  /** Its worker is gone. */
  Lost: { reason: Schema.String },
  /** Its worker gave it back: it is leaving, or cannot compute it. */
  Returned: { reason: Schema.String, host: Schema.String, isRefused: Schema.Boolean },
  Cancelled: {}
})
export type Ending = typeof Ending.Type

/** What has become known of a task. */
export interface News {
  readonly id: TaskId
  /** In their order, with the number of the last one. */
  readonly events: ReadonlyArray<TaskEvent>
  readonly last: number
  readonly ending: Ending | undefined
}

/** A task in a worker's hands: one claim of it. */
export interface Delivery {
  readonly id: TaskId
  readonly sent: Sent
  readonly group: string
  readonly leaseMs: number
  /** The implementation's. */
  readonly claim: { readonly queue: string; readonly attempt: number }
}

export interface Ended {
  readonly held: Delivery
  readonly ending: Ending
}

export interface Wanted {
  /** What is free: of what is fetched together no more is needed. */
  readonly free: Resources
  readonly most: number
  /** Groups of which nothing is taken. */
  readonly without: ReadonlyArray<string>
}

/** A worker, as it says of itself. */
export const Presence = Schema.Struct({
  name: Schema.String,
  jobs: Schema.Int,
  running: Schema.Int,
  /** All that it has; `cpus`: its jobs. */
  has: Resources,
  versions: Versions,
  /** By the server's clock. */
  seenMsAgo: Schema.Finite
})
export type Presence = typeof Presence.Type

export interface TaskQueueService {
  /** Those whose ids were used up before, and how their ways ended. All others are on their way, from now on or already. */
  readonly send: (asked: ReadonlyArray<Asking>) => Effect.Effect<ReadonlyMap<TaskId, Ending>, StoreError>
  /** Gives up tasks that were sent from here. Those that nobody else has sent are ended. */
  readonly cancel: (ids: ReadonlyArray<TaskId>) => Effect.Effect<void, StoreError>
  /** News of each since the event of the given number, or none. An id that nobody knows any more is cancelled. */
  readonly news: (after: ReadonlyMap<TaskId, number>) => Effect.Effect<ReadonlyArray<News>, StoreError>
  /** Claims tasks that fit, those first that were sent first. */
  readonly fetch: (wanted: Wanted) => Effect.Effect<ReadonlyArray<Delivery>, StoreError>
  /** Says that the worker lives; gives those that are still its own: what is not has been cancelled, or given to another. */
  readonly keep: (held: ReadonlyArray<Delivery>) => Effect.Effect<ReadonlySet<TaskId>, StoreError>
  /** Ends tasks; gives those that were still its own. */
  readonly end: (ended: ReadonlyArray<Ended>) => Effect.Effect<ReadonlySet<TaskId>, StoreError>
  /** What happens to tasks, in order. */
  readonly tell: (
    told: ReadonlyArray<{ readonly id: TaskId; readonly event: TaskEvent }>
  ) => Effect.Effect<void, StoreError>
  readonly announce: (presence: Presence) => Effect.Effect<void, StoreError>
  readonly withdraw: (name: string) => Effect.Effect<void, StoreError>
  /** Those that were heard of lately. */
  readonly workers: Effect.Effect<ReadonlyArray<Presence>, StoreError>
  /** Whether tasks may have been cancelled since this was last asked, as far as that is told. */
  readonly mayHaveCancelled: Effect.Effect<boolean>
  /** Waits until something has changed, as far as that is told, or at most so long. */
  readonly stirred: (mostMs: number) => Effect.Effect<void>
}

export class TaskQueue extends Context.Service<TaskQueue, TaskQueueService>()("ablate/execute/cluster/TaskQueue") {}
