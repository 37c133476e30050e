/** A newer run of which nothing is shown. */
import type { RunRecord } from "../domain/RunRecord.ts"

/** A newer run that does not stand for its experiment, with what speaks against it. */
export interface PassedOver {
  readonly run: RunRecord
  readonly reasons: ReadonlyArray<string>
}
