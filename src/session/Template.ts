/** The files of a new project: one experiment with two stages, a test of it, and what they need to run and to be checked. */
import type { Versions } from "./Version.ts"

const experiment = `/** How far the mean and the median come to lie from the truth, which is 0, with and without outliers. */
import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

const Numbers = Artifact.json(Schema.Array(Schema.Finite))
const Method = Schema.Literals(["mean", "median"])

/** 200 draws around 0; the given share of them from ten times as wide a distribution. */
export const sample = Stage.make("sample", {
  config: Schema.Struct({ outliers: Schema.Finite, seed: Schema.Int }),
  output: Numbers,
  run: (_, { outliers, seed }) =>
    Effect.sync(() => {
      const rng = Rng.stream(seed, "sample")
      return Array.from({ length: 200 }, () => (rng.uniform() < outliers ? 10 : 1) * rng.normal())
    })
})

export const estimate = Stage.make("estimate", {
  config: Schema.Struct({ method: Method }),
  inputs: { numbers: Numbers },
  output: Artifact.metrics(["error"]),
  run: ({ numbers }, { method }) =>
    Effect.sync(() => {
      const sorted = numbers.toSorted((a, b) => a - b)
      const center =
        method === "mean"
          ? numbers.reduce((sum, x) => sum + x, 0) / numbers.length
          : ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
      return { error: { value: Math.abs(center) } }
    })
})

const Params = Schema.Struct({ method: Method, outliers: Schema.Finite, seed: Schema.Int })

export const center = Pipeline.make("center", Params, ({ method, outliers, seed }) => {
  const numbers = sample.node({}, { outliers, seed })
  return { metrics: estimate.node({ numbers }, { method }) }
})

export default Experiment.make("first", {
  pipeline: center,
  grid: Grid.axes({ method: ["mean", "median"], outliers: [0, 0.1], seed: Grid.seeds(10) }),
  table: Table.make({
    title: "Error of two estimators of the center",
    rows: ["outliers", "method"],
    columns: [{ metric: "error", label: "error" }],
    baseline: { method: "mean" }
  })
})
`

const test = `import { strict as assert } from "node:assert"
import { test } from "node:test"
import { runStage } from "ablate/testing"
import { Effect } from "effect"
import { estimate } from "../experiments/first.ts"

test("one outlier moves the mean and not the median", async () => {
  const error = async (method: "mean" | "median") => {
    const { output } = await Effect.runPromise(runStage(estimate, { numbers: [-1, 0, 0, 1, 100] }, { method }))
    return output.error.value
  }
  assert.equal(await error("mean"), 20)
  assert.equal(await error("median"), 0)
})
`

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** What a project's package.json must say, without what the person decides. */
export const manifest = ({ ablate, effect }: Versions) => ({
  private: true,
  type: "module",
  scripts: {
    start: "ablate run first",
    test: "tsc && node --experimental-strip-types --test test/*.test.ts"
  },
  dependencies: { ablate, effect },
  devDependencies: { "@types/node": "^24.0.0", typescript: "^7.0.0" }
})

/** By path in the project, all but package.json. */
export const files: Readonly<Record<string, string>> = {
  "experiments/first.ts": experiment,
  "test/first.test.ts": test,
  "tsconfig.json": json({
    compilerOptions: {
      target: "es2024",
      module: "nodenext",
      types: ["node"],
      strict: true,
      noUncheckedIndexedAccess: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true
    },
    include: ["experiments", "test"]
  }),
  ".gitignore": "node_modules/\n.ablate/\n"
}
