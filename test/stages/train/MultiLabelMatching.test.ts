import { assert, describe, it } from "@effect/vitest"
import { Objective, type ObjectiveBatch, Rng, sigmoid } from "ablate/numerics"
import type { Surrogate } from "../../../stages/train/MultiLabelConfig.ts"
import { passMatching } from "../../../stages/train/MultiLabelMatching.ts"

const WIDTH = 4
const SURROGATES = ["product", "straight-through", "sharpened", "conditional"] as const
const targets = [
  { unit: 0, value: 0.4, attributeValue: 1 },
  { unit: 1, value: 0.1, attributeValue: 0 },
  { unit: 2, value: 0.3 }
] as const

const rowsOf = (rows: number, purpose: string) => {
  const stream = Rng.stream(3, purpose)
  return Float64Array.from({ length: rows * WIDTH }, () => 2 * stream.normal())
}

const batchOf = (logits: Float64Array): ObjectiveBatch => ({
  rows: logits.length / WIDTH,
  width: WIDTH,
  logits,
  outputs: logits.map((z) => sigmoid(z)),
  targets: {}
})

const reference = (surrogate: Surrogate) =>
  Objective.expectationMatching({
    name: "aux",
    head: "y",
    batch: "synthetic",
    attribute: 3,
    targets,
    surrogate,
    beta: 3
  }).evaluator()

const pass = (surrogate: Surrogate, steps: number) => passMatching({ attribute: 3, targets, surrogate, beta: 3, steps })

describe("passMatching", () => {
  for (const surrogate of SURROGATES) {
    it(`${surrogate}: over the step's rows alone it is ExpectationMatching, step after step`, () => {
      const ours = pass(surrogate, 1)
      const theirs = reference(surrogate)
      assert.strictEqual(ours.at, theirs.at)
      for (const purpose of ["a", "b", "c"]) {
        const batch = batchOf(rowsOf(17, purpose))
        const [g, h] = [new Float64Array(17 * WIDTH).fill(9), new Float64Array(17 * WIDTH)]
        assert.strictEqual(ours.evaluate(batch, g), theirs.evaluate(batch, h))
        assert.deepStrictEqual(g, h)
        assert.strictEqual(ours.observation?.read(), theirs.observation?.read())
      }
    })

    it(`${surrogate}: over three steps its value is that of their rows together, and the oldest drops out`, () => {
      const ours = pass(surrogate, 3)
      const drawn = ["a", "b", "c", "d"].map((purpose) => rowsOf(11, purpose))
      const together = (from: number, to: number) =>
        batchOf(Float64Array.from(drawn.slice(from, to).flatMap((rows) => [...rows])))
      drawn.forEach((logits, step) => {
        const found = ours.evaluate(batchOf(logits), new Float64Array(11 * WIDTH))
        const batch = together(Math.max(0, step - 2), step + 1)
        const theirs = reference(surrogate)
        assert.closeTo(found, theirs.evaluate(batch, new Float64Array(batch.logits.length)), 1e-12)
        assert.closeTo(ours.observation?.read() ?? Number.NaN, theirs.observation?.read() ?? Number.NaN, 1e-12)
      })
    })
  }

  it("the gradient has the sign of the pass's gap where the step's own would point the other way", () => {
    const of = (probability: number) => {
      const z = Math.log(probability / (1 - probability))
      return batchOf(new Float64Array(5 * WIDTH).fill(z))
    }
    const gradient = new Float64Array(5 * WIDTH)
    const one = { attribute: 3, targets: [{ unit: 0, value: 0.3 }], surrogate: "product", beta: 10 } as const
    const alone = passMatching({ ...one, steps: 1 })
    alone.evaluate(of(0.2), gradient)
    assert.isBelow(gradient[0] ?? 0, 0)
    // .9² and .2² have the mean .425, above .3.
    const long = passMatching({ ...one, steps: 2 })
    long.evaluate(of(0.9), gradient)
    assert.closeTo(long.evaluate(of(0.2), gradient), 0.125, 1e-12)
    assert.closeTo(gradient[0] ?? 0, 0.2 / 5, 1e-12)
    assert.strictEqual(gradient[1], 0)
  })
})
