/** What the scheduler's state is told, what it decides, and what is known of a plan in the end. */
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { RunDetail } from "../domain/RunDetail.ts"
import type { FailureInfo, RunEvent } from "../domain/RunEvent.ts"
import type { DagNode } from "../plan/Dag.ts"
import type { TaskEvent } from "./Task.ts"

/** What has happened. `index` is the node's. */
export type Signal =
  /** The store knows the result of a node that was to start. */
  | { readonly _tag: "Known"; readonly index: number; readonly artifact: ArtifactHash }
  | { readonly _tag: "Happened"; readonly index: number; readonly event: TaskEvent }
  | { readonly _tag: "Succeeded"; readonly index: number; readonly artifact: ArtifactHash }
  | {
      readonly _tag: "Failed"
      readonly index: number
      readonly failure: FailureInfo
      readonly durationMs: number
      /** How long to wait before another attempt; null where its time leaves room for none. */
      readonly pauseMs: number | null
      /** Where inputs could not be read: those that are damaged, none if all turned out whole. Null: that was not it. */
      readonly damaged: ReadonlyArray<ArtifactHash> | null
    }
  /** Its worker was lost, and that says nothing about the task. */
  | { readonly _tag: "Lost"; readonly index: number; readonly reason: string; readonly durationMs: number }
  /** It was ended because that was decided. */
  | { readonly _tag: "Interrupted"; readonly index: number }
  /** The pause before its next attempt is over. */
  | { readonly _tag: "Rested"; readonly index: number }
  /** A crash can no longer lose a result. */
  | {
      readonly _tag: "Durable"
      readonly index: number
      readonly key: Key
      readonly artifact: ArtifactHash
      readonly durationMs: number
      readonly bytes: number
      readonly warning: string | undefined
    }
  /** The person wants an end: of what has not begun, or, at once, of what runs too. */
  | { readonly _tag: "Stop"; readonly atOnce: boolean }
  /** Nothing is begun from now on, until `Resume`: neither here nor by a worker that is to come. */
  | { readonly _tag: "Pause" }
  | { readonly _tag: "Resume" }
  /** What failed or was skipped of a cell is to be tried again. `cell`: its index. */
  | { readonly _tag: "Rerun"; readonly cell: number }

export type Decision =
  | { readonly _tag: "Emit"; readonly event: RunEvent }
  | { readonly _tag: "Tell"; readonly detail: RunDetail }
  /** Wait so long, then say that the node has rested. */
  | { readonly _tag: "Rest"; readonly index: number; readonly pauseMs: number }
  /** End everything that runs or rests; or only these nodes, which wait for a worker yet. */
  | { readonly _tag: "Interrupt"; readonly only: ReadonlyArray<number> | null }

/** A node to start now. */
export interface Start {
  readonly node: DagNode
  readonly key: Key
  readonly inputs: ReadonlyArray<ArtifactHash>
  readonly attempt: number
  /** Whether the store may know the result by now: by early cutoff, or by another process that was faster. */
  readonly mayBeKnown: boolean
}

export interface Outcome {
  readonly artifacts: ReadonlyArray<ArtifactHash | undefined>
  /** The key of every node that was known or ran. */
  readonly keys: ReadonlyArray<Key | undefined>
  /** By node index, the message of its last failure. */
  readonly failures: ReadonlyMap<number, string>
  readonly executed: number
  readonly cached: number
  readonly failed: number
  readonly skipped: number
  /** It was stopped, and something was not computed for that. */
  readonly interrupted: boolean
  /** Things that did not stop the run and that the person should know. */
  readonly warnings: ReadonlyArray<string>
}
