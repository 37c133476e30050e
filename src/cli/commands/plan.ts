/** `ablate plan`: what would run, why, and the time it should take. Runs nothing. */
import { Effect } from "effect"
import { roughly } from "../../observe/Duration.ts"
import { plan } from "../../session/commands/plan.ts"
import type { Arguments } from "../Arguments.ts"
import { causeLines } from "../Causes.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ experiment, options }: Arguments<"plan">) {
  const report = yield* plan({ ...(yield* Typed.asked(experiment, options)), jobs: options.jobs })
  if (options.format === "json") {
    yield* Terminal.print(`${JSON.stringify(report, null, 1)}\n`)
    return 0
  }
  const { cells, estimate: time, hit, nodes, reasons, run, stages, undecided } = report
  const width = Math.max(...stages.map((each) => each.stage.length))
  const lines = [
    `${report.experiment}: ${cells} cells, ${nodes} nodes: ${hit} known, ${run} to run, ${undecided} undecided`,
    ...(run + undecided === 0
      ? ["Nothing to run."]
      : [
          `Expected time on ${time.jobs} ${time.jobs === 1 ? "worker" : "workers"}: ${
            time.workMs === 0 ? "no history yet" : `at most ${roughly(time.wallMs)}`
          }${time.unknown > 0 && time.workMs > 0 ? `, and ${time.unknown} nodes without history` : ""}`
        ]),
    "",
    `  ${"stage".padEnd(width)}  known    run  undecided`,
    ...stages.map(
      (each) =>
        `  ${each.stage.padEnd(width)}  ${String(each.hit).padStart(5)}  ${String(each.run).padStart(5)}  ${String(each.undecided).padStart(9)}`
    ),
    ...reasons.flatMap(({ explanation, stage }) => ["", `${stage} runs:`, ...causeLines(explanation)])
  ]
  if (undecided > 0)
    lines.push("", "Undecided nodes wait for an input: if it comes out as before, they are known and do not run.")
  yield* Terminal.print(`${lines.join("\n")}\n`)
  return 0
})
