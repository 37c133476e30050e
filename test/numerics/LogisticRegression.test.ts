import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { f32, i32, type Tensor } from "../../src/domain/Tensor.ts"
import { LogisticRegression, Rng } from "../../src/numerics/index.ts"

/** Rows around class centres, far enough apart to learn and near enough to overlap. */
const blobs = (rows: number, inputs: number, classes: number) => {
  const stream = Rng.stream(11, "blobs")
  const centres = Array.from({ length: classes * inputs }, () => stream.normal())
  const labels = Int32Array.from({ length: rows }, () => stream.below(classes))
  const data = Float32Array.from(
    { length: rows * inputs },
    (_, i) => (centres[(labels[Math.floor(i / inputs)] ?? 0) * inputs + (i % inputs)] ?? 0) + stream.normal()
  )
  return { x: f32([rows, inputs], data), y: i32([rows], labels) }
}

/** The objective, written independently of the module. */
const objective = (x: Tensor, y: Tensor, w: ReadonlyArray<number>, b: ReadonlyArray<number>, C: number) => {
  const [rows = 0, inputs = 0] = x.shape
  let sum = 0
  for (let r = 0; r < rows; r++) {
    const scores = b.map((bias, k) =>
      Array.from({ length: inputs }, (_, j) => (x.data[r * inputs + j] ?? 0) * (w[k * inputs + j] ?? 0)).reduce(
        (s, v) => s + v,
        bias
      )
    )
    sum += Math.log(scores.reduce((s, v) => s + Math.exp(v), 0)) - (scores[y.data[r] ?? 0] ?? 0)
  }
  return 0.5 * w.reduce((s, v) => s + v * v, 0) + C * sum
}

describe("LogisticRegression", () => {
  it.effect("reaches the optimum: no direction decreases the objective, and the intercepts balance", () =>
    Effect.gen(function* () {
      const { x, y } = blobs(200, 4, 3)
      const model = yield* LogisticRegression.fit({ x, y, classes: 3, C: 0.7, tolerance: 1e-8 })
      assert.isTrue(model.converged)
      assert.isAtMost(model.gradientMax, 1e-8)
      const w = [...model.weights.data]
      const b = [...model.intercepts.data]
      const least = objective(x, y, w, b, 0.7)
      assert.closeTo(model.curve.at(-1) ?? Number.NaN, least, 1e-9 * least)
      const stream = Rng.stream(1, "directions")
      for (let i = 0; i < 20; i++) {
        const moved = objective(
          x,
          y,
          w.map((v) => v + 1e-3 * stream.normal()),
          b.map((v) => v + 1e-3 * stream.normal()),
          0.7
        )
        assert.isAbove(moved, least)
      }
      // At the optimum of an unpenalised intercept, predicted and true class counts agree.
      const p = [...LogisticRegression.probabilities(model, x).data]
      for (let k = 0; k < 3; k++) {
        const expected = y.data.filter((label) => label === k).length
        const predicted = p.reduce((sum, v, i) => (i % 3 === k ? sum + v : sum), 0)
        assert.closeTo(predicted, expected, 1e-6)
      }
      for (let i = 1; i < model.curve.length; i++) {
        assert.isAtMost(model.curve[i] ?? 0, (model.curve[i - 1] ?? 0) * (1 + 1e-12))
      }
    })
  )

  it.effect("with two classes is binomial regression: w = C·Σ(y − p)·x for one vector", () =>
    Effect.gen(function* () {
      const { x, y } = blobs(120, 3, 2)
      const model = yield* LogisticRegression.fit({ x, y, classes: 2, C: 2, tolerance: 1e-9 })
      const p = LogisticRegression.probabilities(model, x)
      for (let j = 0; j < 3; j++) {
        let sum = 0
        for (let r = 0; r < 120; r++) sum += ((y.data[r] ?? 0) - (p.data[2 * r + 1] ?? 0)) * (x.data[3 * r + j] ?? 0)
        assert.closeTo(model.weights.data[3 + j] ?? Number.NaN, 2 * sum, 1e-7)
        assert.strictEqual(model.weights.data[j], 0)
      }
    })
  )

  it.effect("is quick on the corpus's size, gives the same bits twice, and says when it did not converge", () =>
    Effect.gen(function* () {
      const { x, y } = blobs(6912, 100, 5)
      const started = performance.now()
      const model = yield* LogisticRegression.fit({ x, y, classes: 5 })
      assert.isBelow(performance.now() - started, 4000)
      assert.isTrue(model.converged)
      const short = yield* LogisticRegression.fit({ x, y, classes: 5, maxIterations: 3 })
      const again = yield* LogisticRegression.fit({ x, y, classes: 5, maxIterations: 3 })
      assert.deepStrictEqual(short, again)
      assert.deepInclude(short, { iterations: 3, converged: false })
    })
  )

  it.effect("can go without intercepts", () =>
    Effect.gen(function* () {
      const { x, y } = blobs(60, 3, 3)
      const model = yield* LogisticRegression.fit({ x, y, classes: 3, intercept: false })
      assert.deepStrictEqual([...model.intercepts.data], [0, 0, 0])
      assert.isTrue(model.converged)
    })
  )

  it.effect("refuses wrong labels and numbers, naming them", () =>
    Effect.gen(function* () {
      const x = f32([2, 1], Float32Array.of(1, Number.NaN))
      const label = yield* Effect.flip(LogisticRegression.fit({ x, y: i32([2], Int32Array.of(0, 5)), classes: 3 }))
      assert.strictEqual(label.message, "Cannot train: y is 5 in row 1, expected a class from 0 to 2.")
      const nan = yield* Effect.flip(LogisticRegression.fit({ x, y: i32([2], Int32Array.of(0, 1)), classes: 3 }))
      assert.strictEqual(nan.message, "Cannot train: x is NaN in row 1, expected finite numbers.")
    })
  )
})
