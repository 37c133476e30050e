/** Who computes the tasks of an opened experiment in this process: worker threads, and the main thread. */
import { Effect, Layer } from "effect"
import * as InlineExecutor from "../execute/InlineExecutor.ts"
import { Notices } from "../execute/Notices.ts"
import * as ThreadExecutor from "../execute/ThreadExecutor.ts"
import type { StorePlace } from "../store/StorePlace.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"
import { workerEntry } from "./Version.ts"

export const executors = (
  place: StorePlace,
  { experiment, program }: OpenedExperiment,
  options: {
    readonly jobs: number
    /** Takes what stages print: whole lines, each after its stage's name. */
    readonly print: (lines: string) => void
  }
) =>
  Layer.mergeAll(
    ThreadExecutor.layer({ size: options.jobs, entry: workerEntry, place }),
    // This process has imported it to open the experiment.
    InlineExecutor.layer(() => Effect.succeed({ default: experiment, modules: program.modules }))
  ).pipe(Layer.provideMerge(Notices.layer(options.print)))
