/** The experiments that are there, for whoever named none. */
import { Effect } from "effect"
import { experiments } from "../../session/commands/experiments.ts"
import type { CommandName } from "../Commands.ts"
import * as Terminal from "../Terminal.ts"

/** Tells them, and how one is named. */
export const listExperiments = Effect.fnUntraced(function* (command: CommandName) {
  const found = yield* experiments()
  const width = Math.max(0, ...found.map(({ name }) => name.length))
  const lines = found.map(({ file, name, title }) =>
    `  ${name.padEnd(width)}  ${file}${title === "" ? "" : `: ${title}`}`.trimEnd()
  )
  const [first] = found
  yield* Terminal.say(
    first === undefined
      ? `ablate ${command}: <experiment> is missing: the name of a file in experiments/, where there is none yet, or a path to a .ts file. A first one is written by: ablate init`
      : [
          `ablate ${command}: <experiment> is missing: a path to a .ts file, or one of these`,
          ...lines,
          `For example: ablate ${command} ${first.name}${command === "why" ? " <cell>" : ""}. All options: ablate ${command} --help`
        ].join("\n")
  )
})
