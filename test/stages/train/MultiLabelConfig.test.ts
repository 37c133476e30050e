import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import {
  cocoRows,
  cocoSplit,
  cocoStandIn,
  cocoStandInCaptions,
  cocoStandInInstances
} from "../../../stages/coco/stages.ts"
import { fitDescriptor, sampleDescriptor } from "../../../stages/descriptor/stages.ts"
import { syntheticEmbeddings } from "../../../stages/images/stages.ts"
import {
  AUXILIARY_DEFAULTS,
  AuxiliaryConfig,
  MULTI_LABEL_DEFAULTS,
  MultiLabelConfig
} from "../../../stages/train/MultiLabelConfig.ts"
import { trainMultiLabelAuxiliary } from "../../../stages/train/multiLabelStages.ts"

// Nodes are only wired here, never run.
const standIn = { seed: 1, images: 100 }
const set = cocoStandIn.node(
  {
    instances: cocoStandInInstances.node({}, standIn),
    captions: cocoStandInCaptions.node({}, standIn)
  },
  { words: "whole-word" }
)
const embeddings = syntheticEmbeddings.node(
  { set },
  { dimension: 8, seed: 1, labelStrength: 1, genderStrength: 1, genderVisible: 1 }
)
const rows = cocoRows.node({ set, embeddings })
const split = cocoSplit.node({ rows }, { seed: 1, trainShare: 0.85 })
const descriptor = fitDescriptor.node(
  { rows, split },
  {
    energy: { kind: "linear", filters: 8, tolerance: null },
    sigma: 1,
    epsilon: 0.2,
    steps: 5,
    chains: 16,
    learningRate: 0.01,
    beta1: 0.9,
    iterations: 5,
    clip: 1,
    seed: 1
  }
)
const synthetic = sampleDescriptor.node({ model: descriptor }, { samples: 10, steps: 1, start: "chains", seed: 1 })
const wires = { rows, split, synthetic }

const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return "accepted"
}

const model = (change: object) =>
  refusal(() => Schema.encodeUnknownSync(MultiLabelConfig)({ ...MULTI_LABEL_DEFAULTS, ...change }))
const task = (change: object) =>
  refusal(() => Schema.encodeUnknownSync(AuxiliaryConfig)({ ...AUXILIARY_DEFAULTS, ...change }))

describe("the configuration of a multi-label classifier", () => {
  it("takes the defaults, which are the paper's where it gives figures", () => {
    assert.strictEqual(model({}), "accepted")
    assert.strictEqual(task({}), "accepted")
    const { batch, epochs, l2, learningRate } = MULTI_LABEL_DEFAULTS
    assert.deepStrictEqual({ batch, epochs, l2, learningRate }, { batch: 64, epochs: 50, l2: 1e-3, learningRate: 3e-5 })
  })

  it("refuses a strength without a decay and a decay without a strength", () => {
    assert.include(model({ decay: "none" }), 'decay "none" with l2 0.001, expected null')
    assert.include(model({ l2: null }), 'decay "coupled" with l2 null, expected a number of at least 0')
    assert.strictEqual(model({ decay: "none", l2: null }), "accepted")
  })

  it("refuses a sharpness without the surrogate that has one, and the other way round", () => {
    assert.include(task({ beta: 5 }), 'surrogate "product" with beta 5, expected null')
    assert.include(task({ surrogate: "sharpened" }), 'surrogate "sharpened" with beta null, expected a positive number')
    assert.strictEqual(task({ surrogate: "sharpened", beta: 5 }), "accepted")
  })

  it("refuses rows a step without saying whose frequencies, and the other way round", () => {
    assert.include(task({ rowsPerStep: 64 }), 'rowsPerStep 64 with frequencies null, expected "step" or "pass"')
    assert.include(task({ frequencies: "pass" }), 'rowsPerStep null with frequencies "pass", expected null')
    assert.strictEqual(task({ rowsPerStep: 64, frequencies: "pass" }), "accepted")
  })

  it("a softmax classifier with an auxiliary task is refused where it is declared", () => {
    const declared = (loss: MultiLabelConfig["loss"]) =>
      refusal(() =>
        trainMultiLabelAuxiliary.node(wires, {
          train: { ...MULTI_LABEL_DEFAULTS, loss },
          auxiliary: AUXILIARY_DEFAULTS,
          seed: 1
        })
      )
    assert.include(declared("softmax-ce"), 'main loss "softmax-ce" with an auxiliary task')
    assert.strictEqual(declared("bce-mean"), "accepted")
  })
})
