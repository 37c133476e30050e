/** What `ablate push` and `ablate pull` print. */
import { Clock, Effect } from "effect"
import type { ExchangeReport } from "../session/commands/exchange.ts"
import type { PushedNew } from "../session/PushNew.ts"
import { formatBytes } from "./Bytes.ts"
import * as Terminal from "./Terminal.ts"

const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`

const lines = (verb: "Pushed" | "Pulled", report: ExchangeReport): ReadonlyArray<string> => {
  const { bytes, damaged, remote, results, running, runs, tags, takenTags, there } = report
  const side = verb === "Pushed" ? "there" : "here"
  return [
    `${verb} ${counted(runs, "run")} and ${counted(results, "result")}, ${formatBytes(bytes)}, ${verb === "Pushed" ? "to" : "from"} ${remote}.`,
    ...(there === 0 ? [] : [`${counted(there, "run")} ${there === 1 ? "was" : "were"} ${side} already.`]),
    ...(running === 0
      ? []
      : [`${counted(running, "run")} still ${running === 1 ? "goes" : "go"} on: left for another time.`]),
    ...(tags === 0 ? [] : [`${counted(tags, "tag")} came with ${tags === 1 ? "its run" : "their runs"}.`]),
    ...takenTags.map((name) => `The tag ${name} names another run ${side}: left as it is.`),
    ...(damaged === 0
      ? []
      : [
          `${counted(damaged, "result")} did not check and ${damaged === 1 ? "was" : "were"} left: run \`ablate doctor\` on the store they are in.`
        ])
  ]
}

/** How often the person is told while it goes on. */
const toldEveryMs = 1000

/** Tells on a terminal how far it is. */
export const progress = Effect.map(Clock.Clock, (clock) => {
  let [results, bytes, toldAt] = [0, 0, clock.currentTimeMillisUnsafe()]
  return (run: { readonly id: string }, copied: { readonly results: number; readonly bytes: number }): void => {
    results += copied.results
    bytes += copied.bytes
    const now = clock.currentTimeMillisUnsafe()
    if (now - toldAt < toldEveryMs) return
    toldAt = now
    process.stderr.write(`${run.id}: ${counted(results, "result")}, ${formatBytes(bytes)} so far\n`)
  }
})

/** Gives the exit code. */
export const print = (verb: "Pushed" | "Pulled", report: ExchangeReport, format: "text" | "json") =>
  Effect.as(
    Terminal.print(format === "json" ? `${JSON.stringify(report, null, 1)}\n` : `${lines(verb, report).join("\n")}\n`),
    report.damaged > 0 ? 1 : 0
  )

/** What is told of what a run pushed at its end. */
export const newLines = ({ copied, problem, remote, waiting }: PushedNew): ReadonlyArray<string> => {
  if (copied === null) {
    const wait = `${counted(waiting, "run")} ${waiting === 1 ? "waits" : "wait"} to be pushed by the next run, or by \`ablate push\``
    return [problem === undefined ? wait : `not pushed: ${problem} ${wait}`]
  }
  return copied.runs === 0 ? [] : [`pushed ${counted(copied.runs, "run")} to ${remote}`]
}
