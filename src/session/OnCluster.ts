/** Runs on the workers of a shared store, and the workers: what both need of this session. Loaded only where one is wanted. */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, Layer } from "effect"
import * as BossQueue from "../execute/cluster/boss/BossQueue.ts"
import * as ClusterExecutor from "../execute/cluster/ClusterExecutor.ts"
import type { TaskQueue, Versions } from "../execute/cluster/TaskQueue.ts"
import { Notices } from "../execute/Notices.ts"
import * as Hire from "../execute/slurm/Hire.ts"
import * as OneMachine from "../execute/slurm/OneMachine.ts"
import { StoreError, StoreReason, typedStore } from "../store/index.ts"
import type { StorePlace } from "../store/StorePlace.ts"
import type { OnClusterOptions } from "./Executors.ts"
import type { Project } from "./Project.ts"
import * as ProjectFile from "./ProjectFile.ts"
import { UsageError } from "./UsageError.ts"
import { commandFile, version } from "./Version.ts"

/** How many tasks a run has on their way at a time. */
const window = 256

export const versions: Versions = { ablate: version, node: process.version }

/** The queue of a shared store; fails where the store is no shared one. */
export const queue = ({ storeDir, storeUrl }: StorePlace, side: BossQueue.Side): Layer.Layer<TaskQueue, StoreError> =>
  storeUrl === undefined
    ? Layer.effectContext(Effect.fail(new StoreError({ path: storeDir, reason: StoreReason.cases.NotShared.make({}) })))
    : BossQueue.layer(storeUrl, side)

/** Gets workers from SLURM, as is `given`, and as `ablate.json` says where nothing is. */
const hiring = Effect.fnUntraced(function* ({ root, storeDir, storeUrl }: Project, given: OnClusterOptions["slurm"]) {
  const { slurm } = yield* ProjectFile.read(root)
  const store = storeUrl ?? storeDir
  const local = OneMachine.remark(store, process.env.PGHOST)
  if (local !== undefined) (yield* Notices).write(`slurm: ${local}\n`)
  return yield* Hire.make({
    settings: { ...slurm, ...given },
    folder: root,
    logs: join(storeDir, "slurm"),
    command: [process.execPath, fileURLToPath(commandFile)],
    store,
    environment: process.env
  }).pipe(Effect.mapError(({ message }) => new UsageError({ text: message })))
})

export const executor = (project: Project, { leaseMs, on, program, slurm }: OnClusterOptions) => {
  const options = {
    ...{ versions, leaseMs, window, program },
    start: `ablate worker --store ${typedStore(project.storeUrl ?? project.storeDir)}`
  }
  const made =
    on === "slurm"
      ? Layer.unwrap(Effect.map(hiring(project, slurm), (hire) => ClusterExecutor.layer({ ...options, hire })))
      : ClusterExecutor.layer(options)
  return made.pipe(Layer.provide(queue(project, "asks")))
}
