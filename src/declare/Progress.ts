/** The service through which a stage reports how far it is. Reports never influence a result. */
import { Context, Effect } from "effect"

/** How far a stage is. */
export interface ProgressReport {
  /** Units done so far, e.g. epochs. */
  readonly current: number
  /** Units in all, where known. */
  readonly total?: number
  /** What is counted: `epoch`, `row`. */
  readonly unit: string
  /** Figures worth seeing now, e.g. `{ loss: 0.31 }`; figures that are not finite are left out. */
  readonly metrics?: { readonly [name: string]: number }
}

/** Reports are throttled to ten a second: those in between are dropped. One whose `current` is not finite is dropped too. */
export class Progress extends Context.Reference<{
  readonly report: (report: ProgressReport) => Effect.Effect<void>
}>("ablate/declare/Progress", { defaultValue: () => ({ report: () => Effect.void }) }) {}
