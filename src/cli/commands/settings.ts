/** `ablate settings`: what `--set` may change of an experiment. */
import { Effect } from "effect"
import { settings } from "../../session/commands/settings.ts"
import type { Arguments } from "../Arguments.ts"
import { settingLines } from "../SettingLines.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ experiment, options }: Arguments<"settings">) {
  const report = yield* settings({ experiment, store: options.store })
  yield* Terminal.print(
    options.format === "json"
      ? `${JSON.stringify(report, null, 1)}\n`
      : `${settingLines(report, Terminal.width()).join("\n")}\n`
  )
  return 0
})

/** What follows the help of a command for one experiment. */
export const settingsBlock = (experiment: string) =>
  Effect.map(settings({ experiment }), (report) => `\n${settingLines(report, Terminal.width()).join("\n")}\n`)
