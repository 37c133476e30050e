/** `ablate gc`: gives back what nothing mentions any more. */
import { Effect } from "effect"
import * as Project from "../../session/Project.ts"
import { Store } from "../../store/index.ts"
import { type Arguments, choice, count } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "json"], "text")
  const keepRuns = args.text("keep-runs") === undefined ? undefined : yield* count(args, "keep-runs", 1)
  const dryRun = args.list("dry-run").length > 0
  const project = yield* Project.around(process.cwd(), args.text("store"))
  return yield* Effect.gen(function* () {
    const store = yield* Store
    const dropped = yield* store.gc({ dryRun, keepRuns })
    const usage = yield* store.usage
    const { artifacts, bytes, orphanBlobs, runs, temporaryFiles, traces } = dropped
    yield* Terminal.print(
      format === "json"
        ? `${JSON.stringify({ dryRun, dropped, usage }, null, 1)}\n`
        : [
            `${dryRun ? "Would drop" : "Dropped"} ${artifacts} artifacts, ${traces} traces, ${runs} runs and ${orphanBlobs + temporaryFiles} stray files: ${formatBytes(bytes)}.`,
            `In the store: ${usage.artifacts} artifacts, ${usage.traces} traces, ${usage.runs} runs, ${formatBytes(usage.blobBytes + usage.databaseBytes)}.`,
            ""
          ].join("\n")
    )
    return 0
  }).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: "read-write" })))
})
