/** `ablate gc`: gives back what nothing mentions any more. */
import { Effect } from "effect"
import { gc } from "../../session/commands/gc.ts"
import type { Arguments } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ options }: Arguments<"gc">) {
  const report = yield* gc({ store: options.store, dryRun: options["dry-run"], keepRuns: options["keep-runs"] })
  const { dropped, dryRun, usage } = report
  const { artifacts, bytes, orphanBlobs, programs, runs, temporaryFiles, traces } = dropped
  yield* Terminal.print(
    options.format === "json"
      ? `${JSON.stringify(report, null, 1)}\n`
      : [
          `${dryRun ? "Would drop" : "Dropped"} ${artifacts} artifacts, ${traces} traces, ${runs} runs, ${programs} programs and ${orphanBlobs + temporaryFiles} stray files: ${formatBytes(bytes)}.`,
          `In the store: ${usage.artifacts} artifacts, ${usage.traces} traces, ${usage.runs} runs, ${formatBytes(usage.blobBytes + usage.databaseBytes)}.`,
          ""
        ].join("\n")
  )
  return 0
})
