/**
 * The commands as Effects, for scripts and notebooks: they give data and print nothing.
 *
 *   npx node examples/06-script.ts
 */
import { run, WhyTarget, why } from "ablate/commands"
import { Console, Effect } from "effect"

const program = Effect.gen(function* () {
  const finished = yield* run({ experiment: "examples/02-settings.ts", set: { "sample.outliers": 0.2 }, jobs: 2 })
  for (const row of finished.table?.rows ?? []) {
    const cell = row.cells.distance
    yield* Console.log(`trim ${row.labels.trim}: ${cell?.mean?.toFixed(4)} over ${cell?.n} seeds`)
  }
  // What the default settings would run instead, and why.
  const what = WhyTarget.Cells({ only: { trim: 0.4, seed: 0 } })
  const { nodes } = yield* why({ experiment: "examples/02-settings.ts", what })
  for (const node of nodes) yield* Console.log(`${node.node} ${node.status}`)
})

await Effect.runPromise(program)
