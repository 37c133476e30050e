import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bayesScore, type Mixture, sampled } from "../../../stages/synthetic/mixture.ts"
import {
  type BoundaryModel,
  boundaryMetrics,
  boundaryOf,
  drawBoundaries,
  mixturePoints
} from "../../../stages/synthetic/stages.ts"
import { produce } from "../produce.ts"

const mixture: Mixture = { red: [0, -1], green: [0, 1], sigma: 0.7, points: 1000, line: 0 }

const trained = Effect.fnUntraced(function* (model: BoundaryModel) {
  const train = yield* produce(mixturePoints, {}, { mixture, part: "train", seed: 1 })
  const test = yield* produce(mixturePoints, {}, { mixture, part: "test", seed: 1 })
  const boundary = yield* produce(boundaryOf, { train, test }, { model, seed: 1 })
  return { test, boundary, figures: yield* produce(boundaryMetrics, { test, boundary }, {}) }
})

const network = { kind: "network", lambda: 1, width: 10, epochs: 300, learningRate: 0.02 } as const

describe("figure 4's problem", () => {
  it("has the Bayes error of its theory, Φ(−1/σ) = .0766", () => {
    const { x, y } = sampled({ ...mixture, points: 20_000 }, "test", 0)
    const wrong = y.filter((label, at) => bayesScore(mixture, x[2 * at] ?? 0, x[2 * at + 1] ?? 0) > 0 !== (label === 1))
    // Three standard deviations of 40,000 draws.
    assert.closeTo(wrong.length / y.length, 0.0766, 0.004)
  })

  it.effect("is solved nearly as well as by Bayes without a bias task", () =>
    Effect.gen(function* () {
      for (const model of [{ kind: "logistic", C: 1 } as const, { ...network, objective: null }]) {
        const { figures } = yield* trained(model)
        assert.isAtMost(figures.error.value ?? 1, (figures.bayes_error.value ?? 0) + 0.01)
        assert.isAbove(figures.agreement.value ?? 0, 0.97)
        // Here A is where Bayes says green.
        assert.strictEqual(figures.bayes_green_in_a.value, 1)
      }
    })
  )

  it.effect("is drawn as a panel a model", () =>
    Effect.gen(function* () {
      const { boundary, test } = yield* trained({ ...network, epochs: 5, objective: "negative" })
      const svg = new TextDecoder().decode(
        yield* produce(drawBoundaries, { test, boundaries: [boundary, boundary] }, { names: ["a < b", "c"] })
      )
      assert.strictEqual(svg.match(/<g /g)?.length, 2)
      assert.include(svg, "a &lt; b")
      // Bayes' boundary is the horizontal through the middle.
      assert.match(svg, /M(0|240)\.0 120\.0L(240|0)\.0 120\.0/)
    })
  )
})
