/** `replay`: whether an old run comes out again, from the program that the store kept. */
import { availableParallelism } from "node:os"
import { Effect } from "effect"
import * as CellId from "../../domain/CellId.ts"
import type { RunEvent } from "../../domain/RunEvent.ts"
import * as Control from "../../execute/Control.ts"
import { RunHistory } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CannotReplay } from "../CannotReplay.ts"
import type { CommandError } from "../CommandError.ts"
import { runById } from "../FindRun.ts"
import * as Only from "../Only.ts"
import * as Project from "../Project.ts"
import type { Replayed } from "../Replayed.ts"

export interface ReplayOptions extends Where {
  /** A run by its id, a beginning that no other has, or `latest`. */
  readonly run: string
  /** The cells to compute again, by axis; default all of the run's. */
  readonly only?: Only.Only
  /** Worker threads; default one a core. */
  readonly jobs?: number | undefined
  /** Takes every event of the computation as it happens; default: nobody does. */
  readonly onEvent?: (event: RunEvent) => void
  /** Takes what stages print; default: nobody. */
  readonly onPrint?: (lines: string) => void
  /** Asks it to stop; what is finished by then is compared. */
  readonly control?: Control.Control
}

/** Keeps nothing of what it computes. Fails with `CannotReplay` where the run cannot be computed again as it was. */
export const replay = (options: ReplayOptions): Effect.Effect<Replayed, CommandError | CannotReplay> =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.gen(function* () {
      const run = yield* runById(options.run)
      const selection = Only.selectionOf(options.only ?? {})
      const points = (yield* (yield* RunHistory).cellsOf(run.id)).map(({ cell }) => CellId.labelsOf(cell))
      if (points.length > 0) yield* Only.check(selection, points)
      // Workers and training back ends are loaded only where something is computed.
      const { replayed } = yield* Effect.promise(() => import("../Replay.ts"))
      return yield* replayed(project, run, {
        only: selection,
        jobs: options.jobs ?? availableParallelism(),
        print: options.onPrint ?? (() => {}),
        emit: options.onEvent ?? (() => {}),
        control: options.control ?? (yield* Control.make)
      })
    }).pipe(Effect.provide(Cache.layer(project)))
  ).pipe(Effect.withSpan("ablate.replay"))
