/** Compile-time cases: every `@ts-expect-error` line must fail to compile, everything else must compile. */
import { Artifact, Experiment, External, Grid, Pipeline, Stage, Table } from "ablate"
import { Context, Effect, Layer, Schema } from "effect"

const Row = Schema.Struct({ text: Schema.String })
class Lexicon extends Context.Service<Lexicon, { readonly words: number }>()("test/Lexicon") {}

const corpus = Stage.make("corpus", {
  output: Artifact.table(Row),
  run: () => Effect.succeed([{ text: "a" }])
})
const count = Stage.make("count", {
  inputs: { corpus: Artifact.table(Row) },
  config: Schema.Struct({ factor: Schema.Finite, label: Schema.String }),
  output: Artifact.json(Schema.Struct({ n: Schema.Finite })),
  run: (inputs, { factor }) => Effect.succeed({ n: inputs.corpus.length * factor })
})
const lookup = Stage.make("lookup", {
  inputs: { count: Artifact.json(Schema.Struct({ n: Schema.Finite })) },
  output: Artifact.json(Schema.Finite),
  run: ({ count }) => Lexicon.use((lexicon) => Effect.succeed(lexicon.words + count.n))
})
const metrics = Stage.make("metrics", {
  inputs: { count: Artifact.json(Schema.Struct({ n: Schema.Finite })) },
  output: Artifact.metrics(["accuracy", "loss"]),
  run: ({ count }) => Effect.succeed({ accuracy: { value: count.n }, loss: { value: null, note: "none" } })
})
const reader = Stage.make("reader", {
  inputs: { file: Artifact.file },
  output: Artifact.json(Schema.Finite),
  run: ({ file }) => Effect.succeed(file.path.length)
})

Stage.make("bad-output", {
  output: Artifact.json(Schema.Finite),
  // @ts-expect-error the output is not what the artifact type says
  run: () => Effect.succeed("text")
})

const c = corpus.node({})
const n = count.node({ corpus: c }, { factor: 2, label: "x" })
reader.node({ file: External.file("a.txt") })
// @ts-expect-error a wrong input artifact
count.node({ corpus: n }, { factor: 2, label: "x" })
// @ts-expect-error a missing input
count.node({}, { factor: 2, label: "x" })
// @ts-expect-error an input that the stage does not have
count.node({ corpus: c, extra: c }, { factor: 2, label: "x" })
// @ts-expect-error a missing config field
count.node({ corpus: c }, { factor: 2 })
// @ts-expect-error no config at all
count.node({ corpus: c })
// @ts-expect-error a config field of the wrong type
count.node({ corpus: c }, { factor: "2", label: "x" })

const Params = Schema.Struct({ factor: Schema.Finite, seed: Schema.Int })
const pipeline = Pipeline.make("p", Params, (p) => {
  const counted = count.node({ corpus: corpus.node({}) }, { factor: p.factor, label: `s${p.seed}` })
  return { counted, metrics: metrics.node({ count: counted }) }
})
const grid = Grid.rows([{ method: "a" }, { method: "b" }]).cross({ factor: [1, 2], seed: Grid.seeds(2) })

grid.filter((p) => p.method === "a" && p.factor > 1)
// @ts-expect-error an unknown axis in a filter
grid.filter((p) => p.methd === "a")

Experiment.make("good", {
  pipeline,
  grid,
  table: Table.make({
    title: "T",
    rows: ["method", "factor"],
    columns: [{ metric: "accuracy", label: "Acc", beside: { metric: "loss", label: "loss" } }],
    baseline: { method: "a" }
  })
})
Experiment.make("bad-column", {
  pipeline,
  grid,
  // @ts-expect-error a column that no stage produces
  table: Table.make({ title: "T", rows: ["method"], columns: [{ metric: "f1", label: "F1" }] })
})
Experiment.make("bad-axis", {
  pipeline,
  grid,
  // @ts-expect-error a row axis that the grid does not have
  table: Table.make({ title: "T", rows: ["model"], columns: [{ metric: "accuracy", label: "A" }] })
})
// @ts-expect-error the points lack a parameter of the pipeline and nothing maps them
Experiment.make("bad-params", { pipeline, grid: Grid.rows([{ method: "a" }]).cross({ seed: Grid.seeds(2) }) })
Experiment.make("mapped", {
  pipeline,
  settings: Schema.Struct({ factor: Schema.Finite }),
  grid: (s) => Grid.rows([{ method: "a" }]).cross({ seed: Grid.seeds(s.factor) }),
  params: (point, settings) => ({ factor: settings.factor, seed: point.seed })
})

const withService = Pipeline.make("s", Params, (p) => ({
  looked: lookup.node({ count: count.node({ corpus: corpus.node({}) }, { factor: p.factor, label: "" }) })
}))
// @ts-expect-error a stage asks for a service that no layer gives
Experiment.make("bad-layer", { pipeline: withService, grid })
Experiment.make("layer", { pipeline: withService, grid, layer: Layer.succeed(Lexicon, { words: 3 }) })
