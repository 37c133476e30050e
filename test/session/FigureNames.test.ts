import { assert, describe, it } from "@effect/vitest"
import { Artifact, Experiment, Figure, Grid, Pipeline, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"
import type { Drawn } from "../../src/declare/Figure.ts"
import { checkFigures } from "../../src/session/FigureNames.ts"

const measured = Stage.make("measured", {
  output: Artifact.metrics(["accuracy", "gap"]),
  run: () => Effect.succeed({ accuracy: { value: 1 }, gap: { value: 1 } })
})
const expansion = Experiment.make("x", {
  pipeline: Pipeline.make("p", Schema.Struct({ method: Schema.String }), () => ({ metrics: measured.node({}) })),
  grid: Grid.axes({ method: ["a", "b"], lambda: [0, 1] }).cross({ seed: Grid.seeds(2) }),
  table: Table.make({
    title: "T",
    rows: ["method", "lambda"],
    columns: [{ metric: "accuracy", label: "A", better: "higher" }],
    baseline: { method: "a" }
  })
}).expand({})

const problemWith = (drawn: Drawn, more: Partial<typeof expansion> = {}, isWhole = true) =>
  Effect.map(Effect.flip(checkFigures("x.ts", { ...expansion, ...more, drawn: [drawn] }, isWhole)), ({ text }) => text)
const nothing = () => ({})
const { table } = expansion
const withoutBaseline = table === null ? null : (({ baseline: _, ...rest }) => rest)(table)

/** What the types hold, seen by an experiment whose types were lost. */
const cases: ReadonlyArray<readonly [string, Drawn, string, Partial<typeof expansion>?]> = [
  [
    "a metric",
    Figure.forest({ metric: "acuracy" }),
    'figure forest-acuracy.svg: "acuracy" is no column of the table. Did you mean "accuracy"?'
  ],
  ["one of two metrics", Figure.tradeoff({ x: "accuracy", y: "gap" }), '"gap" is no column of the table'],
  [
    "an axis",
    Figure.sweep({ metric: "accuracy", axis: "lamda" }),
    '"lamda" is no axis of the grid. Did you mean "lambda"? There are method, lambda'
  ],
  ["an axis of the selection", Figure.forest({ metric: "accuracy", where: { metod: "a" } }), 'Did you mean "method"?'],
  [
    "an output",
    Figure.curves({ from: "metric", curves: nothing }),
    '"metric" is no output of the pipeline. Did you mean "metrics"?'
  ],
  ["a table", Figure.forest({ metric: "accuracy" }), "the experiment declares none", { table: null }],
  ["a baseline", Figure.forest({ metric: "accuracy" }), "add `baseline: { … }`", { table: withoutBaseline }],
  ["an effect", Figure.effects({ metric: "accuracy" }), "add `effects: { factors: [ … ] }`"],
  [
    "a factor to choose by",
    Figure.effects({ metric: "accuracy", where: { lambda: 1 } }),
    '"lambda" is a factor',
    { table: table === null ? null : { ...table, effects: { factors: ["method", "lambda"] } } }
  ]
]

describe("checkFigures", () => {
  for (const [what, figure, message, more] of cases)
    it.effect(`refuses ${what} that is not there`, () =>
      Effect.gen(function* () {
        assert.include(yield* problemWith(figure, more), message)
      })
    )

  it.effect("refuses a trade-off of which nobody says what is better", () =>
    Effect.gen(function* () {
      const mute = table === null ? null : { ...table, columns: [{ metric: "accuracy", label: "A" }] }
      const figure = Figure.tradeoff({ x: "accuracy", y: { metric: "accuracy", better: "lower" } })
      assert.include(yield* problemWith(figure, { table: mute }), '`better: "higher"`')
    })
  )

  it.effect("takes what is there, and an output that only cells have that were not asked for", () =>
    Effect.gen(function* () {
      const good: ReadonlyArray<Drawn> = [
        Figure.forest({ metric: "accuracy", where: { method: ["a", "b"], lambda: 1 } }),
        Figure.sweep({ metric: "accuracy", axis: "lambda" }),
        Figure.curves({ from: "metrics", curves: nothing })
      ]
      yield* checkFigures("x.ts", { ...expansion, drawn: good }, true)
      const other = [Figure.curves({ from: "model", curves: nothing })]
      yield* checkFigures("x.ts", { ...expansion, drawn: other }, false)
    })
  )
})
