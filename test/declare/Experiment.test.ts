import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as Experiment from "../../src/declare/Experiment.ts"
import * as Grid from "../../src/declare/Grid.ts"
import * as Pipeline from "../../src/declare/Pipeline.ts"
import * as Setting from "../../src/declare/Setting.ts"
import * as Stage from "../../src/declare/Stage.ts"
import * as Table from "../../src/declare/Table.ts"
import { refusal } from "./refusal.ts"

const train = Stage.make("train", {
  config: Schema.Struct({ method: Schema.String, lambda: Schema.Finite, seed: Schema.Int }),
  output: Artifact.metrics(["accuracy"]),
  run: () => Effect.succeed({ accuracy: { value: 1 } })
})
const Params = Schema.Struct({ method: Schema.String, lambda: Schema.Finite, seed: Schema.Int })

/** A pipeline that counts how often it is built. */
const counting = () => {
  const built: Array<typeof Params.Type> = []
  const pipeline = Pipeline.make("p", Params, (params) => {
    built.push(params)
    return { metrics: train.node({}, params) }
  })
  return { built, pipeline }
}
const grid = Grid.rows([{ method: "a" }, { method: "b" }]).cross({ lambda: [1, 2], seed: Grid.seeds([3, 4]) })
const table = Table.make({ title: "T", rows: ["method", "lambda"], columns: [{ metric: "accuracy", label: "A" }] })

describe("Experiment.make", () => {
  it("accepts names of lower-case letters, digits, - and _, and refuses others", () => {
    const { pipeline } = counting()
    assert.strictEqual(Experiment.make("table-3_b", { pipeline, grid }).name, "table-3_b")
    for (const name of ["", "Table3", "a/b", "-x", "a b"]) {
      const error = refusal(() => Experiment.make(name, { pipeline, grid }))
      assert.strictEqual(error.subject, `experiment "${name}"`)
      assert.include(error.problem, "lower-case letters")
    }
  })

  it("is recognised among other values; declaring it builds nothing", () => {
    const { built, pipeline } = counting()
    const experiment = Experiment.make("e", { pipeline, grid, description: "Asks." })
    assert.isTrue(Experiment.isExperiment(experiment))
    for (const other of [null, undefined, {}, [], "e", train, pipeline, grid])
      assert.isFalse(Experiment.isExperiment(other))
    assert.deepStrictEqual(built, [])
    assert.strictEqual(experiment.description, "Asks.")
    assert.isUndefined(experiment.layer)
  })

  it("keeps the layer for the services its stages ask for", () => {
    class Lexicon extends Context.Service<Lexicon, { readonly words: number }>()("test/declare/Lexicon") {}
    const look = Stage.make("look", {
      output: Artifact.json(Schema.Finite),
      run: () => Lexicon.use(({ words }) => Effect.succeed(words))
    })
    const layer = Layer.succeed(Lexicon, { words: 3 })
    const pipeline = Pipeline.make("p", Schema.Struct({}), () => ({ look: look.node({}) }))
    const experiment = Experiment.make("e", { pipeline, grid: Grid.rows([{ m: "a" }]), layer })
    assert.strictEqual(experiment.layer, layer)
  })
})

describe("expansion", () => {
  it("gives every point its cell: id, variant, labels, seed, and the nodes built for it", () => {
    const { built, pipeline } = counting()
    const { axes, cells, seedAxis, table: spec } = Experiment.make("e", { pipeline, grid, table }).expand({})
    assert.deepStrictEqual(axes, ["method", "lambda"])
    assert.strictEqual(seedAxis, "seed")
    assert.strictEqual(spec, table)
    assert.deepStrictEqual(
      cells.map((cell) => cell.id),
      [
        "method=a,lambda=1,seed=3",
        "method=a,lambda=1,seed=4",
        "method=a,lambda=2,seed=3",
        "method=a,lambda=2,seed=4",
        "method=b,lambda=1,seed=3",
        "method=b,lambda=1,seed=4",
        "method=b,lambda=2,seed=3",
        "method=b,lambda=2,seed=4"
      ]
    )
    const [, second] = cells
    assert.strictEqual(second?.variant, "method=a,lambda=1")
    assert.deepStrictEqual(second?.labels, { method: "a", lambda: "1" })
    assert.strictEqual(second?.seed, 4)
    assert.deepStrictEqual(second?.point, { method: "a", lambda: 1, seed: 4 })
    assert.deepStrictEqual(built[1], { method: "a", lambda: 1, seed: 4 })
    const metrics = second?.outputs.metrics
    assert.deepStrictEqual(metrics?._tag === "StageNode" ? metrics.config : undefined, {
      method: "a",
      lambda: 1,
      seed: 4
    })
  })

  it("without seeds a cell is its variant; with seeds alone the variant is empty", () => {
    const pipeline = Pipeline.make("p", Schema.Struct({}), () => ({}))
    const [plain] = Experiment.make("e", { pipeline, grid: Grid.axes({ k: [null, true] }) }).expand({}).cells
    assert.deepStrictEqual([plain?.id, plain?.variant, plain?.seed], ["k=null", "k=null", null])
    const seeded = Experiment.make("e", { pipeline, grid: Grid.axes({ s: Grid.seeds(2) }) }).expand({})
    assert.deepStrictEqual(
      seeded.cells.map(({ id, seed, variant }) => [id, variant, seed]),
      [
        ["s=0", "", 0],
        ["s=1", "", 1]
      ]
    )
    assert.isNull(seeded.table)
  })

  it("drops points before their nodes are built", () => {
    const { built, pipeline } = counting()
    const experiment = Experiment.make("e", { pipeline, grid })
    const { cells } = experiment.expand({}, (point) => point.method === "b" && point.seed === 4)
    assert.deepStrictEqual(
      cells.map((cell) => cell.id),
      ["method=b,lambda=1,seed=4", "method=b,lambda=2,seed=4"]
    )
    assert.strictEqual(built.length, 2)
    assert.deepStrictEqual(experiment.expand({}, () => false).cells, [])
  })

  it("settings reach the grid, the parameters and the table", () => {
    const { built, pipeline } = counting()
    const settings = Schema.Struct({ seeds: Setting.make(Schema.Int, 2), lambda: Setting.make(Schema.Finite, 1) })
    const experiment = Experiment.make("e", {
      pipeline,
      settings,
      grid: (s) => Grid.rows([{ method: "a" }]).cross({ seed: Grid.seeds(s.seeds) }),
      params: (point, s) => ({ ...point, lambda: s.lambda }),
      table: (s) =>
        Table.make({ title: `λ = ${s.lambda}`, rows: ["method"], columns: [{ metric: "accuracy", label: "A" }] })
    })
    const { cells, table: spec } = experiment.expand(Schema.decodeUnknownSync(experiment.settings)({ lambda: 7 }))
    assert.strictEqual(spec?.title, "λ = 7")
    assert.strictEqual(cells.length, 2)
    assert.deepStrictEqual(built, [
      { method: "a", seed: 0, lambda: 7 },
      { method: "a", seed: 1, lambda: 7 }
    ])
  })

  it("refuses two points that are one cell, be they equal or only printed alike", () => {
    const { pipeline } = counting()
    const twice = Experiment.make("e", { pipeline, grid: grid.concat(grid.filter((p) => p.method === "b")) })
    assert.strictEqual(
      refusal(() => twice.expand({})).message,
      'experiment "e": two points of the grid are the cell method=b,lambda=1,seed=3'
    )
    const alike = Experiment.make("e", {
      pipeline: Pipeline.make("p", Schema.Struct({}), () => ({})),
      grid: Grid.axes({ k: [1, "1"] })
    })
    assert.strictEqual(
      refusal(() => alike.expand({})).problem,
      'two points of the grid are the cell k=1: the values 1 and "1" of axis "k" read alike; label one of them otherwise'
    )
  })

  it("refuses a row axis that the grid does not have, naming those it has", () => {
    const { pipeline } = counting()
    const experiment = Experiment.make("e", { pipeline, grid, table: { ...table, rows: ["model"] } as never })
    assert.strictEqual(
      refusal(() => experiment.expand({})).message,
      `experiment "e": the table's row axis "model" is not in the grid; its axes are method, lambda`
    )
  })

  it("refuses parameters that the pipeline's schema refuses, naming cell and field", () => {
    const { built, pipeline } = counting()
    const experiment = Experiment.make("e", {
      pipeline,
      grid: Grid.rows([{ method: "a", lambda: Number.NaN }]).cross({ seed: Grid.seeds(1) })
    })
    const error = refusal(() => experiment.expand({}))
    assert.include(error.message, 'experiment "e": parameters of cell method=a,lambda=NaN,seed=0 refused')
    assert.include(error.message, "lambda")
    assert.deepStrictEqual(built, [])
  })
})
