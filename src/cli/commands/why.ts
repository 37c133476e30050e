/** `ablate why`: the smallest difference to the nearest earlier computation. */
import { Effect } from "effect"
import { type Arguments, choice } from "../Arguments.ts"
import * as Cache from "../Cache.ts"
import { causeLines } from "../Explanations.ts"
import { open } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import * as Terminal from "../Terminal.ts"
import { explanationsOf } from "../WhyReport.ts"

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
    const explanations = yield* explanationsOf(opened, args.positionals[1] ?? "")
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
  }).pipe(Effect.provide(Cache.layer(project)))
})
