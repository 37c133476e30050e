/** `ablate why`: the smallest difference to the nearest earlier computation. */
import { Effect } from "effect"
import { Store } from "../../store/index.ts"
import { type Arguments, choice } from "../Arguments.ts"
import { causeLines, explainNode, tracesFor } from "../Explanations.ts"
import * as Only from "../Only.ts"
import { type OpenedExperiment, open } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import * as Terminal from "../Terminal.ts"
import { didYouMean, UsageError } from "../UsageError.ts"

/** The nodes that the person means: those of cells, of a table row, of a stage, or one node by its id. */
const select = Effect.fnUntraced(function* (opened: OpenedExperiment, what: string) {
  const { cells, nodes } = opened.dag
  const byNode = nodes.filter((node) => node.id === what || node.stage.name === what)
  if (byNode.length > 0) return byNode.map((node) => node.index)
  let chosen: ReadonlyArray<number>
  if (what.includes("=")) {
    const selection = yield* Only.parse([what], "the cell")
    const points = cells.map((cell) => cell.point)
    yield* Only.check(selection, points, "the cell")
    chosen = cells.flatMap((cell, at) => (Only.matches(selection, cell.point) ? [at] : []))
  } else {
    const row = what.split("/")
    chosen = cells.flatMap((cell, at) => {
      const labels = Object.values(cell.labels)
      return row.every((label) => labels.includes(label)) ? [at] : []
    })
  }
  if (chosen.length === 0) {
    const stages = opened.dag.stages.map((stage) => stage.name)
    return yield* new UsageError({
      text: `"${what}" is no cell, row, stage or node of ${opened.experiment.name}.${didYouMean(what, [
        ...stages,
        ...cells.map((cell) => cell.id)
      ])} Its stages are ${stages.join(", ")}; a cell is written ${cells[0]?.id ?? "axis=value"}`
    })
  }
  const wanted = new Set(chosen)
  return nodes.flatMap((node) => (node.cells.some((cell) => wanted.has(cell)) ? [node.index] : []))
})

const word = { hit: "known", run: "runs", undecided: "undecided" } as const

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "json"], "text")
  const project = yield* Project.find(args)
  return yield* Effect.gen(function* () {
    const opened = yield* open(project, {
      experiment: args.positionals[0] ?? "",
      set: args.list("set"),
      only: [],
      force: []
    })
    const chosen = yield* select(opened, args.positionals[1] ?? "")
    const traces = yield* tracesFor(opened.dag.stages.map((stage) => stage.name))
    const explanations = chosen.map((index) => explainNode(opened, traces, index))
    if (format === "json") {
      yield* Terminal.print(`${JSON.stringify({ experiment: opened.experiment.name, nodes: explanations }, null, 1)}\n`)
      return 0
    }
    // Nodes of one stage that differ alike are told once.
    const groups = new Map<string, { readonly nodes: Array<string>; readonly lines: ReadonlyArray<string> }>()
    for (const each of explanations) {
      const lines = causeLines(each)
      const id = `${each.stage}\n${each.status}\n${lines.join("\n")}`
      const group = groups.get(id) ?? { nodes: [], lines: [`${each.stage}: ${word[each.status]}`, ...lines] }
      group.nodes.push(each.node)
      groups.set(id, group)
    }
    const text = [...groups.values()].map(({ lines, nodes }) =>
      [`${lines[0]}${nodes.length > 1 ? ` (${nodes.length} nodes)` : ` (${nodes[0]})`}`, ...lines.slice(1)].join("\n")
    )
    yield* Terminal.print(`${text.join("\n")}\n`)
    return 0
  }).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: "read-only" })))
})
