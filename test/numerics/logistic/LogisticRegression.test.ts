import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { f32, i32, type Tensor } from "../../../src/domain/Tensor.ts"
import { LogisticRegression, Rng } from "../../../src/numerics/index.ts"
import { countedClock } from "../countedClock.ts"
import { fixedLogisticHash } from "../fixedLogistic.ts"

/** Of `fixedLogistic.ts`. */
const COMMITTED = "3560695c7a7bffdcab7fdb4744d4a49b2c4992dbfd550ddd93dbd72ab399c2cd"

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

  it.effect("converges on the corpus's size, gives the same bits twice, and says when it did not converge", () =>
    Effect.gen(function* () {
      const { x, y } = blobs(6912, 100, 5)
      const model = yield* LogisticRegression.fit({ x, y, classes: 5 })
      assert.isTrue(model.converged)
      const short = yield* LogisticRegression.fit({ x, y, classes: 5, maxIterations: 3 })
      const again = yield* LogisticRegression.fit({ x, y, classes: 5, maxIterations: 3 })
      assert.deepStrictEqual(short, again)
      assert.deepInclude(short, { iterations: 3, converged: false })
    })
  )

  it.effect("finds the optimum that scikit-learn 1.2 finds", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 30 }, (_, r) => r)
      const x = f32([30, 2], Float32Array.from(rows.flatMap((r) => [((r * 7) % 11) / 4 - 1, ((r * 5) % 13) / 4 - 1.5])))
      const label = (r: number) => (((r * 7) % 11) + ((r * 5) % 13) + r) % 3
      const y = i32([30], Int32Array.from(rows, label))
      const close = (found: ArrayLike<number>, expected: ReadonlyArray<number>) => {
        assert.strictEqual(found.length, expected.length)
        for (const [i, value] of expected.entries()) assert.closeTo(found[i] ?? Number.NaN, value, 1e-7)
      }
      const full = yield* LogisticRegression.fit({ x, y, classes: 3, C: 2.5, tolerance: 1e-9 })
      close(full.weights.data, [-0.046270804, -0.181441464, -0.206374615, 0.24049849, 0.252645419, -0.0590570254])
      close(full.intercepts.data, [-0.0980824066, 0.163509865, -0.0654274583])
      const bare = yield* LogisticRegression.fit({ x, y, classes: 3, C: 0.4, intercept: false, tolerance: 1e-9 })
      close(bare.weights.data, [-0.0659155184, -0.135642955, -0.105797377, 0.178545006, 0.171712896, -0.0429020516])
      const two = i32(
        [30],
        Int32Array.from(rows, (r) => Math.min(1, label(r)))
      )
      const binary = yield* LogisticRegression.fit({ x, y: two, classes: 2, C: 2.5, tolerance: 1e-9 })
      close(binary.weights.data, [0, 0, 0.0649856952, 0.273308353])
      close(binary.intercepts.data, [0, 0.861179096])
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

  it.effect("gives the committed bits in this thread", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* fixedLogisticHash, COMMITTED)
    })
  )

  it("gives the committed bits in a worker thread", async () => {
    const worker = new Worker(new URL("../fixedLogistic.worker.ts", import.meta.url))
    const [hash] = await once(worker, "message")
    assert.strictEqual(hash, COMMITTED)
    await worker.terminate()
  })

  it.effect("tells how far it is without another result, and can be interrupted", () =>
    Effect.gen(function* () {
      const { x, y } = blobs(6912, 60, 5)
      const seen: Array<LogisticRegression.LogisticProgress> = []
      const trained = (maxIterations: number, tolerance: number) =>
        LogisticRegression.fit({
          x,
          y,
          classes: 5,
          C: 1e4,
          maxIterations,
          tolerance,
          onProgress: (progress) => Effect.sync(() => seen.push(progress))
        })
      const model = yield* trained(30, 0)
      const quiet = yield* LogisticRegression.fit({ x, y, classes: 5, C: 1e4, maxIterations: 30, tolerance: 0 })
      assert.deepStrictEqual(model, quiet)
      assert.deepStrictEqual(seen.at(-1), {
        iteration: 30,
        maxIterations: 30,
        loss: model.curve.at(-1),
        gradientMax: model.gradientMax
      })
      const reported = yield* Deferred.make<void>()
      const endless = yield* Effect.forkChild(
        LogisticRegression.fit({
          x,
          y,
          classes: 5,
          C: 1e4,
          maxIterations: 1e9,
          tolerance: -1,
          onProgress: () => Deferred.succeed(reported, undefined)
        })
      )
      // Both wait for the fit to yield: one that did not would leave the test hanging.
      yield* Deferred.await(reported)
      yield* Fiber.interrupt(endless)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(endless)))
    })
  )

  it.effect("reports at most ten times a second", () =>
    Effect.gen(function* () {
      const { x, y } = blobs(200, 10, 5)
      const clock = yield* countedClock(7)
      const at: Array<number> = []
      yield* LogisticRegression.fit({
        x,
        y,
        classes: 5,
        C: 1e4,
        maxIterations: 60,
        tolerance: 0,
        onProgress: () => Effect.sync(() => at.push(clock.now()))
      })
      assert.isAbove(at.length, 2)
      // The last one tells the end, whenever it comes.
      for (const [i, time] of at.slice(0, -1).entries()) if (i > 0) assert.isAtLeast(time - (at[i - 1] ?? 0), 100)
    })
  )
})
