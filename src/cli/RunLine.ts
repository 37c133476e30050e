/** A run in one line, as it stands before its figures: settings, status, and what was passed over for it. */
import type { RunRecord } from "../domain/RunRecord.ts"
import type { PassedOver } from "../session/PassedOver.ts"
import { settingsOf } from "../session/Standing.ts"

const statusWords: { readonly [Status in RunRecord["status"]]: string } = {
  succeeded: "succeeded",
  failed: "some cells failed",
  interrupted: "interrupted",
  running: "still goes on"
}

/** What a reader has to know of a run before its figures: settings, status, and what was passed over for it. */
export const runLine = (run: RunRecord, passedOver: ReadonlyArray<PassedOver>): string => {
  const settings = settingsOf(run)
  const about = [
    statusWords[run.status],
    settings === "" ? "default settings" : `settings ${settings}`,
    ...(run.only === "" ? [] : [`only ${run.only}`])
  ]
  const [first, ...others] = passedOver
  const more = others.length === 0 ? "" : ` and ${others.length} more`
  const passed =
    first === undefined
      ? ""
      : ` Passed over: the newer run ${first.run.id} (${first.reasons.join(", ")})${more}; --run latest takes the newest.`
  return `Run ${run.id} of ${run.experiment}: ${about.join(", ")}.${passed}`
}
