/** `ablate table`: the table of a run. */
import { Effect } from "effect"
import { tableFormats } from "../../report/index.ts"
import { table } from "../../session/commands/table.ts"
import type { Arguments } from "../Arguments.ts"
import { runLine } from "../RunLine.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ experiment, options }: Arguments<"table">) {
  const { format, run, store } = options
  const {
    damaged,
    figures,
    passedOver,
    run: shown,
    table: found
  } = yield* table({ experiment, store, run, figures: options.figures })
  if (damaged.length > 0)
    yield* Terminal.say(
      `ablate: the stored metrics of ${damaged.length} cells were damaged (${damaged.slice(0, 3).join("; ")}${damaged.length > 3 ? "; …" : ""}). Compute them again: ablate run ${experiment}`
    )
  // What is exported says in its caption what it is of.
  if (format === "text") yield* Terminal.print(`${runLine(shown, passedOver)}\n\n`)
  else if (passedOver.length > 0) yield* Terminal.say(`ablate: ${runLine(shown, passedOver)}`)
  yield* Terminal.print(tableFormats[format].print(found, { width: Terminal.width(), notes: options.notes }))
  for (const { file, reason } of figures.leftOut) yield* Terminal.say(`ablate: figure ${file} left out: ${reason}`)
  if (options.figures !== undefined)
    yield* Terminal.say(`${figures.written.length} of ${figures.declared} figures written to ${options.figures}`)
  return 0
})
