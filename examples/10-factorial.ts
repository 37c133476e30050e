/**
 * A fraction of a factorial design: four ways to make a robust mean of a sample, of which the rows are half of all combinations.
 * The table's notes and its figure have main effects and interactions, paired by seed, and say which of them half of the rows
 * cannot tell apart.
 *
 *   npx ablate run examples/10-factorial.ts
 *   npx ablate table examples/10-factorial.ts --notes all
 */
import { Artifact, Experiment, Figure, Grid, Pipeline, Stage, Table } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

const Numbers = Artifact.json(Schema.Array(Schema.Finite))

/** Values around 0, of which one in ten has twenty times the spread. */
export const sample = Stage.make("factorial/sample", {
  config: Schema.Struct({ size: Schema.Int, seed: Schema.Int }),
  output: Numbers,
  run: (_, { seed, size }) => {
    const rng = Rng.stream(seed, "sample")
    return Effect.succeed(Array.from({ length: size }, () => rng.normal() * (rng.uniform() < 0.1 ? 20 : 1)))
  }
})

const Treatment = Schema.Struct({
  trim: Schema.Boolean,
  clip: Schema.Boolean,
  shrink: Schema.Boolean,
  larger: Schema.Boolean
})

/** How far the mean of a sample that was treated is from 0. */
export const distance = Stage.make("factorial/distance", {
  config: Treatment,
  inputs: { sample: Numbers },
  output: Artifact.metrics(["distance"]),
  run: ({ sample }, { clip, shrink, trim }) => {
    const cut = trim ? Math.floor(sample.length / 5) : 0
    const kept = sample.toSorted((a, b) => a - b).slice(cut, sample.length - cut)
    const values = clip ? kept.map((value) => Math.max(-2, Math.min(2, value))) : kept
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Effect.succeed({ distance: { value: Math.abs(shrink ? 0.8 * mean : mean), n: values.length } })
  }
})

const Params = Schema.Struct({ ...Treatment.fields, seed: Schema.Int })

const study = Pipeline.make("factorial", Params, ({ seed, ...treatment }) => {
  const drawn = sample.node({}, { size: treatment.larger ? 400 : 100, seed })
  return { metrics: distance.node({ sample: drawn }, treatment) }
})

const levels = [false, true] as const

export default Experiment.make("factorial", {
  description: "What brings a mean near to the truth where some values are outliers: half of all combinations",
  pipeline: study,
  grid: Grid.factorial(
    { trim: levels, clip: levels, shrink: levels, larger: levels },
    { generators: { larger: ["trim", "clip", "shrink"] }, resolution: 4 }
  ).cross({ seed: Grid.seeds(10) }),
  table: Table.make({
    title: "How far a treated mean is from the truth",
    rows: ["trim", "clip", "shrink", "larger"],
    columns: [{ metric: "distance", label: "distance", better: "lower" }],
    effects: { factors: ["trim", "clip", "shrink", "larger"] },
    caption: ["Samples of 100 values (larger: 400) around 0, of which one in ten has twenty times the spread."]
  }),
  figures: [
    Figure.effects({ metric: "distance", title: "What each treatment does to the distance, alone and together" })
  ]
})
