import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import table2 from "../../experiments/table2.ts"
import table3 from "../../experiments/table3.ts"
import * as Dag from "../../src/plan/Dag.ts"

const expand = (settings: object) => table3.expand(Schema.decodeUnknownSync(table3.settings)(settings))

const configOf = (dag: Dag.Dag, stage: string) =>
  dag.nodes.filter((node) => node.stage.name === stage).map((node) => node.config)

describe("experiments/table3", () => {
  it("is ten rows by two splits by five seeds, with one corpus and one set of vectors for all", () => {
    const { cells } = expand({})
    assert.strictEqual(cells.length, 100)
    const dag = Dag.build(cells)
    const count = (stage: string) => configOf(dag, stage).length
    assert.strictEqual(count("eec/corpus"), 1)
    assert.strictEqual(count("words/vectors"), 1)
    assert.strictEqual(count("words/debias"), 1)
    // Three samplings by five seeds, whatever the variants.
    assert.strictEqual(count("eec/subsample"), 15)
    assert.strictEqual(count("eec/split"), 30)
    assert.strictEqual(count("train/logistic"), 30)
    assert.strictEqual(count("train/emotion"), 70)
  })

  it("variants of one seed share sample, split and training seed", () => {
    const { cells } = expand({ seeds: 2, splits: ["stratified"] })
    const dag = Dag.build(cells)
    const splitsOf = (method: string) =>
      dag.nodes
        .filter((node) => node.stage.name === "eec/split")
        .filter((node) => node.cells.some((cell) => cells[cell]?.labels.method === method))
        .map((node) => node.index)
    assert.deepStrictEqual(splitsOf("agnostic"), splitsOf("aware-joint"))
  })

  it("λ changes the bias-aware rows alone", () => {
    const configs = (lambda: number) =>
      configOf(Dag.build(expand({ train: { lambda }, seeds: 1 }).cells), "train/emotion")
    const changed = configs(1).filter((config, at) => JSON.stringify(config) !== JSON.stringify(configs(2)[at]))
    // Three aware rows in two splits.
    assert.strictEqual(changed.length, 6)
  })

  it("the released-code preset is two Adams, [0,1) weights, full batch, 2,000 epochs and 200 units", () => {
    const dag = Dag.build(expand({ train: { preset: "released-code" }, seeds: 1, splits: ["file-order"] }).cells)
    const [first] = configOf(dag, "train/emotion")
    const { train } = first as { readonly train: { readonly [field: string]: unknown } }
    assert.deepInclude(train, {
      width: 200,
      init: "unit-uniform",
      optimiser: "separate",
      epochs: 2000,
      batch: null,
      learningRate: 0.001,
      activation: "relu",
      output: "sigmoid"
    })
  })

  it("the paper's preset is the released code's split and training; what is set wins over it", () => {
    const paper = (settings: object) => Dag.build(expand({ preset: "paper", seeds: 1, ...settings }).cells)
    const [split] = configOf(paper({}), "eec/split")
    assert.deepInclude(split, { split: "file-order", fileOrderTrain: 7000 })
    const [first] = configOf(paper({}), "train/emotion")
    assert.deepInclude((first as { readonly train: object }).train, { width: 200, epochs: 2000, optimiser: "separate" })
    const other = paper({ splits: ["stratified"], train: { preset: "default" } })
    assert.deepInclude(configOf(other, "eec/split")[0], { split: "stratified", fileOrderTrain: null })
    assert.deepInclude((configOf(other, "train/emotion")[0] as { readonly train: object }).train, { epochs: 30 })
  })

  it("a field that is set wins over the preset", () => {
    const dag = Dag.build(expand({ train: { preset: "released-code", width: 30 }, seeds: 1 }).cells)
    const [first] = configOf(dag, "train/emotion")
    assert.deepInclude(first as { readonly train: object }, {
      train: { ...(first as { train: object }).train, width: 30 }
    })
    assert.strictEqual((first as { readonly train: { readonly width: number } }).train.width, 30)
  })

  it("its headline is there whichever columns are asked for", () => {
    for (const columns of ["paper", "all"])
      assert.deepStrictEqual(expand({ columns }).table?.headline?.columns, [
        "accuracy",
        "fear_gender_F",
        "fear_race_F",
        "anger_gender_F"
      ])
  })

  it("its table names the vectors as a stand-in unless a file is given", () => {
    const sources = (settings: object) => (expand(settings).table?.sources ?? []).join(" ")
    assert.include(sources({}), "stand-in")
    assert.notInclude(sources({ words: { path: "own.bin", format: "word2vec" } }), "stand-in")
  })
})

describe("experiments/table2", () => {
  it("counts five groups in three samplings, with the paper's figures beside", () => {
    const { cells, table } = table2.expand(Schema.decodeUnknownSync(table2.settings)({}))
    assert.strictEqual(cells.length, 15)
    assert.strictEqual(table?.reference?.rows.length, 15)
  })
})
