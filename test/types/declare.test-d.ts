/** Compile-time cases: every `@ts-expect-error` line must fail to compile, everything else must compile. */
import {
  Artifact,
  Experiment,
  External,
  Figure,
  Grid,
  type OutputOf,
  Pipeline,
  Select,
  type ServicesOf,
  Setting,
  Stage,
  Table
} from "ablate"
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
// @ts-expect-error a variable is no file
reader.node({ file: External.env("HOME") })
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
const measured = {
  title: "T",
  rows: ["method"],
  columns: [{ metric: "accuracy", label: "A", beside: { metric: "loss", label: "loss" } }]
} as const
Table.make({ ...measured, headline: { columns: ["accuracy"], where: { method: "a" } } })
// @ts-expect-error a headline of a column that the table does not have
Table.make({ ...measured, headline: { columns: ["f1"] } })
// @ts-expect-error what stands beside a column is no column
Table.make({ ...measured, headline: { columns: ["loss"] } })
// @ts-expect-error a headline by an axis that labels no row
Table.make({ ...measured, headline: { columns: ["accuracy"], where: { model: "a" } } })
// @ts-expect-error a claim about a column that the table does not have
Table.make({ ...measured, claims: [{ text: "so", metric: "f1", labels: { method: "a" }, direction: "higher" }] })
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

// Services: what a stage asks for is carried by its node, through every node behind it, to the experiment.
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const isTrue = <T extends true>(value: T) => value
class Clockwork extends Context.Service<Clockwork, { readonly ticks: number }>()("test/Clockwork") {}
const looked = lookup.node({ count: n })
const tick = Stage.make("tick", {
  inputs: { n: Artifact.json(Schema.Finite) },
  output: Artifact.json(Schema.Finite),
  run: ({ n }) => Clockwork.use((clock) => Effect.succeed(clock.ticks + n))
})
const ticked = tick.node({ n: looked })
isTrue<Equal<OutputOf<typeof looked>, number>>(true)
isTrue<Equal<ServicesOf<typeof c>, never>>(true)
isTrue<Equal<ServicesOf<typeof looked>, Lexicon>>(true)
isTrue<Equal<ServicesOf<typeof ticked>, Lexicon | Clockwork>>(true)
// @ts-expect-error it is not without services
isTrue<Equal<ServicesOf<typeof ticked>, never>>(true)
const withTwo = Pipeline.make("two", Params, () => ({ ticked }))
// @ts-expect-error one of two services is missing
Experiment.make("half-layer", { pipeline: withTwo, grid, layer: Layer.succeed(Lexicon, { words: 3 }) })
Experiment.make("open-layer", {
  pipeline: withService,
  grid,
  // @ts-expect-error the layer needs something itself
  layer: Layer.effect(
    Lexicon,
    Clockwork.use((clock) => Effect.succeed({ words: clock.ticks }))
  )
})
Experiment.make("both-layers", {
  pipeline: withTwo,
  grid,
  layer: Layer.merge(Layer.succeed(Lexicon, { words: 3 }), Layer.succeed(Clockwork, { ticks: 1 }))
})

// Grids: zipped and crossed axes are fields of the points, with their values' types.
const zipped = Grid.rows([{ method: "a" }, { method: "b" }]).zip({ k: [1, 2], seed: Grid.seeds([5, 6]) })
zipped.filter((p) => isTrue<Equal<typeof p.seed, number>>(true) && isTrue<Equal<typeof p.k, 1 | 2>>(true))
zipped.filter((p) => isTrue<Equal<typeof p.method, "a" | "b">>(true))
// @ts-expect-error a value that the axis does not have
zipped.filter((p) => p.method === "c")
// @ts-expect-error a zipped axis of another name
zipped.filter((p) => p.l === 1)
// @ts-expect-error seeds are numbers
Grid.seeds(["a"])
// @ts-expect-error a label is a text, a number, a boolean or null
Grid.axes({ k: [{}] })
grid.concat(grid.filter((p) => p.factor > 1))
// @ts-expect-error another grid's points have other axes
grid.concat(zipped)

// Settings: their decoded types reach grid, parameters and table.
const settings = Schema.Struct({
  seeds: Setting.make(Schema.Int, 5),
  day: Setting.make(Schema.DateFromString, "1970-01-01T00:00:00.000Z"),
  train: Setting.group({ factor: Setting.make(Schema.Finite, 1) })
})
isTrue<Equal<(typeof settings)["Type"]["seeds"], number>>(true)
isTrue<Equal<(typeof settings)["Type"]["day"], Date>>(true)
isTrue<Equal<(typeof settings)["Type"]["train"]["factor"], number>>(true)
// @ts-expect-error a default of another type
Setting.make(Schema.Int, "5")
// @ts-expect-error the default is given as the schema encodes it
Setting.make(Schema.DateFromString, new Date(0))
Experiment.make("set", {
  pipeline,
  settings,
  grid: (s) => Grid.rows([{ method: "a" }]).cross({ seed: Grid.seeds(s.seeds) }),
  params: (point, s) => ({ factor: s.train.factor + s.day.getTime(), seed: point.seed }),
  table: (s) => Table.make({ title: `${s.seeds}`, rows: ["method"], columns: [{ metric: "loss", label: "L" }] })
})
Experiment.make("bad-setting", {
  pipeline,
  settings,
  grid,
  // @ts-expect-error a setting that is not declared
  params: (point, s) => ({ factor: s.lambda, seed: point.seed })
})

// Tables: what stands beside a column is a metric too, and the baseline names axes that label the rows.
Experiment.make("bad-beside", {
  pipeline,
  grid,
  // @ts-expect-error a metric beside a column that no stage produces
  table: Table.make({
    title: "T",
    rows: ["method"],
    columns: [{ metric: "accuracy", label: "A", beside: { metric: "f1", label: "F1" } }]
  })
})
Table.make({
  title: "T",
  rows: ["method"],
  columns: [{ metric: "accuracy", label: "A" }],
  // @ts-expect-error a baseline on an axis that labels no row
  baseline: { model: "a" }
})
const noMetrics = Pipeline.make("n", Params, () => ({ count: n }))
Experiment.make("no-metrics", {
  pipeline: noMetrics,
  grid,
  // @ts-expect-error without a metrics output there is nothing to tabulate
  table: Table.make({ title: "T", rows: ["method"], columns: [{ metric: "accuracy", label: "A" }] })
})
const wrongMetrics = Pipeline.make("w", Params, () => ({ metrics: n }))
// @ts-expect-error the output `metrics` is not an Artifact.metrics node
Experiment.make("wrong-metrics", { pipeline: wrongMetrics, grid })

const rows = Stage.make("rows", {
  output: Artifact.contributions,
  run: () => Effect.succeed({ by: "person", groups: ["a"], figures: { accuracy: { of: [1], in: [2] } } })
})
Experiment.make("contributions", {
  pipeline: Pipeline.make("c", Params, () => ({ metrics: metrics.node({ count: n }), contributions: rows.node({}) })),
  grid
})
const wrongRows = Pipeline.make("r", Params, () => ({ metrics: metrics.node({ count: n }), contributions: n }))
// @ts-expect-error the output `contributions` is not an Artifact.contributions node
Experiment.make("wrong-contributions", { pipeline: wrongRows, grid })
Table.make({
  title: "T",
  rows: ["method"],
  columns: [{ metric: "accuracy", label: "A" }],
  // @ts-expect-error tasks on an axis that labels no row
  aggregates: { figures: ["improvement"], tasks: ["dataset"] }
})

// Stages: inputs and config are typed inside `run`, and metrics are all there.
Stage.make("typed-run", {
  inputs: { corpus: Artifact.table(Row) },
  config: Schema.Struct({ k: Schema.Int }),
  output: Artifact.json(Schema.Finite),
  run: (inputs, config) => {
    isTrue<Equal<(typeof inputs.corpus)[number], { readonly text: string }>>(true)
    isTrue<Equal<typeof config.k, number>>(true)
    // @ts-expect-error an input that is not declared
    inputs.other
    return Effect.succeed(config.k)
  }
})
Stage.make("half-metrics", {
  output: Artifact.metrics(["accuracy", "loss"]),
  // @ts-expect-error a declared metric is missing
  run: () => Effect.succeed({ accuracy: { value: 1 } })
})
// @ts-expect-error a file where an artifact is wanted
count.node({ corpus: External.file("a.txt") }, { factor: 2, label: "x" })
// @ts-expect-error an artifact where a file is wanted
reader.node({ file: c })

// Lists: an array of nodes of the element's type; their services count.
const total = Stage.make("total", {
  inputs: { counts: Artifact.list(Artifact.json(Schema.Struct({ n: Schema.Finite }))) },
  output: Artifact.json(Schema.Finite),
  run: ({ counts }) => {
    isTrue<Equal<typeof counts, ReadonlyArray<{ readonly n: number }>>>(true)
    return Effect.succeed(counts.length)
  }
})
total.node({ counts: [n, n] })
total.node({ counts: [1, 2].map((factor) => count.node({ corpus: c }, { factor, label: "x" })) })
// @ts-expect-error one node where an array is needed
total.node({ counts: n })
// @ts-expect-error an element of another type
total.node({ counts: [n, c] })
const sumOfLookups = Stage.make("sum-of-lookups", {
  inputs: { found: Artifact.list(Artifact.json(Schema.Finite)) },
  output: Artifact.json(Schema.Finite),
  run: ({ found }) => Effect.succeed(found.length)
}).node({ found: [lookup.node({ count: n })] })
isTrue<Equal<ServicesOf<typeof sumOfLookups>, Lexicon>>(true)

// Figures: of cells with their points and outputs, as nodes of raw bytes.
const picture = Stage.make("picture", {
  inputs: { counts: Artifact.list(Artifact.json(Schema.Struct({ n: Schema.Finite }))) },
  output: Artifact.bytes,
  run: () => Effect.succeed(new Uint8Array())
})
Experiment.make("pictured", {
  settings: Schema.Struct({ seeds: Setting.make(Schema.Int, 5), title: Setting.make(Schema.String, "") }),
  pipeline,
  // A grid of the settings, parameters and a table as values: all of them infer the points.
  grid: ({ seeds }) => Grid.rows([{ method: "a" }, { method: "b" }]).cross({ factor: [1, 2], seed: Grid.seeds(seeds) }),
  params: ({ factor, method, seed }) => ({ factor: factor + method.length, seed }),
  table: Table.make({ title: "T", rows: ["method"], columns: [{ metric: "accuracy", label: "A" }] }),
  figures: [
    {
      file: "a.svg",
      of: (point) => point.method === "a",
      node: (cells, { title }) => {
        isTrue<Equal<typeof title, string>>(true)
        return picture.node({ counts: cells.map(({ outputs }) => outputs.counted) })
      }
    }
  ]
})
Experiment.make("pictured", {
  pipeline,
  grid,
  // @ts-expect-error an axis that the grid does not have
  figures: [{ file: "a.svg", of: (point) => point.methd === "a", node: () => picture.node({ counts: [] }) }]
})
Experiment.make("pictured", {
  pipeline,
  grid,
  // @ts-expect-error a node that is not of raw bytes
  figures: [{ file: "a.svg", node: () => corpus.node({}) }]
})

// Stages that are external programs.
const program = Stage.command("program", {
  program: ["python", "train.py"],
  config: Schema.Struct({ rate: Schema.Finite }),
  inputs: { file: Artifact.file },
  layout: { file: "data.bin" },
  output: Artifact.folder
})
const folder = program.node({ file: External.file("data.bin") }, { rate: 1 })
export const folderPath = (made: OutputOf<typeof folder>): string => made.path
// A file of a stage is wired like one of the user.
const gives = Stage.make("gives", { output: Artifact.file, run: () => Effect.succeed("/a/path") })
program.node({ file: gives.node({}) }, { rate: 1 })
// @ts-expect-error a missing input
program.node({}, { rate: 1 })
// @ts-expect-error a config field of another type
program.node({ file: External.file("x") }, { rate: "1" })
// @ts-expect-error a table where a file is wanted
program.node({ file: corpus.node({}) }, { rate: 1 })
Stage.command("other", {
  program: ["x"],
  inputs: { a: Artifact.bytes },
  // @ts-expect-error a layout of what is no input
  layout: { b: "csv" },
  output: Artifact.bytes
})
// @ts-expect-error a program has at least its name
Stage.command("none", { program: [], output: Artifact.bytes })
// @ts-expect-error neither a path nor a file
Stage.make("wrong", { output: Artifact.file, run: () => Effect.succeed(1) })

const drawn = { pipeline, grid } as const
interface Counted {
  readonly n: number
}
Experiment.make("figures", {
  ...drawn,
  figures: [
    Figure.forest({ metric: "accuracy", where: { method: "a", factor: [1, 2] } }),
    Figure.effects({ metric: "accuracy", where: { method: "a" } }),
    Figure.tradeoff({ x: "accuracy", y: { metric: "loss", better: "lower" }, reference: { x: 0, y: 1 } }),
    Figure.sweep({ metric: "loss", axis: "factor", at: { a: 1 }, where: { method: "a" } }),
    Figure.curves({ from: "counted", curves: ({ n }: Counted) => ({ n: [n] }) }),
    Figure.scatter({
      from: "counted",
      points: ({ n }: Counted) => [{ label: "n", x: n, y: null }],
      xTitle: "x",
      yTitle: "y",
      metric: "loss",
      where: { method: "a", factor: 1 }
    })
  ]
})
Experiment.make("figures-of-settings", {
  ...drawn,
  settings: Schema.Struct({ metric: Schema.Literals(["accuracy", "loss"]) }),
  figures: ({ metric }) => [Figure.forest({ metric })]
})
// @ts-expect-error a forest of a metric that no stage produces
Experiment.make("bad-forest", { ...drawn, figures: [Figure.forest({ metric: "f1" })] })
// @ts-expect-error effects on one
Experiment.make("bad-effects", { ...drawn, figures: [Figure.effects({ metric: "f1" })] })
// @ts-expect-error a trade-off with one
Experiment.make("bad-tradeoff", { ...drawn, figures: [Figure.tradeoff({ x: "accuracy", y: "f1" })] })
// @ts-expect-error a sweep along an axis that the grid does not have
Experiment.make("bad-sweep", { ...drawn, figures: [Figure.sweep({ metric: "loss", axis: "lambda" })] })
// @ts-expect-error rows chosen by an axis that the grid does not have
Experiment.make("bad-where", { ...drawn, figures: [Figure.forest({ metric: "loss", where: { model: "a" } })] })
// @ts-expect-error an output that the pipeline does not have
Experiment.make("bad-from", { ...drawn, figures: [Figure.curves({ from: "model", curves: (_: Counted) => ({}) })] })
Experiment.make("bad-value", {
  ...drawn,
  // @ts-expect-error an output of another type
  figures: [Figure.curves({ from: "counted", curves: ({ text }: { readonly text: string }) => ({ [text]: [1] }) })]
})
Experiment.make("bad-corner", {
  ...drawn,
  figures: [
    // @ts-expect-error a corner with a metric that no stage produces
    Figure.scatter({ from: "counted", points: (_: Counted) => [], xTitle: "x", yTitle: "y", metric: "f1" })
  ]
})
// @ts-expect-error not a curve
Figure.curves({ from: "counted", curves: ({ n }: Counted) => ({ n }) })
// @ts-expect-error no axis to go along
Figure.sweep({ metric: "loss" })

// Selection: the metric to choose by, what is handed on and what is published are types.
const widths = [1, 2].map((factor) => {
  const output = count.node({ corpus: c }, { factor, label: "" })
  return { label: `factor=${factor}`, validation: metrics.node({ count: output }), output }
})
const byAccuracy = Select.choice("by-accuracy", { metric: "accuracy", better: "higher" })
const byRecall = Select.choice("by-recall", { metric: "recall", better: "higher" })
const chosenCount = Select.chosen("chosen-count", Artifact.json(Schema.Struct({ n: Schema.Finite })))
const chosenText = Select.chosen("chosen-text", Artifact.json(Schema.String))
const heldOut = [External.file("test.csv")] as const
const selected = Select.best({ choice: byAccuracy, chosen: chosenCount, candidates: widths, heldOut })
isTrue<Equal<OutputOf<typeof selected.output>, { readonly n: number }>>(true)
isTrue<Equal<OutputOf<typeof selected.choice>, Select.Choice>>(true)
// @ts-expect-error a metric that the validation nodes do not have
Select.best({ choice: byRecall, chosen: chosenCount, candidates: widths, heldOut })
// @ts-expect-error candidates that make another thing than is handed on
Select.best({ choice: byAccuracy, chosen: chosenText, candidates: widths, heldOut })
// @ts-expect-error without the nodes of the test part
Select.best({ choice: byAccuracy, chosen: chosenCount, candidates: widths })
const chosenPipeline = Pipeline.make("chosen", Params, () => ({
  choice: selected.choice,
  metrics: metrics.node({ count: selected.output })
}))
Experiment.make("chosen", { pipeline: chosenPipeline, grid })
// @ts-expect-error the output `choice` is no choice
Experiment.make("no-choice", { pipeline: Pipeline.make("nc", Params, () => ({ choice: n })), grid })

// Designs: what their points hold is a type, as of any grid.
const ablated = Grid.ablation({ base: { augment: true, dropout: 0.5 }, drop: { dropout: 0 } }).cross({
  seed: Grid.seeds(2)
})
ablated.filter((p) => isTrue<Equal<typeof p.variant, string>>(true) && isTrue<Equal<typeof p.dropout, 0.5 | 0>>(true))
ablated.filter((p) => isTrue<Equal<typeof p.augment, true>>(true))
// @ts-expect-error a part that the base does not have
Grid.ablation({ base: { augment: true }, drop: { width: 0 } })
const crossed = Grid.factorial({ a: [false, true], b: ["x", "y"], c: [1, 2] }, { generators: { c: ["a", "b"] } })
crossed.filter((p) => isTrue<Equal<typeof p.c, 1 | 2>>(true) && isTrue<Equal<typeof p.b, "x" | "y">>(true))
// @ts-expect-error a product of what is no factor
Grid.factorial({ a: [false, true], b: [false, true] }, { generators: { b: ["c"] } })
const sampled = Grid.sample({ lr: Grid.log(1e-4, 1e-1), act: ["relu", "tanh"] }, 4)
sampled.filter((p) => isTrue<Equal<typeof p.lr, number>>(true) && isTrue<Equal<typeof p.act, "relu" | "tanh">>(true))
// @ts-expect-error an axis that the space does not have
sampled.filter((p) => p.width > 1)
