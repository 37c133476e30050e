/**
 * Settings: what can be changed from the command line, and compared afterwards.
 *
 *   npx ablate run examples/02-settings.ts
 *   npx ablate run examples/02-settings.ts --set sample.outliers=0.3
 *   npx ablate runs
 *   npx ablate compare <run> settings
 */
import { Artifact, Experiment, Grid, Pipeline, Setting, Stage, Table } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

const Numbers = Artifact.json(Schema.Array(Schema.Finite))

const Sampling = Schema.Struct({
  /** Values a sample. */
  size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 })),
  /** Share of values with twenty times the spread, 0..1. */
  outliers: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  seed: Schema.Int
})

export const sample = Stage.make("settings/sample", {
  config: Sampling,
  output: Numbers,
  run: (_, { outliers, seed, size }) => {
    const rng = Rng.stream(seed, "sample")
    return Effect.succeed(Array.from({ length: size }, () => rng.normal() * (rng.uniform() < outliers ? 20 : 1)))
  }
})

export const distance = Stage.make("settings/distance", {
  config: Schema.Struct({ trim: Schema.Finite }),
  inputs: { sample: Numbers },
  output: Artifact.metrics(["distance", "kept"]),
  run: ({ sample }, { trim }) => {
    const cut = Math.floor(sample.length * trim)
    const kept = sample.toSorted((a, b) => a - b).slice(cut, sample.length - cut)
    // An undefined figure is null with a note, never 0.
    const value = kept.length === 0 ? null : Math.abs(kept.reduce((sum, x) => sum + x, 0)) / kept.length
    return Effect.succeed({
      distance: { value, n: kept.length, ...(value === null ? { note: "nothing is left" } : {}) },
      kept: { value: kept.length }
    })
  }
})

const Params = Schema.Struct({ sampling: Sampling, trim: Schema.Finite })

const trimmedMean = Pipeline.make("trimmed-mean", Params, ({ sampling, trim }) => {
  const drawn = sample.node({}, sampling)
  // Of the outputs, `metrics` fills the table; the others are published for `ablate show`.
  return { drawn, metrics: distance.node({ sample: drawn }, { trim }) }
})

export default Experiment.make("settings", {
  description: "How far the trimmed mean is from the truth, by the share of outliers",
  settings: Schema.Struct({
    seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 10),
    sample: Setting.group({
      size: Setting.make(Sampling.fields.size, 500),
      outliers: Setting.make(Sampling.fields.outliers, 0.1)
    })
  }),
  pipeline: trimmedMean,
  grid: ({ seeds }) => Grid.axes({ trim: [0, 0.1, 0.2, 0.3, 0.4], seed: Grid.seeds(seeds) }),
  params: ({ seed, trim }, settings) => ({ trim, sampling: { ...settings.sample, seed } }),
  table: ({ sample }) =>
    Table.make({
      title: "How far the trimmed mean is from the truth",
      rows: ["trim"],
      columns: [
        { metric: "distance", label: "distance" },
        { metric: "kept", label: "values kept", digits: 0 }
      ],
      baseline: { trim: "0" },
      headline: { columns: ["distance"] }, // what a run ends with; the table has every column
      caption: [`${sample.size} values a sample; one in ${Math.round(1 / sample.outliers)} is an outlier.`]
    })
})
