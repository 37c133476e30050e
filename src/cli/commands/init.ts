/** `ablate init`: a project that runs, with what to type next. */
import { relative } from "node:path"
import { Effect } from "effect"
import { init } from "../../session/Init.ts"
import type { Arguments } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ dir }: Arguments<"init">) {
  const { advice, files, folder, isInstalled } = yield* init({ folder: dir ?? "." })
  const lines = files.map(({ added, path, state }) =>
    `  ${state.padEnd(9)}  ${path}${added.length > 0 ? `: ${added.join(", ")}` : ""}`.trimEnd()
  )
  const here = relative(process.cwd(), folder)
  const steps = [
    ...(here === "" ? [] : [`cd ${here}`]),
    ...(isInstalled ? [] : ["npm install"]),
    "npx ablate run first      # the table; a second time from the cache",
    "npm test                  # types, and a test of one stage"
  ]
  yield* Terminal.print(
    [
      `A project in ${folder}`,
      ...lines,
      ...advice.map((each) => `  note       ${each}`),
      "",
      "Next:",
      ...steps.map((step) => `  ${step}`),
      ""
    ].join("\n")
  )
  return 0
})
