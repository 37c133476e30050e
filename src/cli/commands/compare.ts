/** `ablate compare`: what differs between two runs, in their inputs and metric by metric. */
import { Effect } from "effect"
import { compareRuns, comparisonToJson, comparisonToMarkdown, comparisonToText } from "../../report/index.ts"
import { type Arguments, choice } from "../Arguments.ts"
import * as Cache from "../Cache.ts"
import { sideOf } from "../Comparing.ts"
import { runByName } from "../FindRun.ts"
import * as Project from "../Project.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "md", "json"], "text")
  const project = yield* Project.find(args)
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
