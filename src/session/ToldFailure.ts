/** How a node failed, as a person is told. */
import type { FailureInfo } from "../domain/RunEvent.ts"

/** The last failure of a node, with its attempts; times are milliseconds since the Unix epoch. */
export interface ToldFailure {
  readonly run: string
  readonly at: number
  /** Its id in that run. */
  readonly node: string
  readonly stage: string
  readonly cells: ReadonlyArray<string>
  readonly failure: FailureInfo
  /** The line at the failure's place; null where the file has changed since, or is not known. */
  readonly source: string | null
  readonly config: unknown
  readonly attempts: ReadonlyArray<{ readonly attempt: number; readonly durationMs: number; readonly message: string }>
  /** The last lines that it printed. */
  readonly printed: ReadonlyArray<string>
}
