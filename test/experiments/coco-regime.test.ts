import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import cocoBias from "../../experiments/coco-bias.ts"
import cocoRegime from "../../experiments/coco-regime.ts"
import type { AnyExperiment } from "../../src/declare/Experiment.ts"
import * as Dag from "../../src/plan/Dag.ts"

const dagOf = (experiment: AnyExperiment, settings: object) =>
  Dag.build(experiment.expand(Schema.decodeUnknownSync(experiment.settings)(settings)).cells)
const configs = (dag: Dag.Dag, stage: string) =>
  dag.nodes.flatMap((node) => (node.stage.name === stage ? [JSON.stringify(node.config)] : [])).sort()

describe("experiments/coco-regime", () => {
  it("asks the oracle once a regime, and trains five classifiers a regime and seed", () => {
    const dag = dagOf(cocoRegime, { seeds: 2 })
    const count = (stage: string) => configs(dag, stage).length
    assert.deepStrictEqual(
      ["metrics/regime-oracle", "metrics/bayes-predictions", "train/multi-label", "descriptor/fit"].map(count),
      [2, 4, 4, 4]
    )
    assert.deepStrictEqual(["train/multi-label-aux", "train/multi-label-online"].map(count), [8, 8])
  })

  it("in the default regime is coco-bias: the same baseline and auxiliary classifier", () => {
    const regime = dagOf(cocoRegime, { seeds: 1, regimes: ["default"], dimension: 512 })
    const bias = dagOf(cocoBias, { seeds: 1 })
    for (const stage of ["coco/split", "images/synthetic", "train/multi-label", "descriptor/fit"])
      assert.deepStrictEqual(configs(regime, stage), configs(bias, stage), stage)
    assert.includeMembers(configs(regime, "train/multi-label-aux"), configs(bias, "train/multi-label-aux"))
  })
})
