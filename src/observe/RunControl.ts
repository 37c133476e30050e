/** What a reader of a run may ask of it, and of what is stored: the screen's side of a run. */
import type { Effect } from "effect"
import type { Metrics } from "../domain/Metrics.ts"

/** Steers a run that goes on. Nothing waits: what came of it is told by the run's details. */
export interface RunControl {
  /** Nothing new is begun; what runs goes on. */
  readonly pause: Effect.Effect<void>
  readonly resume: Effect.Effect<void>
  /** The failed and skipped nodes of a cell (an index into `RunStarted.cells`) wait again. Nothing where it has none. */
  readonly rerun: (cell: number) => Effect.Effect<void>
  /** The first time what runs is let end, the second time it is ended at once. Between two runs (`--watch`) it leaves. */
  readonly stop: Effect.Effect<void>
  /** Ends what runs at once. */
  readonly stopNow: Effect.Effect<void>
  /** Stay when the run is over, and run again what changed files make run. */
  readonly watch: Effect.Effect<void>
}

/** What is stored and is read only where somebody looks. */
export interface RunLookup {
  /**
   * The metrics of cells (indices into `RunStarted.cells`), as far as they are known: for those that were cached, of which
   * no `CellEnded` tells. A cell that has none, or not yet, is missing.
   */
  readonly metricsOf: (cells: ReadonlyArray<number>) => Effect.Effect<ReadonlyMap<number, Metrics>>
  /** What `ablate why` prints of a cell or a node, by its id. */
  readonly why: (target: string) => Effect.Effect<string>
}
