/** `ablate graph`: which stage feeds which. Runs nothing. */
import { Effect } from "effect"
import { graph } from "../../session/commands/graph.ts"
import type { Arguments } from "../Arguments.ts"
import { toMermaid, toSvg } from "../GraphText.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ experiment, options }: Arguments<"graph">) {
  const report = yield* graph(yield* Typed.asked(experiment, options))
  const { cells, nodes, stages } = report
  const title = `${report.experiment}: ${nodes} nodes of ${stages} stages, for ${cells} cells`
  yield* Terminal.print(
    options.format === "mermaid" ? toMermaid(report.graph) : yield* Effect.promise(() => toSvg(report.graph, title))
  )
  return 0
})
