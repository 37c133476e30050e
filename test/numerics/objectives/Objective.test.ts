import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { checkGradient, type HeadActivation, Objective } from "../../../src/numerics/index.ts"
import type { ObjectiveBatch } from "../../../src/numerics/objectives/Evaluator.ts"

const logit = (p: number) => Math.log(p / (1 - p))

const lossOf = (
  objective: Objective.HeadObjective,
  batch: Partial<ObjectiveBatch> & { outputs: Float64Array; width: number; targets?: Record<string, Float64Array> }
) => {
  const evaluator = objective.evaluator()
  const rows = batch.outputs.length / batch.width
  const loss = evaluator.evaluate(
    { rows, logits: new Float64Array(batch.outputs.length), targets: {}, ...batch },
    new Float64Array(batch.outputs.length)
  )
  return { loss, observed: evaluator.observation?.read() }
}

describe("Objectives against hand-made figures", () => {
  // Oracle choi_main_loss.
  const y = Float64Array.of(1, 0, 1, 0, 1, 0)
  const p = Float64Array.of(0.9, 0.2, 0.6, 0.3, 0.7, 0.4)
  const scores = Float64Array.of(2, 1, 1, 1, 3, 1)

  it("binary cross-entropy: sum over labels, and mean over all", () => {
    const base = { name: "bce", head: "y" } as const
    const batch = { outputs: p, logits: p.map(logit), width: 3, targets: { y } }
    assert.closeTo(lossOf(Objective.binaryCrossEntropy(base), batch).loss, 1.0317526011907412, 1e-12)
    assert.closeTo(
      lossOf(Objective.binaryCrossEntropy({ ...base, labels: "mean" }), batch).loss,
      0.3439175337302471,
      1e-12
    )
    assert.closeTo(
      lossOf(Objective.binaryCrossEntropy({ ...base, rows: "sum" }), batch).loss,
      2 * 1.0317526011907412,
      1e-12
    )
    assert.closeTo(
      lossOf(Objective.binaryCrossEntropy({ ...base, limit: 0.3, rows: "sum" }), batch).loss,
      -Math.log(0.9) - Math.log(0.8) + 0.3 * 4,
      1e-12
    )
  })

  it("categorical cross-entropy: softmax, and p = h/Σh", () => {
    const base = { name: "ce", head: "y" } as const
    const softmax = Float64Array.from(scores, (s, i) => {
      const first = i - (i % 3)
      return Math.exp(s) / [0, 1, 2].reduce((sum, k) => sum + Math.exp(scores[first + k] ?? 0), 0)
    })
    const targets = { y }
    assert.closeTo(
      lossOf(Objective.categoricalCrossEntropy(base), { outputs: softmax, logits: scores, width: 3, targets }).loss,
      1.1712170970429934,
      1e-12
    )
    assert.closeTo(
      lossOf(Objective.categoricalCrossEntropy({ ...base, form: "normalised" }), { outputs: scores, width: 3, targets })
        .loss,
      1.2951335827229133,
      1e-12
    )
  })

  it("expectation matching: soft, hard and conditional", () => {
    // Oracle choi_aux_loss.
    const outputs = Float64Array.of(0.9, 0.2, 0.8, 0.6, 0.7, 0.3, 0.4, 0.9, 0.9, 0.55, 0.1, 0.51)
    const batch = { outputs, logits: outputs.map(logit), width: 3 }
    const base = {
      name: "aux",
      head: "y",
      batch: "synthetic",
      attribute: 2,
      targets: [
        { unit: 0, value: 0.3 },
        { unit: 1, value: 0.2 }
      ]
    } as const
    const product = lossOf(Objective.expectationMatching(base), batch)
    assert.closeTo(product.loss, 0.192875, 1e-12)
    assert.closeTo(product.observed ?? Number.NaN, 0.25, 1e-12)
    assert.closeTo(
      lossOf(Objective.expectationMatching({ ...base, surrogate: "straight-through" }), batch).loss,
      0.25,
      1e-12
    )
    const conditional = lossOf(Objective.expectationMatching({ ...base, surrogate: "conditional" }), batch)
    assert.closeTo(conditional.loss, 0.6287755102040816 - 0.3 + (0.6478947368421053 - 0.2), 1e-12)
    assert.closeTo(conditional.observed ?? Number.NaN, 2 / 3 - 0.3 + 0.3, 1e-12)
    // A very sharp sigmoid is the indicator.
    assert.closeTo(
      lossOf(Objective.expectationMatching({ ...base, surrogate: "sharpened", beta: 1e4 }), batch).loss,
      0.25,
      1e-9
    )
    // Women: p_k·(1 − p_g), by hand for label 0: (.9·.2 + .6·.7 + .4·.1 + .55·.49) / 4.
    const women = { ...base, targets: [{ unit: 0, value: 0, attributeValue: 0 }] } as const
    assert.closeTo(lossOf(Objective.expectationMatching(women), batch).loss, (0.18 + 0.42 + 0.04 + 0.2695) / 4, 1e-12)
  })

  it("squared error: half the sum, or the mean", () => {
    const base = { name: "se", head: "y" } as const
    const batch = { outputs: Float64Array.of(1, 2, 3, 4), width: 2, targets: { y: Float64Array.of(1, 1, 1, 1) } }
    assert.strictEqual(lossOf(Objective.squaredError(base), batch).loss, 7)
    assert.strictEqual(lossOf(Objective.squaredError({ ...base, reduction: "mean" }), batch).loss, 3.5)
  })

  it("parity: the squared gap of group means, nothing where a group is absent", () => {
    const objective = Objective.parity({ name: "parity", head: "y", unit: 1, groupA: "f", groupB: "m" })
    const batch = { outputs: Float64Array.of(0, 0.9, 0, 0.5, 0, 0.2), width: 2 }
    const groups = { f: Float64Array.of(1, 1, 0), m: Float64Array.of(0, 0, 1) }
    assert.closeTo(lossOf(objective, { ...batch, targets: groups }).loss, 0.25, 1e-15)
    assert.strictEqual(lossOf(objective, { ...batch, targets: { ...groups, m: new Float64Array(3) } }).loss, 0)
  })
})

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 12 }),
  width: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer({ min: 0, max: 1e6 })
})
const activations = fc.constantFrom<HeadActivation>("identity", "sigmoid", "softmax")
const pseudo = (n: number, seed: number) =>
  Array.from({ length: n }, (_, i) => Math.abs(Math.sin(seed + 12.9898 * (i + 1))))

describe("Objectives' gradients against differences of their losses", () => {
  const agrees = (result: ReturnType<typeof checkGradient>) =>
    assert.isTrue(result.correct || result.error < 1e-5, JSON.stringify(result))

  it("squared error through every activation", () => {
    fc.assert(
      fc.property(
        sizes,
        activations,
        fc.constantFrom("half-sum" as const, "mean" as const),
        (size, activation, reduction) => {
          // Softmax over one unit is constant: no gradient to compare.
          if (activation === "softmax" && size.width === 1) return
          const targets = { y: pseudo(size.rows * size.width, size.seed) }
          agrees(
            checkGradient({
              ...size,
              activation,
              targets,
              objective: Objective.squaredError({ name: "o", head: "y", reduction })
            })
          )
        }
      )
    )
  })

  it("cross-entropies", () => {
    const reductions = fc.constantFrom("sum" as const, "mean" as const)
    fc.assert(
      fc.property(sizes, reductions, reductions, (size, labels, rows) => {
        const targets = { y: pseudo(size.rows * size.width, size.seed) }
        agrees(
          checkGradient({
            ...size,
            activation: "sigmoid",
            targets,
            objective: Objective.binaryCrossEntropy({ name: "o", head: "y", labels, rows })
          })
        )
        if (size.width === 1) return
        agrees(
          checkGradient({
            ...size,
            activation: "softmax",
            targets,
            objective: Objective.categoricalCrossEntropy({ name: "o", head: "y", rows })
          })
        )
        agrees(
          checkGradient({
            ...size,
            activation: "sigmoid",
            targets,
            objective: Objective.categoricalCrossEntropy({ name: "o", head: "y", rows, form: "normalised" })
          })
        )
      })
    )
  })

  it("parity", () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const f = Array.from({ length: size.rows }, (_, r) => r % 2)
        const targets = { f, m: f.map((v) => 1 - v) }
        const objective = Objective.parity({
          name: "o",
          head: "y",
          unit: size.width - 1,
          groupA: "f",
          groupB: "m"
        })
        agrees(checkGradient({ ...size, activation: "sigmoid", targets, objective }))
      })
    )
  })

  it("expectation matching, for the surrogates that are derivatives", () => {
    const surrogates = fc.constantFrom("product" as const, "sharpened" as const, "conditional" as const)
    fc.assert(
      fc.property(sizes, surrogates, fc.constantFrom(0 as const, 1 as const), (size, surrogate, attributeValue) => {
        const width = size.width + 1
        // Values outside [0, 1] keep every gap away from 0, where |·| has a kink.
        const targets = Array.from({ length: size.width }, (_, unit) => ({
          unit,
          attributeValue,
          value: unit % 2 === 0 ? 1.5 : -0.5
        }))
        const objective = Objective.expectationMatching({
          name: "o",
          head: "y",
          batch: "s",
          attribute: size.width,
          targets,
          surrogate,
          beta: 2
        })
        agrees(checkGradient({ ...size, width, activation: "sigmoid", objective }))
      })
    )
  })

  it("finds a wrong gradient, and the straight-through one", () => {
    const evaluator = {
      at: "output",
      over: "sum",
      evaluate: (batch: ObjectiveBatch, gradient: Float32Array | Float64Array) => {
        gradient.fill(0)
        gradient[1] = 3 * (batch.outputs[1] ?? 0) ** 2 + 0.01
        return (batch.outputs[1] ?? 0) ** 3
      }
    } as const
    const size = { rows: 1, width: 2, activation: "identity", logits: [0.2, 0.5] } as const
    const wrong = checkGradient({
      ...size,
      objective: Objective.make({ name: "o", head: "y", evaluator: () => evaluator })
    })
    assert.isFalse(wrong.correct)
    assert.deepInclude(wrong.worst, { row: 0, unit: 1 })
    assert.closeTo(wrong.worst.numeric, 0.75, 1e-9)
    assert.closeTo(wrong.error, 0.01 / 0.75, 1e-6)
    const straight = checkGradient({
      ...size,
      activation: "sigmoid",
      objective: Objective.expectationMatching({
        name: "o",
        head: "y",
        batch: "s",
        attribute: 1,
        targets: [{ unit: 0, value: 0 }],
        surrogate: "straight-through"
      })
    })
    assert.isFalse(straight.correct)
  })
})
