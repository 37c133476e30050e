import { assert, describe, it } from "@effect/vitest"
import { f1, macroF1 } from "../../../stages/metrics/MacroF1.ts"
import { bitsOf, predicted12, truth12 } from "./rowsOfBits.ts"

describe("macro F1", () => {
  it("twelve rows: scikit-learn's figures", () => {
    assert.closeTo(f1(truth12, predicted12, 0) ?? -1, 0.4444444444444444, 1e-15)
    assert.closeTo(f1(truth12, predicted12, 1) ?? -1, 0.7142857142857143, 1e-15)
    // Predicted and never true.
    assert.strictEqual(f1(truth12, predicted12, 2), 0)
    const measure = macroF1(truth12, predicted12)
    assert.closeTo(measure.value ?? -1, 0.3862433862433862, 1e-15)
    assert.strictEqual(measure.n, 3)
  })
  it("leaves out an object that is neither true nor predicted; gender is no object", () => {
    const clean = { ...predicted12, data: predicted12.data.map((bit, at) => (at % 4 === 2 ? 0 : bit)) }
    const measure = macroF1(truth12, clean)
    assert.closeTo(measure.value ?? -1, 0.5793650793650793, 1e-15)
    assert.strictEqual(measure.n, 2)
    const otherGender = { ...clean, data: clean.data.map((bit, at) => (at % 4 === 3 ? 1 - bit : bit)) }
    assert.deepStrictEqual(macroF1(truth12, otherGender), measure)
  })
  it("an object that is never predicted has 0; nothing true and nothing predicted is undefined", () => {
    assert.deepStrictEqual(macroF1(bitsOf([[1, 0]]), bitsOf([[0, 0]])), { value: 0, n: 1 })
    assert.deepStrictEqual(macroF1(bitsOf([[0, 1]]), bitsOf([[0, 1]])), {
      value: null,
      n: 0,
      note: "no label is true or predicted in any row"
    })
    assert.deepStrictEqual(macroF1(bitsOf([], 2), bitsOf([], 2)), { value: null, n: 0, note: "no row" })
  })
})
