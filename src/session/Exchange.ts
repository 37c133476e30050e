/** Runs with all that they used between the project's store and the remote one: by `push`, `pull`, and at the end of a run. */
import { Effect, Layer } from "effect"
import type { RunRecord } from "../domain/RunRecord.ts"
import { textKind } from "../plan/CodeHash.ts"
import { openBehind, openStore } from "../store/index.ts"
import { copyRuns } from "../store/remote/CopyRuns.ts"
import { type Side, sideOf } from "../store/remote/Far.ts"
import { recordOf } from "./LocalFirst.ts"
import type { Project, Remote } from "./Project.ts"
import { UsageError } from "./UsageError.ts"

/** Told of what was copied of a run, as it is copied. */
export type OnCopied = (run: RunRecord, copied: { readonly results: number; readonly bytes: number }) => void

export interface Sides {
  readonly from: Side
  readonly to: Side
}

/** The project's own store, open as long as the scope. */
export const near = (project: Project) => Effect.map(Layer.build(openStore(project, { mode: "read-write" })), sideOf)

/** The remote one, likewise. */
export const far = (remote: Remote, mode: "read-only" | "read-write") =>
  Layer.build(openBehind(remote.place)(mode)).pipe(
    Effect.map(sideOf),
    Effect.mapError(({ message }) => new UsageError({ text: message.replaceAll("--store", "--remote") }))
  )

/** Copies the runs, the one recorded last first given, in the order in which they were recorded. */
export const copied = (both: Sides, runs: ReadonlyArray<RunRecord>, told: OnCopied = () => undefined) =>
  copyRuns({ ...both, recordOf, codeKind: textKind, told }, runs.toReversed())
