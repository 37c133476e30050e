/** What a task gave, as the store takes it: the artifact, the trace under the task's key, a line of history under its run. */
import type { CommitEntry, PreparedArtifact } from "../store/index.ts"
import type { Task, TaskOutcome } from "./Task.ts"

export type Succeeded = TaskOutcome & { readonly _tag: "Succeeded" }

const preparedOf = (
  { hash, inline, parts, size }: Omit<Succeeded, "_tag" | "left" | "durationMs">,
  kind: string
): PreparedArtifact => ({
  hash,
  size,
  kind,
  ...(inline === null ? {} : { inline }),
  ...(parts.length === 0 ? {} : { parts: parts.map((part) => preparedOf({ ...part, parts: [] }, "file")) })
})

/** `at`: milliseconds since 1970. */
export const entryOf = (
  { isForced, key, record, run, stage }: Task,
  outcome: Succeeded,
  { at, durationMs }: { readonly at: number; readonly durationMs: number }
): CommitEntry => ({
  trace: { key, artifact: outcome.hash, record, durationMs, at },
  artifact: preparedOf(outcome, stage.kind),
  execution: { runId: run, key, stage: stage.name, durationMs, at },
  isForced
})
