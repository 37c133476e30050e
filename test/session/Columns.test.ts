import { assert, describe, it } from "@effect/vitest"
import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"
import { columnProblem, tableProblem } from "../../src/session/Columns.ts"

const measured = Stage.make("measured", {
  output: Artifact.metrics(["accuracy"]),
  run: () => Effect.succeed({ accuracy: { value: 1 } })
})
const { cells, table } = Experiment.make("x", {
  pipeline: Pipeline.make("p", Schema.Struct({ method: Schema.String }), () => ({ metrics: measured.node({}) })),
  grid: Grid.axes({ method: ["a", "b"] }).cross({ seed: Grid.seeds(2) }),
  table: Table.make({ title: "T", rows: ["method"], columns: [{ metric: "accuracy", label: "A" }] })
}).expand({})

describe("what a table asks for", () => {
  it("is taken where it is a table of what is measured", () => {
    for (const problem of [tableProblem(table), columnProblem(table, cells), tableProblem(null)])
      assert.isUndefined(problem)
  })

  it("is refused where it is no table, with the place", () => {
    const claims = [{ text: "a is better", metric: "accuracy", rows: { method: "a" }, direction: "higher" }]
    assert.strictEqual(tableProblem({ ...table, claims }), 'its table is none: Missing key at ["claims"][0]["labels"]')
  })

  it("is refused where no stage measures it, with the nearest name", () => {
    assert(table !== null)
    assert.strictEqual(
      columnProblem({ ...table, columns: [{ metric: "acuracy", label: "A" }] }, cells),
      `the table's column "A" asks for the metric "acuracy", which no stage declares. Did you mean "accuracy"? Declared are accuracy`
    )
  })
})
