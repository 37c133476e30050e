/**
 * What readers of a run are told beside its events: what stages print, what a cell came to. Not part of `--ui json`, whose
 * events are fixed. Times are milliseconds since the Unix epoch.
 */
import { Schema } from "effect"
import { Metrics } from "./Metrics.ts"
import { RunEvent } from "./RunEvent.ts"

export const RunDetail = Schema.TaggedUnion({
  /** Whole lines that a stage printed, without the name of who printed them. `attempt` counts from 1. */
  NodePrinted: {
    node: Schema.String,
    stage: Schema.String,
    at: Schema.Finite,
    attempt: Schema.Int,
    text: Schema.String
  },
  /** All nodes of a cell are there: its metrics, null where it publishes none. `cell`: index into `RunStarted.cells`. */
  CellEnded: { cell: Schema.Int, at: Schema.Finite, metrics: Schema.NullOr(Metrics) },
  /** Nothing new is begun until `Resumed`. */
  Paused: { at: Schema.Finite },
  Resumed: { at: Schema.Finite },
  /** A stop was asked for: nothing new is begun. So many nodes run and are let end, or are ended with `atOnce`. */
  Stopping: { at: Schema.Finite, running: Schema.Int, atOnce: Schema.Boolean },
  /** Who computes, or what is missing for it, where workers elsewhere do: a line for a person. Told when it has changed. */
  Workers: { at: Schema.Finite, text: Schema.String },
  /** A node that had failed or was skipped waits again: its cell was asked for once more. */
  NodeReopened: { node: Schema.String, stage: Schema.String, at: Schema.Finite },
  /** Between two runs of `ablate run --watch`: what is waited for, what changed, what runs again. Lines for a person; in no journal. */
  Watching: { at: Schema.Finite, text: Schema.String }
})
export type RunDetail = typeof RunDetail.Type
export type RunDetailOf<Tag extends RunDetail["_tag"]> = Extract<RunDetail, { readonly _tag: Tag }>

/** A run's journal: its events and details in the order in which they happened. */
export const JournalEntry = Schema.Union([RunEvent, RunDetail])
export type JournalEntry = typeof JournalEntry.Type

/** What `--ui json` tells of a run: all but the details. */
export const isRunEvent = (entry: JournalEntry): entry is RunEvent => !Object.hasOwn(RunDetail.cases, entry._tag)
