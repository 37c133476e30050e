import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { f32, i32 } from "../../../src/domain/Tensor.ts"
import { Rng } from "../../../src/numerics/index.ts"
import { LogisticLoss, type LogisticRows } from "../../../src/numerics/logistic/LogisticLoss.ts"

const problem = (rows: number, inputs: number, classes: number, C: number, intercept: boolean): LogisticRows => {
  const stream = Rng.stream(rows * 31 + inputs, "loss")
  return {
    x: f32(
      [rows, inputs],
      Float32Array.from({ length: rows * inputs }, () => stream.normal())
    ),
    y: i32(
      [rows],
      Int32Array.from({ length: rows }, () => stream.below(classes))
    ),
    classes,
    C,
    intercept
  }
}

/** The definition, row by row, with the platform's functions. */
const defined = (
  { C, classes, intercept, x, y }: LogisticRows,
  { free, inputs, stride }: LogisticLoss,
  w: Float64Array
) => {
  const gradient = new Float64Array(w.length)
  let loss = 0
  for (let r = 0; r < (x.shape[0] ?? 0); r++) {
    const columns = [...x.data.slice(r * inputs, (r + 1) * inputs), intercept ? 1 : 0]
    const scores = Array.from({ length: free }, (_, k) =>
      columns.reduce((sum, value, j) => sum + value * (w[k * stride + j] ?? 0), 0)
    )
    if (free < classes) scores.unshift(0)
    const top = Math.max(...scores)
    const total = scores.reduce((sum, s) => sum + Math.exp(s - top), 0)
    const label = y.data[r] ?? 0
    loss += C * (top + Math.log(total) - (scores[label] ?? 0))
    for (let k = 0; k < free; k++) {
      const own = k + classes - free
      const slope = Math.exp((scores[own] ?? 0) - top) / total - (own === label ? 1 : 0)
      for (const [j, value] of columns.entries()) {
        gradient[k * stride + j] = (gradient[k * stride + j] ?? 0) + C * slope * value
      }
    }
  }
  for (let i = 0; i < w.length; i++) {
    if (i % stride >= inputs) continue
    loss += 0.5 * (w[i] ?? 0) ** 2
    gradient[i] = (gradient[i] ?? 0) + (w[i] ?? 0)
  }
  return { loss, gradient }
}

const parameters = ({ free, inputs, stride }: LogisticLoss, scale: number) => {
  const stream = Rng.stream(5, "parameters")
  return Float64Array.from({ length: free * stride }, (_, i) => (i % stride <= inputs ? scale * stream.normal() : 0))
}

const size = (values: Float64Array) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0)

describe("LogisticLoss", () => {
  it("is the definition to 1e-12, whatever the number of rows, inputs and classes, and however large the scores", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 41 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 7 }),
        fc.constantFrom(0.01, 1, 30),
        fc.boolean(),
        fc.constantFrom(0, 0.1, 3, 400),
        (rows, inputs, classes, C, intercept, scale) => {
          const described = problem(rows, inputs, classes, C, intercept)
          const loss = new LogisticLoss(described)
          const w = parameters(loss, scale)
          const gradient = new Float64Array(w.length)
          const value = loss.evaluate(w, gradient)
          const expected = defined(described, loss, w)
          assert.isAtMost(Math.abs(value - expected.loss), 1e-12 * expected.loss)
          const error = size(gradient.map((g, i) => g - (expected.gradient[i] ?? 0)))
          assert.isAtMost(error, 1e-12 * (size(expected.gradient) + C * rows))
          // Nothing of an evaluation stays for the next.
          assert.strictEqual(loss.evaluate(w, gradient), value)
        }
      ),
      { numRuns: 300 }
    )
  })

  it("has the gradient that its values have", () => {
    const loss = new LogisticLoss(problem(37, 5, 4, 0.8, true))
    const w = parameters(loss, 0.5)
    const gradient = new Float64Array(w.length)
    loss.evaluate(w, gradient)
    const ignored = new Float64Array(w.length)
    for (let i = 0; i < w.length; i++) {
      if (i % loss.stride > loss.inputs) continue
      const at = (step: number) => loss.evaluate(w.with(i, (w[i] ?? 0) + step), ignored)
      assert.closeTo((at(1e-4) - at(-1e-4)) / 2e-4, gradient[i] ?? Number.NaN, 1e-6)
    }
  })

  it("is NaN where a parameter is, rather than a number", () => {
    const loss = new LogisticLoss(problem(9, 2, 3, 1, true))
    const w = parameters(loss, 1).with(0, Number.NaN)
    assert.isNaN(loss.evaluate(w, new Float64Array(w.length)))
  })

  it("has a preconditioner that undoes the Hessian at 0", () => {
    for (const classes of [2, 3]) {
      const loss = new LogisticLoss(problem(50, 6, classes, 0.7, true))
      const { free, stride } = loss
      // A step whose classes add up to 0, as every gradient does; the intercept has a further 1 on the diagonal.
      const step = parameters(loss, 1)
      for (let j = 0; j < stride; j++) {
        step[j] =
          j === loss.inputs ? 0 : free === 1 ? (step[j] ?? 0) : -((step[stride + j] ?? 0) + (step[2 * stride + j] ?? 0))
        for (let k = 1; k < free; k++) if (j === loss.inputs) step[k * stride + j] = 0
      }
      const near = new Float64Array(step.length)
      const far = new Float64Array(step.length)
      loss.evaluate(
        step.map((v) => 1e-5 * v),
        far
      )
      loss.evaluate(
        step.map((v) => -1e-5 * v),
        near
      )
      const product = far.map((g, i) => (g - (near[i] ?? 0)) / 2e-5)
      loss.preconditioner()?.(product)
      assert.isBelow(size(product.map((v, i) => v - (step[i] ?? 0))), 1e-6)
    }
  })
})
