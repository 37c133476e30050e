/** Runs on the workers of a shared store, and the workers: what both need of this session. Loaded only where one is wanted. */
import { Effect, Layer } from "effect"
import * as BossQueue from "../execute/cluster/boss/BossQueue.ts"
import * as ClusterExecutor from "../execute/cluster/ClusterExecutor.ts"
import type { TaskQueue, Versions } from "../execute/cluster/TaskQueue.ts"
import { StoreError, StoreReason } from "../store/index.ts"
import type { StorePlace } from "../store/StorePlace.ts"
import type { OnClusterOptions } from "./Executors.ts"
import { version } from "./Version.ts"

/** How many tasks a run has on their way at a time. */
const window = 256

export const versions: Versions = { ablate: version, node: process.version }

/** The queue of a shared store; fails where the store is no shared one. */
export const queue = ({ storeDir, storeUrl }: StorePlace, side: BossQueue.Side): Layer.Layer<TaskQueue, StoreError> =>
  storeUrl === undefined
    ? Layer.effectContext(Effect.fail(new StoreError({ path: storeDir, reason: StoreReason.cases.NotShared.make({}) })))
    : BossQueue.layer(storeUrl, side)

export const executor = (place: StorePlace, { leaseMs, program }: OnClusterOptions) =>
  ClusterExecutor.layer({ versions, leaseMs, window, program }).pipe(Layer.provide(queue(place, "asks")))
