import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

export const sample = Stage.make("hello/sample", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Artifact.json(Schema.Array(Schema.Finite)),
  run: (_, { seed }) => {
    const rng = Rng.stream(seed, "sample") // around 0, and one value in ten is an outlier
    return Effect.succeed(Array.from({ length: 500 }, () => rng.normal() * (rng.uniform() < 0.1 ? 20 : 1)))
  }
})

export const distance = Stage.make("hello/distance", {
  config: Schema.Struct({ trim: Schema.Finite }),
  inputs: { sample: Artifact.json(Schema.Array(Schema.Finite)) },
  output: Artifact.metrics(["distance"]),
  run: ({ sample }, { trim }) => {
    const cut = Math.floor(sample.length * trim)
    const kept = sample.toSorted((a, b) => a - b).slice(cut, sample.length - cut)
    return Effect.succeed({ distance: { value: Math.abs(kept.reduce((sum, x) => sum + x, 0)) / kept.length } })
  }
})

export default Experiment.make("hello", {
  pipeline: Pipeline.make("hello", Schema.Struct({ trim: Schema.Finite, seed: Schema.Int }), (point) => ({
    metrics: distance.node({ sample: sample.node({}, point) }, point)
  })),
  grid: Grid.axes({ trim: [0, 0.2, 0.45], seed: Grid.seeds(10) }),
  table: Table.make({
    title: "How far the trimmed mean of 500 values is from the truth",
    rows: ["trim"],
    columns: [{ metric: "distance", label: "distance" }],
    baseline: { trim: "0" }
  })
})
