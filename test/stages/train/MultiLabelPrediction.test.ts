import { assert, describe, it } from "@effect/vitest"
import { f32 } from "ablate"
import { Effect } from "effect"
import { OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { MULTI_LABEL_DEFAULTS } from "../../../stages/train/MultiLabelConfig.ts"
import type { MultiLabelMeta } from "../../../stages/train/MultiLabelMeta.ts"
import { predictMultiLabel } from "../../../stages/train/MultiLabelPrediction.ts"

const WIDTH = OUTPUTS.length
const meta: MultiLabelMeta = {
  train: { ...MULTI_LABEL_DEFAULTS, hidden: [] },
  auxiliary: null,
  inputs: 1,
  rows: 1,
  constantInputs: null,
  epochs: 1,
  loss: [1],
  terms: {},
  numerics: "by hand"
}
// Output k has logit (k − 5)·x.
const parameters = {
  "heads.y.weight": f32(
    [WIDTH, 1],
    Float32Array.from({ length: WIDTH }, (_, unit) => unit - 5)
  ),
  "heads.y.bias": f32([WIDTH], new Float32Array(WIDTH))
}
const tensors = { parameters }
const rows = (...x: Array<number>) => ({
  count: x.length,
  inputs: 1,
  x: Float32Array.from(x),
  y: new Float32Array(x.length * WIDTH)
})

describe("predictMultiLabel", () => {
  it.effect("a label is predicted from a score of .5 on, and the score is the sigmoid of the logit", () =>
    Effect.gen(function* () {
      const { logits, predicted, scores } = yield* predictMultiLabel({ tensors, meta }, rows(1, -2))
      assert.deepStrictEqual([...logits.data.slice(0, 4)], [-5, -4, -3, -2])
      assert.closeTo(scores.data[0] ?? Number.NaN, 1 / (1 + Math.exp(5)), 1e-7)
      assert.deepStrictEqual(
        [...predicted.data],
        [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
      )
    })
  )

  it.effect("a kept scaling comes first", () =>
    Effect.gen(function* () {
      const scaling = { mean: f32([1], Float32Array.of(3)), scale: f32([1], Float32Array.of(2)) }
      const { logits } = yield* predictMultiLabel({ tensors: { ...tensors, ...scaling }, meta }, rows(5))
      assert.deepStrictEqual([...logits.data.slice(0, 3)], [-5, -4, -3])
    })
  )

  it.effect("no rows give no predictions; rows of another width are refused", () =>
    Effect.gen(function* () {
      const { predicted, scores } = yield* predictMultiLabel({ tensors, meta }, rows())
      assert.deepStrictEqual(
        [predicted.shape, scores.shape],
        [
          [0, 12],
          [0, 12]
        ]
      )
      const error = yield* Effect.flip(
        predictMultiLabel(
          { tensors, meta },
          { count: 1, inputs: 2, x: new Float32Array(2), y: new Float32Array(WIDTH) }
        )
      )
      assert.strictEqual(error.message, 'tensor "x": found 2 columns, expected 1, as the model was trained on')
    })
  )
})
