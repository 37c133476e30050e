import { assert, describe, it } from "@effect/vitest"
import { f32, i32 } from "ablate"
import { emotionModel, network } from "../../../stages/train/EmotionModel.ts"
import type { Rows } from "../../../stages/train/Rows.ts"
import type { BiasPair, TrainConfig } from "../../../stages/train/TrainConfig.ts"
import { plainNetwork } from "./plain.ts"

// Six rows: fear of a woman, of a man, of an African-American and a European woman, anger of a man, joy of a woman.
const rows: Rows = {
  x: f32([6, 2], new Float32Array(12)),
  y: i32([6], Int32Array.of(2, 2, 2, 2, 0, 3)),
  gender: i32([6], Int32Array.of(1, 0, 1, 1, 0, 1)),
  race: i32([6], Int32Array.of(2, 2, 0, 1, 1, 2))
}
const fearFemale: BiasPair = { emotion: "fear", attribute: "gender", value: "female" }
const angerMale: BiasPair = { emotion: "anger", attribute: "gender", value: "male" }
const fearEuropean: BiasPair = { emotion: "fear", attribute: "race", value: "European" }

const config: TrainConfig = { ...plainNetwork, width: 7, learningRate: 0.001, epochs: 1, batch: 4 }
const aware = (pairs: ReadonlyArray<BiasPair>, change: Partial<TrainConfig> = {}): TrainConfig => ({
  ...config,
  pairs,
  objective: "negative",
  lambda: 3,
  tau: 0,
  ...change
})

describe("equation 6 as a training problem", () => {
  it("without bias tasks is square loss on five one-hot outputs of a network without bias terms", () => {
    const model = emotionModel(rows, config)
    const [term, ...others] = model.objectives
    assert.deepInclude(term, { name: "emotion", head: "y", reads: [{ name: "y", per: "unit" }] })
    assert.deepStrictEqual(others, [])
    assert.deepStrictEqual([...(model.targets.y?.data ?? [])].slice(0, 10), [0, 0, 1, 0, 0, 0, 0, 1, 0, 0])
    assert.deepStrictEqual(model.network.trunk, [{ units: 7, activation: "relu", bias: false }])
    assert.deepStrictEqual(model.network.heads, [{ name: "y", units: 5, activation: "sigmoid", bias: false }])
  })

  it("gives every pair a head whose target is z and whose gate is the emotion", () => {
    const model = emotionModel(rows, aware([fearFemale, angerMale, fearEuropean]))
    assert.deepStrictEqual([...(model.targets.z0?.data ?? [])], [1, 0, 1, 1, 0, 0])
    assert.deepStrictEqual([...(model.gates.z0?.data ?? [])], [1, 1, 1, 1, 0, 0])
    assert.deepStrictEqual([...(model.targets.z1?.data ?? [])], [0, 0, 0, 0, 1, 0])
    assert.deepStrictEqual([...(model.targets.z2?.data ?? [])], [0, 0, 0, 1, 0, 0])
    assert.strictEqual(model.network.heads.length, 4)
  })

  it("subtracts the bias loss in the literal form, and reverses its gradient in the other", () => {
    const literal = emotionModel(rows, aware([fearFemale])).objectives[1]
    assert.strictEqual(literal?._tag === "HeadObjective" && literal.weight, -3)
    assert.strictEqual(literal?._tag === "HeadObjective" && literal.trunkFactor, undefined)
    const reversal = emotionModel(rows, aware([fearFemale], { objective: "gradient-reversal" })).objectives[1]
    assert.strictEqual(reversal?._tag === "HeadObjective" && reversal.weight, 3)
    assert.strictEqual(reversal?._tag === "HeadObjective" && reversal.trunkFactor, -1)
  })

  it("compares the two groups of the emotion's rows for parity, leaving out rows without the attribute", () => {
    const model = emotionModel(rows, aware([fearEuropean], { objective: "parity" }))
    const term = model.objectives[1]
    assert.deepInclude(term, { head: "y", units: [2], weight: 12 })
    assert.deepStrictEqual([...(model.targets["z0.in"]?.data ?? [])], [0, 0, 0, 1, 0, 0])
    assert.deepStrictEqual([...(model.targets["z0.out"]?.data ?? [])], [0, 0, 1, 0, 0, 0])
    assert.strictEqual(model.network.heads.length, 1)
  })

  it("drops a task whose rate is below τ: its z is 0 everywhere", () => {
    const model = emotionModel(rows, aware([fearFemale], { tau: 0.8 }))
    assert.deepStrictEqual(model.activeTasks, [])
    assert.deepStrictEqual([...(model.targets.z0?.data ?? [])], [0, 0, 0, 0, 0, 0])
    assert.deepStrictEqual(emotionModel(rows, aware([fearFemale], { tau: 0.75 })).activeTasks, ["fear/female"])
  })

  it("gives the released code's optimisers their own terms and parameters", () => {
    const { optimisers } = emotionModel(rows, aware([fearFemale, angerMale], { optimiser: "separate" }))
    assert.deepStrictEqual(
      optimisers.map(({ objectives, parameters }) => ({ objectives, parameters })),
      [
        { objectives: ["emotion"], parameters: ["trunk", "heads.y"] },
        { objectives: ["fear/female", "anger/male"], parameters: ["trunk", "heads.z0", "heads.z1"] }
      ]
    )
    assert.strictEqual(emotionModel(rows, aware([fearFemale])).optimisers.length, 1)
  })

  it("starts the released code's weights in [0, 1)", () => {
    assert.deepStrictEqual(network(3, { ...config, init: "unit-uniform" }, 0).init, { uniform: [0, 1] })
  })
})
