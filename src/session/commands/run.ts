/** `run`: executes what is not known yet, and builds the table. */
import { availableParallelism } from "node:os"
import { Effect, Fiber } from "effect"
import type { RunDetail } from "../../domain/RunDetail.ts"
import type { RunEvent } from "../../domain/RunEvent.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import * as Control from "../../execute/Control.ts"
import type { SlurmSettings } from "../../execute/slurm/SlurmSettings.ts"
import type { LeftOutFigure } from "../../report/figures/index.ts"
import type { ReportTable } from "../../report/ReportTable.ts"
import type { Asked } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import { execute, runToTable } from "../Execution.ts"
import { clusterOf } from "../Executors.ts"
import { pushNew } from "../PushNew.ts"

export interface RunOptions extends Asked {
  /** Worker threads; default one a core. */
  readonly jobs?: number | undefined
  /** Has workers of the shared store compute (`ablate worker`), not threads of this process; `slurm`: it starts them, too. */
  readonly on?: "cluster" | "slurm" | undefined
  /** How SLURM starts workers: what is given goes before `slurm` in `ablate.json`. Only with `on: "slurm"`. */
  readonly slurm?: SlurmSettings | undefined
  /** In milliseconds: a worker that is not heard of for so long has lost its tasks to others. Default: 15,000. */
  readonly lease?: number | undefined
  /** Takes every event as it happens; default: nobody does. */
  readonly onEvent?: (event: RunEvent) => void
  /** Takes what is told beside the events, in one order with them: what stages print by node, what a cell came to. */
  readonly onDetail?: (detail: RunDetail) => void
  /** Pauses, resumes, tries again and stops (`Control.make`). */
  readonly control?: Control.Control
  /** Takes what stages print: whole lines, each after its stage's name. Default: stderr. */
  readonly onPrint?: (lines: string) => void
}

/** What {@link run} gives. Cells that failed are no failure of the Effect: `run.status` tells. */
export interface RunReport {
  /** With its counts; failed cells are in them and in the table. */
  readonly run: RunRecord
  /** What went wrong that leaves the results as they are. */
  readonly warnings: ReadonlyArray<string>
  /** Whether a stage's code went wrong after the stage had ended. */
  readonly hasFaults: boolean
  /** Null where the experiment declares none. */
  readonly table: ReportTable | null
  /** Paths of the pictures that it left in the store's folder. */
  readonly figures: ReadonlyArray<string>
  /** Declared pictures that there is nothing to draw of, and why. */
  readonly leftOut: ReadonlyArray<LeftOutFigure>
}

/** An interruption asks the run to stop and waits until it has recorded what is finished. */
const stopped = <A, E, R>(stop: Effect.Effect<void>, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(run)
      const exit = yield* restore(Fiber.await(fiber)).pipe(
        Effect.onInterrupt(() => Effect.andThen(stop, Fiber.await(fiber)))
      )
      return yield* exit
    })
  )

/** Interrupting the effect stops the run and keeps what is finished. */
export const run = (options: RunOptions): Effect.Effect<RunReport, CommandError> =>
  Effect.gen(function* () {
    const cluster = yield* clusterOf(options)
    const control = options.control ?? (yield* Control.make)
    const { figures, leftOut, result, table } = yield* stopped(
      control.stopNow,
      runToTable(
        options,
        (project, opened) =>
          execute(project, opened, {
            jobs: options.jobs ?? availableParallelism(),
            cluster,
            emit: options.onEvent ?? (() => {}),
            ...(options.onPrint === undefined ? {} : { print: options.onPrint }),
            ...(options.onDetail === undefined ? {} : { onDetail: options.onDetail }),
            control
          }),
        () => Effect.void
      )
    )
    const pushed = yield* pushNew(options, result)
    const { hasFaults } = result
    const warnings = pushed?.problem === undefined ? result.warnings : [...result.warnings, pushed.problem]
    return { run: result.run, warnings, hasFaults, table, figures, leftOut }
  }).pipe(Effect.withSpan("ablate.run"))
