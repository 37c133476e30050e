import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import readings from "../../experiments/readings.ts"
import table3 from "../../experiments/table3.ts"
import * as Dag from "../../src/plan/Dag.ts"

const expand = (settings: object) => readings.expand(Schema.decodeUnknownSync(readings.settings)(settings))

const configs = (dag: Dag.Dag, stage: string) =>
  dag.nodes.flatMap((node) => (node.stage.name === stage ? [JSON.stringify(node.config)] : []))

describe("experiments/readings", () => {
  it("has the split alone and three objectives on every split, and the released code on its own", () => {
    const { cells } = expand({ seeds: 1, releasedEpochs: [200, 2000] })
    assert.lengthOf(cells, 2 * (6 * 4 + 2))
    assert.deepStrictEqual(
      [...new Set(cells.flatMap(({ labels }) => (labels.training === "released-code" ? [labels.split] : [])))],
      ["file-order-7000"]
    )
  })

  it("computes no network twice: neither for another denominator, nor for another objective where there is none", () => {
    const dag = Dag.build(expand({ seeds: 1, splits: ["stratified"], releasedEpochs: [] }).cells)
    // Four without a bias task, three with one under three objectives.
    assert.lengthOf(configs(dag, "train/emotion"), 4 + 9)
    assert.lengthOf(configs(dag, "train/logistic"), 3)
  })

  it("trains the released code's reading as table3 does with preset=paper", () => {
    const paper = table3.expand(Schema.decodeUnknownSync(table3.settings)({ preset: "paper", seeds: 1 }))
    const ours = expand({ seeds: 1, splits: ["file-order-7000"], releasedEpochs: [2000] })
    const released = ours.cells.filter(({ labels }) => labels.training === "released-code")
    for (const stage of ["eec/split", "train/emotion", "train/logistic"]) {
      const [of, other] = [paper.cells, released].map((cells) => configs(Dag.build(cells), stage).sort())
      assert.deepStrictEqual(of, other)
      assert.isNotEmpty(of)
    }
  })

  it("holds every reading to the hundred printed figures", () => {
    const [config = ""] = configs(
      Dag.build(expand({ seeds: 1, splits: ["stratified"] }).cells),
      "metrics/compared-with-print"
    )
    assert.lengthOf(config.match(/"figure":/g) ?? [], 100)
  })
})
