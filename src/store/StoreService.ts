/** What an open store offers. Methods named `…Unsafe`, `durations` and `memo.get` are synchronous: they are called for every node of a plan. */
import type { Effect } from "effect"
import type { Artifacts } from "./Artifacts.ts"
import type { OpenOptions } from "./Database.ts"
import type { Files } from "./Files.ts"
import type { Maintenance } from "./Maintenance.ts"
import type { Memo } from "./Memo.ts"
import type { Plans } from "./Plans.ts"
import type { Runs } from "./Runs.ts"
import type { StoreError } from "./StoreError.ts"
import type { CommitEntry, CommitResult, Traces } from "./Traces.ts"

export interface StoreService extends Runs, Plans, Files, Maintenance, Omit<Traces, "submit"> {
  readonly dir: string
  readonly mode: OpenOptions["mode"]
  /** False where a read-only store found nothing to open: every look-up is then a miss. */
  readonly exists: boolean

  readonly hasArtifactUnsafe: Artifacts["hasUnsafe"]
  readonly putArtifact: Artifacts["put"]
  readonly getArtifact: Artifacts["get"]
  readonly copyArtifact: Artifacts["copyOut"]
  readonly verifyArtifact: Artifacts["verify"]
  readonly statArtifact: Artifacts["stat"]
  readonly findArtifacts: Artifacts["find"]

  /**
   * Stores a finished node; resolves when it is durable. Readable in this process as soon as it is queued.
   * Commits of the same turn of the event loop share one transaction and one fsync.
   */
  commit(entry: CommitEntry): Effect.Effect<CommitResult, StoreError>
  /** As `commit`, in two steps: the outer effect queues (at most some 5 ms), the inner one waits until it is durable. */
  submit(entry: CommitEntry): Effect.Effect<Effect.Effect<CommitResult, StoreError>>
  /** Waits until everything queued is durable; fails with the first failure since the last flush. */
  readonly flush: Effect.Effect<void, StoreError>
  readonly memo: Memo
  /** The damage that was met so far and did not stop anything: rows that did not check and count as misses. */
  damage(): ReadonlyArray<string>
}
