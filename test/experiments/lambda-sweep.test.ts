import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import lambdaSweep from "../../experiments/lambda-sweep.ts"
import * as Dag from "../../src/plan/Dag.ts"

const expand = (settings: object) => lambdaSweep.expand(Schema.decodeUnknownSync(lambdaSweep.settings)(settings))
const small = { seeds: 1, widths: [10, 20], lambdas: [1, 4] }

describe("experiments/lambda-sweep", () => {
  it("has every width and the chosen one without bias terms, and every λ and the chosen one for each objective", () => {
    const { cells } = expand(small)
    assert.deepStrictEqual(
      cells.map(({ labels }) => Object.values(labels).join(" ")),
      [
        ...["10", "20", "chosen"].map((m) => `agnostic 0 ${m}`),
        ...["negative", "reversal", "parity"].flatMap((objective) =>
          ["1", "4", "chosen"].map((lambda) => `${objective} ${lambda} chosen`)
        )
      ]
    )
    for (const { labels, outputs } of cells) assert.strictEqual("choice" in outputs, labels.m === "chosen")
  })

  it("trains every network once a seed, whatever chooses among them, and tests what is chosen", () => {
    const { cells } = expand(small)
    const dag = Dag.build(cells)
    const count = (stage: string) => dag.nodes.filter((node) => node.stage.name === stage).length
    // 2 widths without bias terms, and 2 widths × 2 λ of 3 objectives.
    assert.strictEqual(count("train/emotion"), 14)
    assert.strictEqual(count("planted/metrics"), 14)
    assert.strictEqual(count("planted/tuned-metrics"), cells.length)
    assert.strictEqual(count("planted/best-accuracy"), 1 + 3 * 2)
    assert.strictEqual(count("planted/best-worst-group"), 3)
  })

  it("lets nothing of the test part reach what is trained or chosen", () => {
    const dag = Dag.build(expand(small).cells)
    const isTest = (node: Dag.DagNode) =>
      node.stage.name === "eec/part" && JSON.stringify(node.config) === '{"part":"test"}'
    const reached = new Set<Dag.DagNode>(dag.nodes.filter(isTest))
    // In topological order: every node after its inputs.
    for (const node of dag.nodes)
      if (node.inputs.some((input) => input._tag === "Node" && reached.has(input))) reached.add(node)
    assert.deepStrictEqual([...new Set([...reached].map(({ stage }) => stage.name))].toSorted(), [
      "eec/part",
      "planted/tuned-metrics",
      "train/predict"
    ])
  })
})
