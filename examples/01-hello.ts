import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

const Point = Schema.Struct({ trim: Schema.Finite, seed: Schema.Int })

export const center = Stage.make("hello/center", {
  config: Point,
  output: Artifact.metrics(["distance"]),
  run: (_, { seed, trim }) => {
    const rng = Rng.stream(seed, "sample") // around 0, and one value in ten is an outlier
    const sample = Array.from({ length: 500 }, () => rng.normal() * (rng.uniform() < 0.1 ? 20 : 1))
    const kept = sample.sort((a, b) => a - b).slice(500 * trim, 500 * (1 - trim))
    return Effect.succeed({ distance: { value: Math.abs(kept.reduce((sum, x) => sum + x, 0)) / kept.length } })
  }
})

export default Experiment.make("hello", {
  pipeline: Pipeline.make("hello", Point, (point) => ({ metrics: center.node({}, point) })),
  grid: Grid.axes({ trim: [0, 0.2, 0.45], seed: Grid.seeds(10) }),
  table: Table.make({
    title: "How far the trimmed mean of 500 values is from the truth",
    rows: ["trim"],
    columns: [{ metric: "distance", label: "distance" }],
    baseline: { trim: "0" }
  })
})
