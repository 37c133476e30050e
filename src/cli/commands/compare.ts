/** `ablate compare`: what differs between two runs, tables or groups of rows. */
import { Effect } from "effect"
import {
  type Comparison,
  comparisonToHtml,
  comparisonToJson,
  comparisonToMarkdown,
  comparisonToText
} from "../../report/index.ts"
import { compare } from "../../session/commands/compare.ts"
import type { Arguments } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

const printers: {
  readonly [Format in Arguments<"compare">["options"]["format"]]: (comparison: Comparison) => string
} = {
  text: (comparison) => comparisonToText(comparison, { width: Terminal.width() }),
  md: comparisonToMarkdown,
  json: comparisonToJson,
  html: comparisonToHtml
}

/** What a script tells a change by. */
const CHANGED = 3

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ a, b, options }: Arguments<"compare">) {
  const { format, run, store } = options
  const comparison = yield* compare({ store, a: yield* Typed.compared(a, run), b: yield* Typed.compared(b, run) })
  yield* Terminal.print(printers[format](comparison))
  const { changed, gone, new: added } = comparison.counts
  return options["fail-on-change"] && changed + gone + added > 0 ? CHANGED : 0
})
