/** A figure with all that is behind it. */
import type { Schema } from "effect"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { Measure } from "../domain/Metrics.ts"
import type { RunRecord } from "../domain/RunRecord.ts"

/** What an input was: what another node gave, or something from outside. */
export type TracedInput =
  | { readonly _tag: "Node"; readonly name: string; readonly artifact: ArtifactHash; readonly key: Key }
  | {
      readonly _tag: "Outside"
      readonly name: string
      /** Of its content. */
      readonly hash: ArtifactHash
      /** `file /path`, `environment NAME`, …; more than one where several had this content, none where the run does not say. */
      readonly sources: ReadonlyArray<string>
    }

/** A node behind a figure: what it was computed of, by which code. */
export interface TracedNode {
  readonly key: Key
  readonly stage: string
  readonly artifact: ArtifactHash
  /** Null where the store no longer has the artifact. */
  readonly kept: { readonly kind: string; readonly size: number } | null
  /** `code:<hash>`, or `version:<text>` where the stage declares one. */
  readonly code: string
  /** What its code takes from outside the project, with versions; null where the store no longer has the code. */
  readonly packages: ReadonlyArray<string> | null
  /** Files that its code names, with the hash of what was in them. */
  readonly assets: ReadonlyArray<{ readonly path: string; readonly hash: string }>
  readonly config: Schema.Json
  readonly numerics: string | null
  /** Milliseconds since the Unix epoch. */
  readonly computedAt: number
  readonly durationMs: number
  readonly inputs: ReadonlyArray<TracedInput>
}

/** The figure of one cell, and the artifact that says it. */
export interface TracedFigure {
  readonly cell: string
  /** The cell without its seed. */
  readonly variant: string
  readonly run: RunRecord
  /** Null where the cell has no such figure: `reason` says why. */
  readonly measure: Measure | null
  readonly reason: string | null
  /** The artifact that says it. */
  readonly artifact: ArtifactHash | null
  /** Of the node that gave this artifact; null where the store no longer knows. */
  readonly key: Key | null
}

/** The figures of a metric with everything that is behind them. */
export interface FigureTrace {
  readonly metric: string
  /** One a cell. */
  readonly figures: ReadonlyArray<TracedFigure>
  /** What is behind them, every node after its inputs. */
  readonly nodes: ReadonlyArray<TracedNode>
}
