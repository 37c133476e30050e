import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { COCO_LABELS, OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { auxiliaryTargets } from "../../../stages/train/MultiLabelTargets.ts"

const WIDTH = OUTPUTS.length
const bits = fc.integer({ min: 1, max: 40 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    y: fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: count * WIDTH, maxLength: count * WIDTH })
      .map((values) => Float32Array.from(values))
  })
)

describe("auxiliaryTargets", () => {
  // Four rows: truck with man, truck with woman, tie with man, nothing with man.
  const y = new Float32Array(4 * WIDTH)
  for (const at of [0, 11, WIDTH, 2 * WIDTH + 2, 2 * WIDTH + 11, 3 * WIDTH + 11]) y[at] = 1
  const rows = { count: 4, y }

  it("joint frequencies are over all rows, 0 for a label that none has", () => {
    const { omitted, targets } = auxiliaryTargets(rows, { genders: "man", surrogate: "product" })
    assert.deepStrictEqual(
      targets.map(({ value }) => value),
      [0.25, 0, 0.25, 0, 0, 0, 0, 0, 0, 0, 0]
    )
    assert.deepStrictEqual(
      targets.map(({ label }) => label),
      [...COCO_LABELS]
    )
    assert.deepStrictEqual(omitted, [])
  })

  it("conditional ones are over the label's rows; a label that none has is omitted by name", () => {
    const { omitted, targets } = auxiliaryTargets(rows, { genders: "both", surrogate: "conditional" })
    assert.deepStrictEqual(targets, [
      { label: "truck", gender: "man", value: 0.5 },
      { label: "truck", gender: "woman", value: 0.5 },
      { label: "tie", gender: "man", value: 1 },
      { label: "tie", gender: "woman", value: 0 }
    ])
    assert.strictEqual(omitted.length, 9)
    assert.notInclude(omitted, "truck")
  })

  it("men's and women's joint frequencies add up to the label's; conditional ones to 1", () => {
    fc.assert(
      fc.property(bits, ({ count, y }) => {
        const joint = auxiliaryTargets({ count, y }, { genders: "both", surrogate: "sharpened" }).targets
        const conditional = auxiliaryTargets({ count, y }, { genders: "both", surrogate: "conditional" }).targets
        COCO_LABELS.forEach((label, unit) => {
          const sum = (targets: typeof joint) =>
            targets.filter((target) => target.label === label).reduce((total, { value }) => total + value, 0)
          let having = 0
          for (let row = 0; row < count; row++) having += y[row * WIDTH + unit] ?? 0
          assert.closeTo(sum(joint), having / count, 1e-12)
          assert.closeTo(sum(conditional), having === 0 ? 0 : 1, 1e-12)
        })
      })
    )
  })
})
