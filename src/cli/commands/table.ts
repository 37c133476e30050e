/** `ablate table`: the table of a run. */
import { Effect } from "effect"
import { tableFormats } from "../../report/index.ts"
import { table } from "../../session/commands/table.ts"
import { UsageError } from "../../session/UsageError.ts"
import type { Arguments } from "../Arguments.ts"
import { runLine } from "../RunLine.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

/** Narrower than this, not even a single figure with its row can be told. */
const LEAST_WIDTH = 20

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ experiment, options }: Arguments<"table">) {
  const { format, notes, run, store } = options
  const width = options.width ?? Math.max(LEAST_WIDTH, Terminal.width())
  if (width < LEAST_WIDTH)
    return yield* new UsageError({ text: `--width is at least ${LEAST_WIDTH}, found ${options.width}` })
  const view = yield* Typed.view(options)
  const {
    damaged,
    figures,
    passedOver,
    run: shown,
    table: found
  } = yield* table({ experiment, store, run, view, figures: options.figures })
  if (damaged.length > 0)
    yield* Terminal.say(
      `ablate: the stored metrics of ${damaged.length} cells were damaged (${damaged.slice(0, 3).join("; ")}${damaged.length > 3 ? "; …" : ""}). Compute them again: ablate run ${experiment}`
    )
  // What is exported says in its caption what it is of.
  if (format === "text") yield* Terminal.print(`${runLine(shown, passedOver)}\n\n`)
  else if (passedOver.length > 0) yield* Terminal.say(`ablate: ${runLine(shown, passedOver)}`)
  yield* Terminal.print(
    tableFormats[format].print(found, {
      width,
      ...(notes === undefined ? {} : { notes }),
      fold: options.columns.length === 0,
      color: Terminal.hasColor(process.stdout, process.env)
    })
  )
  for (const { file, reason } of figures.leftOut) yield* Terminal.say(`ablate: figure ${file} left out: ${reason}`)
  if (options.figures !== undefined)
    yield* Terminal.say(`${figures.written.length} of ${figures.declared} figures written to ${options.figures}`)
  return 0
})
