/**
 * As many seeds as the question needs: they are added in rounds until each difference is decided or known well enough.
 *
 *   npx ablate run examples/09-until.ts
 */
import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

const Estimator = Schema.Literals(["mean", "median", "trimmed", "first half"])

const estimates: Readonly<Record<typeof Estimator.Type, (sorted: ReadonlyArray<number>) => number>> = {
  mean: (all) => all.reduce((total, value) => total + value, 0) / all.length,
  median: (sorted) => ((sorted[49] ?? 0) + (sorted[50] ?? 0)) / 2,
  trimmed: (sorted) => estimates.mean(sorted.slice(10, -10)),
  "first half": (sorted) => estimates.mean(sorted.slice(0, 50))
}

/** 100 draws about 0, one in ten of them five times as far out. */
export const draws = Stage.make("until/draws", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Artifact.json(Schema.Array(Schema.Number)),
  run: (_, { seed }) => {
    const rng = Rng.stream(seed, "draws")
    return Effect.succeed(
      Array.from({ length: 100 }, () => rng.normal() * (rng.uniform() < 0.1 ? 5 : 1)).sort((a, b) => a - b)
    )
  }
})

/** How far the estimate is from the truth. */
export const distance = Stage.make("until/distance", {
  config: Schema.Struct({ estimator: Estimator }),
  inputs: { draws: draws.output },
  output: Artifact.metrics(["distance"]),
  run: ({ draws }, { estimator }) => Effect.succeed({ distance: { value: Math.abs(estimates[estimator](draws)) } })
})

export default Experiment.make("until", {
  description: "Which estimate of a centre stands outliers best?",
  pipeline: Pipeline.make(
    "until",
    Schema.Struct({ estimator: Estimator, seed: Schema.Int }),
    ({ estimator, seed }) => ({
      metrics: distance.node({ draws: draws.node({}, { seed }) }, { estimator })
    })
  ),
  grid: Grid.axes({
    estimator: ["mean", "trimmed", "median", "first half"],
    seed: Grid.seeds.until({ metric: "distance", versus: { estimator: "mean" }, resolve: 0.02, max: 120 })
  }),
  table: Table.make({
    title: "Distance from the centre",
    rows: ["estimator"],
    columns: [{ metric: "distance", label: "distance", better: "lower" }],
    baseline: { estimator: "mean" }
  })
})
