/** `ablate compare`: what differs between two runs, in their inputs and metric by metric. */
import { Effect } from "effect"
import { compareRuns, comparisonToJson, comparisonToMarkdown, comparisonToText } from "../../report/index.ts"
import * as Cache from "../../session/Cache.ts"
import { sideOf } from "../../session/Comparing.ts"
import { runByName } from "../../session/FindRun.ts"
import * as Project from "../../session/Project.ts"
import { type Arguments, choice } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "md", "json"], "text")
  const project = yield* Project.around(process.cwd(), args.text("store"))
  return yield* Effect.gen(function* () {
    const a = yield* runByName(project, args.positionals[0] ?? "")
    const b = yield* runByName(project, args.positionals[1] ?? "")
    const comparison = compareRuns(yield* sideOf(project, a), yield* sideOf(project, b))
    yield* Terminal.print(
      format === "json"
        ? comparisonToJson(comparison)
        : format === "md"
          ? comparisonToMarkdown(comparison)
          : comparisonToText(comparison, { width: Terminal.width() })
    )
    return 0
  }).pipe(Effect.provide(Cache.layer(project)))
})
