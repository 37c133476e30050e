/** `ablate why`: the smallest difference to the nearest earlier computation. */
import { Effect } from "effect"
import * as Cache from "../../session/Cache.ts"
import { causeLines, grouped } from "../../session/Explanations.ts"
import { open } from "../../session/OpenExperiment.ts"
import * as Project from "../../session/Project.ts"
import { explanationsOf } from "../../session/WhyReport.ts"
import { type Arguments, choice } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

const word = { hit: "known", run: "runs", undecided: "undecided" } as const

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const format = yield* choice(args, "format", ["text", "json"], "text")
  const project = yield* Project.around(process.cwd(), args.text("store"))
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
    const lines = grouped(explanations).flatMap(([first, ...others]) => {
      if (first === undefined) return []
      const named = others.length === 0 ? first.node : `${(others.length + 1).toLocaleString("en")} nodes`
      const own = new Set([first, ...others].map(({ node }) => node))
      const waitsFor = [...new Set([first, ...others].flatMap((each) => each.waitsFor))]
      const awaited = { ...first, waitsFor: waitsFor.filter((node) => !own.has(node)) }
      return [`${first.stage}: ${word[first.status]} (${named})`, ...causeLines(awaited)]
    })
    yield* Terminal.print(`${lines.join("\n")}\n`)
    return 0
  }).pipe(Effect.provide(Cache.layer(project)))
})
