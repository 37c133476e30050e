import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import cocoBias from "../../experiments/coco-bias.ts"
import * as Dag from "../../src/plan/Dag.ts"

const expand = (settings: object) => cocoBias.expand(Schema.decodeUnknownSync(cocoBias.settings)(settings))
const dagOf = (settings: object) => Dag.build(expand(settings).cells)
const configsOf = (dag: Dag.Dag, stage: string) =>
  dag.nodes.filter((node) => node.stage.name === stage).map((node) => node.config)
const counts = (dag: Dag.Dag, stages: ReadonlyArray<string>) => stages.map((stage) => configsOf(dag, stage).length)

describe("experiments/coco-bias", () => {
  it("trains a baseline and one auxiliary classifier a seed on one set of images; RBA trains nothing", () => {
    const dag = dagOf({})
    assert.deepStrictEqual(
      counts(dag, ["coco/stand-in", "images/synthetic", "coco/rows", "coco/split", "descriptor/fit", "rba/calibrate"]),
      [1, 1, 1, 5, 5, 5]
    )
    assert.deepStrictEqual(counts(dag, ["train/multi-label", "train/multi-label-aux"]), [5, 5])
    const splitsOf = (method: string) =>
      dag.nodes
        .filter((node) => node.stage.name === "coco/split")
        .filter((node) => node.cells.some((cell) => dag.cells[cell]?.labels.method === method))
        .map((node) => node.index)
    assert.deepStrictEqual(splitsOf("baseline"), splitsOf("auxiliary"))
  })

  it("another λ changes the auxiliary classifiers alone", () => {
    const [one, three] = [dagOf({}), dagOf({ auxiliary: { lambda: 3 } })]
    for (const stage of ["train/multi-label", "descriptor/fit", "descriptor/sample", "rba/calibrate", "coco/split"])
      assert.deepStrictEqual(configsOf(one, stage), configsOf(three, stage), stage)
    assert.notDeepEqual(configsOf(one, "train/multi-label-aux"), configsOf(three, "train/multi-label-aux"))
  })

  it("all variants: surrogates, both genders, fresh draws and a sweep of λ, each what its name says", () => {
    const dag = dagOf({ variants: "all", seeds: 1 })
    assert.deepStrictEqual(
      counts(dag, ["train/multi-label-aux", "train/multi-label-online", "descriptor/fit"]),
      [10, 1, 1]
    )
    const auxiliaryOf = (method: string) => {
      const node = dag.nodes.find(
        ({ cells, stage }) =>
          stage.name.startsWith("train/multi-label-") &&
          stage.name !== "train/multi-label-predict" &&
          cells.every((cell) => dag.cells[cell]?.labels.method === method) &&
          cells.some((cell) => dag.cells[cell]?.labels.method === method)
      )
      const config = node?.config
      return typeof config === "object" && config !== null ? Reflect.get(config, "auxiliary") : undefined
    }
    const product = {
      surrogate: "product",
      beta: null,
      genders: "man",
      lambda: 1,
      rowsPerStep: 64,
      frequencies: "pass"
    }
    assert.deepStrictEqual(auxiliaryOf("auxiliary-both"), { ...product, genders: "both" })
    assert.deepStrictEqual(auxiliaryOf("auxiliary-sharpened"), { ...product, surrogate: "sharpened", beta: 10 })
    assert.deepStrictEqual(auxiliaryOf("auxiliary-straight-through-both"), {
      ...product,
      surrogate: "straight-through",
      genders: "both"
    })
    assert.deepStrictEqual(auxiliaryOf("auxiliary-λ0.1"), { ...product, lambda: 0.1 })
    assert.deepStrictEqual(auxiliaryOf("auxiliary-online"), product)
  })

  it("takes the extractor from what the user has", () => {
    const extractors = ["images/synthetic", "images/centernet-shard", "images/resnet34-shard"]
    const coco = { dir: "/data/coco" }
    assert.deepStrictEqual(counts(dagOf({ coco, seeds: 1 }), extractors), [0, 155, 0])
    const weights = "resnet34.onnx"
    assert.deepStrictEqual(counts(dagOf({ coco, seeds: 1, embeddings: { weights, shards: 3 } }), extractors), [0, 0, 3])
    assert.throws(() => expand({ embeddings: { extractor: "resnet34", weights } }), /needs images.*--set coco\.dir/)
    assert.throws(
      () => expand({ coco, embeddings: { extractor: "resnet34" } }),
      /needs weights.*--set embeddings\.weights/
    )
  })

  it("draws figures 1 and 2, and a sweep where λ is swept", () => {
    const { drawn, table } = expand({ seeds: 2 })
    const filesOf = (figures: typeof drawn) => figures.map(({ spec }) => spec.file)
    assert.includeMembers(filesOf(drawn), ["figure-1-baseline.svg", "figure-2-auxiliary.svg", "tradeoff.svg"])
    assert.notInclude(filesOf(drawn), "sweep-lambda.svg")
    const swept = expand({ variants: "sweep", seeds: 1, auxiliary: { lambda: 2 } }).drawn
    const sweep = swept.flatMap(({ spec }) => (spec._tag === "sweep" ? [spec] : []))[0]
    assert.deepStrictEqual(sweep?.at, {
      baseline: 0,
      auxiliary: 2,
      "auxiliary-λ0.1": 0.1,
      "auxiliary-λ0.3": 0.3,
      "auxiliary-λ3": 3,
      "auxiliary-λ10": 10
    })
    assert.deepStrictEqual(
      table?.reference?.rows.map(({ figures: { amp_zhao } }) => amp_zhao?.value),
      [0.1624, 0.075]
    )
  })
})
