/** `ablate graph`: which stage feeds which. Runs nothing. */
import { Effect } from "effect"
import { stageGraph } from "../../plan/StageGraph.ts"
import { dagOf } from "../../session/OpenExperiment.ts"
import * as Project from "../../session/Project.ts"
import { type Arguments, choice } from "../Arguments.ts"
import { toMermaid, toSvg } from "../GraphText.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["mermaid", "svg"], "mermaid")
  const project = yield* Project.around(process.cwd(), args.text("store"))
  const { dag, experiment } = yield* dagOf(project, {
    experiment: args.positionals[0] ?? "",
    set: args.list("set"),
    only: args.list("only")
  })
  const graph = stageGraph(dag)
  const title = `${experiment.name}: ${dag.nodes.length} nodes of ${dag.stages.length} stages, for ${dag.cells.length} cells`
  yield* Terminal.print(format === "mermaid" ? toMermaid(graph) : yield* Effect.promise(() => toSvg(graph, title)))
  return 0
})
