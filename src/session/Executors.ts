/** Who computes the tasks of an opened experiment in this process: worker threads, and the main thread. */
import { Effect, Layer } from "effect"
import type { Executor } from "../execute/Executor.ts"
import * as InlineExecutor from "../execute/InlineExecutor.ts"
import { Notices } from "../execute/Notices.ts"
import type { SlurmSettings } from "../execute/slurm/SlurmSettings.ts"
import * as ThreadExecutor from "../execute/ThreadExecutor.ts"
import type { StoreError, TraceStore } from "../store/index.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"
import { UsageError } from "./UsageError.ts"
import { workerEntry } from "./Version.ts"

/** Where tasks are computed that are not this machine's. */
export type Elsewhere = "cluster" | "slurm"

export interface ClusterOptions {
  /** `slurm`: its workers are started by SLURM. */
  readonly on: Elsewhere
  /** What goes before `slurm` of `ablate.json`. */
  readonly slurm?: SlurmSettings | undefined
  /** A worker that is not heard of for so long has lost its tasks. */
  readonly leaseMs: number
}

const defaultLeaseMs = 15_000

/** What can be kept over a network, and looked for by the queue once a second. */
const leastLeaseMs = 1000

export const clusterOf = ({
  lease,
  on,
  slurm
}: {
  readonly on?: Elsewhere | undefined
  readonly lease?: number | undefined
  readonly slurm?: SlurmSettings | undefined
}): Effect.Effect<ClusterOptions | undefined, UsageError> => {
  if (slurm !== undefined && on !== "slurm")
    return Effect.fail(new UsageError({ text: "how SLURM starts workers is asked with --on slurm" }))
  if (on === undefined)
    return lease === undefined
      ? Effect.succeed(undefined)
      : Effect.fail(new UsageError({ text: "a lease is what workers elsewhere have: give it with --on cluster" }))
  const leaseMs = lease ?? defaultLeaseMs
  return leaseMs >= leastLeaseMs
    ? Effect.succeed({ on, leaseMs, slurm })
    : Effect.fail(new UsageError({ text: `a lease is at least ${leastLeaseMs / 1000} s, found ${leaseMs} ms` }))
}

export interface OnClusterOptions extends ClusterOptions {
  /** The run's program in the shared store. */
  readonly program: string
}

const onCluster = (
  place: Project,
  options: OnClusterOptions
): Layer.Layer<Executor, StoreError | UsageError, TraceStore | Notices> =>
  Layer.unwrap(
    Effect.map(
      Effect.promise(() => import("./OnCluster.ts")),
      ({ executor }) => executor(place, options)
    )
  )

export const executors = (
  place: Project,
  { experiment, program }: OpenedExperiment,
  options: {
    readonly jobs: number
    /** Where it is given, workers elsewhere compute. */
    readonly cluster?: OnClusterOptions | undefined
    /** Takes what stages print: whole lines, each after its stage's name. */
    readonly print: (lines: string) => void
  }
) =>
  Layer.mergeAll(
    options.cluster === undefined
      ? ThreadExecutor.layer({ size: options.jobs, entry: workerEntry, place })
      : onCluster(place, options.cluster),
    // This process has imported it to open the experiment.
    InlineExecutor.layer(() => Effect.succeed({ default: experiment, modules: program.modules }))
  ).pipe(Layer.provideMerge(Notices.layer(options.print)))
