/** `ablate compare`: what differs between two runs, in their inputs and metric by metric. */
import { Effect } from "effect"
import { type Comparison, comparisonToJson, comparisonToMarkdown, comparisonToText } from "../../report/index.ts"
import { compare } from "../../session/commands/compare.ts"
import type { Arguments } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

const printers: {
  readonly [Format in Arguments<"compare">["options"]["format"]]: (comparison: Comparison) => string
} = {
  text: (comparison) => comparisonToText(comparison, { width: Terminal.width() }),
  md: comparisonToMarkdown,
  json: comparisonToJson
}

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ a, b, options: { format, store } }: Arguments<"compare">) {
  const comparison = yield* compare({ store, a: Typed.run(a), b: Typed.run(b) })
  yield* Terminal.print(printers[format](comparison))
  return 0
})
