/** `ablate why`: the smallest difference to the nearest earlier computation. */
import { Effect } from "effect"
import { type WhyReport, why } from "../../session/commands/why.ts"
import type { Arguments } from "../Arguments.ts"
import { causeLines, grouped } from "../Causes.ts"
import { failureLines } from "../FailureLines.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

/** So many failures of one stage are told in full. */
const toldFailures = 3

const word = { hit: "known", run: "runs", undecided: "undecided" } as const

/** As text for a person. */
export const linesOf = (report: WhyReport): ReadonlyArray<string> =>
  grouped(report.nodes).flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const named = others.length === 0 ? first.node : `${(others.length + 1).toLocaleString("en")} nodes`
    const own = new Set([first, ...others].map(({ node }) => node))
    const waitsFor = [...new Set([first, ...others].flatMap((each) => each.waitsFor))]
    const awaited = { ...first, waitsFor: waitsFor.filter((node) => !own.has(node)) }
    const failed = report.failures.filter(({ stage }) => stage === first.stage)
    const told = failed.slice(0, toldFailures).flatMap(failureLines)
    const more = failed.length - toldFailures
    return [
      `${first.stage}: ${word[first.status]} (${named})`,
      ...told,
      ...(more > 0 ? [`  and ${more} more failed; all of them: ablate logs ${failed[0]?.run} --failed`] : []),
      ...causeLines(awaited)
    ]
  })

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ cell, experiment, options }: Arguments<"why">) {
  const what = yield* Typed.whyTarget(cell)
  const report = yield* why({ experiment, store: options.store, set: yield* Typed.settings(options.set), what })
  if (options.format === "json") {
    yield* Terminal.print(`${JSON.stringify(report, null, 1)}\n`)
    return 0
  }
  yield* Terminal.print(`${linesOf(report).join("\n")}\n`)
  return 0
})
