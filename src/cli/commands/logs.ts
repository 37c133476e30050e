/** `ablate logs`: what stages printed, a line after the name of its node. */
import { Effect } from "effect"
import { failed } from "../../observe/LogLine.ts"
import { type LogLine, type LogsReport, logs } from "../../session/commands/logs.ts"
import type { Arguments } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

const textOf = ({ attempt, failure, node, text }: LogLine): string =>
  failure === null
    ? `${node}: ${text}`
    : `${node}: failed${attempt > 1 ? ` (attempt ${attempt})` : ""}: ${failed(failure)}`

/** What a person has to know of whose lines these are, or why there are none. */
const remarks = ({ asked, lines, lost, run }: LogsReport, isFailed: boolean): ReadonlyArray<string> => [
  ...(asked === null
    ? []
    : [`run ${asked.id} found this in the cache: the lines are of run ${run.id}, which computed it`]),
  ...(lost === 0
    ? []
    : [
        `${lost} part${lost === 1 ? "" : "s"} of the log did not check and ${lost === 1 ? "is" : "are"} left out. See: ablate doctor`
      ]),
  ...(lines.length > 0 ? [] : [isFailed ? `nothing failed in run ${run.id}` : `nothing was printed in run ${run.id}`])
]

/** A word that names what of a run is meant: a cell or a node; all else names a run or an experiment. */
const isTarget = (word: string) => word.includes("=") || /#\d+$/.test(word)

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ cell, options, run }: Arguments<"logs">) {
  const isAtOnce = run !== undefined && cell === undefined && isTarget(run)
  const target = isAtOnce ? run : cell
  const { failed, follow, format, store } = options
  const onLine = (line: LogLine) =>
    void process.stdout.write(`${format === "json" ? JSON.stringify(line) : textOf(line)}\n`)
  const report = yield* logs({
    store,
    failed,
    follow,
    onLine,
    run: run === undefined || isAtOnce ? undefined : Typed.run(run),
    what: target === undefined ? undefined : yield* Typed.whyTarget(target)
  })
  for (const remark of remarks(report, failed)) yield* Terminal.say(`ablate: ${remark}`)
  return 0
})
