/**
 * A stage in Python, standard library only: a straight line fitted by gradient descent to noisy points. Its files are part
 * of the key: edit python/lib/descent.py, and the fits run again while the points stay.
 *
 *   npx ablate run examples/07-python.ts
 *   npx ablate why examples/07-python.ts rate=0.1,seed=0
 */
import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

const Point = Schema.Struct({ x: Schema.Finite, y: Schema.Finite })

/** Points around y = 2x + 1. */
export const points = Stage.make("python/points", {
  config: Schema.Struct({ seed: Schema.Int, n: Schema.Int }),
  output: Artifact.table(Point),
  run: (_, { n, seed }) =>
    Effect.sync(() => {
      const rng = Rng.stream(seed, "points")
      return Array.from({ length: n }, (_, i) => ({ x: i / n, y: 1 + (2 * i) / n + 0.1 * rng.normal() }))
    })
})

/** The same in every run: Python finds its own files, its input and its config, and nothing else of the project. */
export const fit = Stage.command("python/fit", {
  program: ["python3", "examples/python/fit.py"],
  files: ["examples/python/fit.py", "examples/python/lib/"],
  version: ["python3", "--version"],
  config: Schema.Struct({ rate: Schema.Finite, steps: Schema.Int }),
  inputs: { points: Artifact.table(Point) },
  layout: { points: "csv" },
  output: Artifact.metrics(["slope", "intercept", "loss"]),
  progress: /step (?<current>\d+) of (?<total>\d+), loss (?<loss>\S+)/,
  timeout: "1 minute"
})

const line = Pipeline.make("python", Schema.Struct({ rate: Schema.Finite, seed: Schema.Int }), ({ rate, seed }) => ({
  metrics: fit.node({ points: points.node({}, { seed, n: 50 }) }, { rate, steps: 200 })
}))

export default Experiment.make("python", {
  description: "A line fitted by a Python stage, by learning rate",
  pipeline: line,
  grid: Grid.axes({ rate: [0.05, 0.1, 0.5] }).cross({ seed: Grid.seeds(3) }),
  params: ({ rate, seed }) => ({ rate, seed }),
  table: Table.make({
    title: "A line fitted by gradient descent",
    rows: ["rate"],
    columns: [
      { metric: "slope", label: "slope" },
      { metric: "intercept", label: "intercept" },
      { metric: "loss", label: "loss", digits: 4 }
    ]
  })
})
