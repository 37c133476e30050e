/** `ablate plan`: what would run, why, and the time it should take. Runs nothing. */
import { availableParallelism } from "node:os"
import { Effect } from "effect"
import { roughly } from "../../observe/Duration.ts"
import { estimate } from "../../plan/Estimate.ts"
import type { NodeStatus, Plan } from "../../plan/Plan.ts"
import { Store } from "../../store/index.ts"
import { type Arguments, choice, count } from "../Arguments.ts"
import { causeLines, explainNode, tracesFor } from "../Explanations.ts"
import { open } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import * as Terminal from "../Terminal.ts"

interface StageCounts {
  readonly stage: string
  hit: number
  run: number
  undecided: number
}

const countsByStage = (plan: Plan): ReadonlyArray<StageCounts> => {
  const counts = new Map<string, StageCounts>()
  for (const node of plan.dag.nodes) {
    const of = counts.get(node.stage.name) ?? { stage: node.stage.name, hit: 0, run: 0, undecided: 0 }
    of[plan.status[node.index] as NodeStatus]++
    counts.set(node.stage.name, of)
  }
  return [...counts.values()]
}

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "json"], "text")
  const jobs = yield* count(args, "jobs", availableParallelism())
  const project = yield* Project.find(args)
  return yield* Effect.gen(function* () {
    const store = yield* Store
    const opened = yield* open(project, {
      experiment: args.positionals[0] ?? "",
      set: args.list("set"),
      only: args.list("only"),
      force: args.list("force")
    })
    const { plan } = opened
    const durations = store.durations()
    const time = estimate(plan, (stage) => durations.get(stage)?.meanMs, jobs)
    const stages = countsByStage(plan)
    const traces = yield* tracesFor(opened.dag.stages.map((stage) => stage.name))
    // One reason a stage: the first node of it that runs.
    const reasons = stages.flatMap(({ stage }) => {
      const index = plan.dag.nodes.findIndex((node) => node.stage.name === stage && plan.status[node.index] === "run")
      return index < 0 ? [] : [{ stage, explanation: explainNode(opened, traces, index) }]
    })
    if (format === "json") {
      yield* Terminal.print(
        `${JSON.stringify(
          {
            experiment: opened.experiment.name,
            nodes: plan.dag.nodes.length,
            cells: plan.dag.cells.length,
            ...plan.counts,
            estimate: { jobs, wallMs: Math.round(time.wallMs), workMs: Math.round(time.workMs), unknown: time.unknown },
            stages,
            plan: plan.dag.nodes.map((node) => ({
              node: node.id,
              stage: node.stage.name,
              status: plan.status[node.index],
              key: plan.keys[node.index] ?? null,
              artifact: plan.artifacts[node.index] ?? null,
              cells: node.cells.length
            })),
            reasons
          },
          null,
          1
        )}\n`
      )
      return 0
    }
    const { hit, run, undecided } = plan.counts
    const width = Math.max(...stages.map((each) => each.stage.length))
    const lines = [
      `${opened.experiment.name}: ${plan.dag.cells.length} cells, ${plan.dag.nodes.length} nodes: ${hit} known, ${run} to run, ${undecided} undecided`,
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
  }).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: "read-only" })))
})
