/** `ablate plan`: what would run, why, and the time it should take. Runs nothing. */
import { availableParallelism } from "node:os"
import { Effect } from "effect"
import { roughly } from "../../observe/Duration.ts"
import * as Cache from "../../session/Cache.ts"
import { causeLines } from "../../session/Explanations.ts"
import { open } from "../../session/OpenExperiment.ts"
import * as PlanReport from "../../session/PlanReport.ts"
import * as Project from "../../session/Project.ts"
import { type Arguments, choice, count } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "json"], "text")
  const jobs = yield* count(args, "jobs", availableParallelism())
  const project = yield* Project.around(process.cwd(), args.text("store"))
  return yield* Effect.gen(function* () {
    const opened = yield* open(project, {
      experiment: args.positionals[0] ?? "",
      set: args.list("set"),
      only: args.list("only"),
      force: args.list("force")
    })
    const report = yield* PlanReport.of(opened, jobs)
    if (format === "json") {
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
            `Expected time on ${jobs} ${jobs === 1 ? "worker" : "workers"}: ${
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
  }).pipe(Effect.provide(Cache.layer(project)))
})
