import { assert, describe, it } from "@effect/vitest"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import { type RatioConstraint, ratioConstraint } from "../../../stages/rba/Constraints.ts"
import { beyondMargins, calibrate, genderCounts, updated, violations } from "../../../stages/rba/calibrate.ts"
import { infer, type Potentials, potentialsOf } from "../../../stages/rba/Potentials.ts"

const toy: Potentials = {
  rows: 6,
  objects: 1,
  man: Float64Array.of(1, 0.8, 0.3, 0.3, 0.1, 0.2),
  woman: Float64Array.of(0, 0.1, 0.25, 0.28, 0.9, 0.21),
  manOn: new Float64Array(6).fill(0.5),
  womanOn: new Float64Array(6).fill(0.45)
}
const toyConstraints = [ratioConstraint(0, 0.5, 0.05)]
const none = { man: new Float64Array(1), woman: new Float64Array(1) }

/** Many images of one object whose detector leans to men: predicted 80 % men where training has 60 %. */
const leaning = () => {
  const rng = Rng.stream(3, "test/rba")
  const rows = 400
  const logits = new Float64Array(rows * 2)
  for (let row = 0; row < rows; row++) {
    logits[2 * row] = rng.normal() + 0.5
    logits[2 * row + 1] = rng.normal() + 0.85
  }
  return potentialsOf(logits, rows, 1)
}

describe("calibration", () => {
  it("ratio 0.7, (45, 5) predicted: the multipliers of the reference example", () => {
    const assignment = {
      man: Uint8Array.from({ length: 50 }, (_, row) => (row < 45 ? 1 : 0)),
      on: new Uint8Array(50).fill(1)
    }
    const [multipliers] = updated(assignment, 1, [ratioConstraint(0, 0.7, 0.05)], [[0, 0]], 0.05)
    assert.strictEqual(multipliers?.[0], 0)
    assert.closeTo(multipliers?.[1] ?? -1, 0.375, 1e-15)
  })
  it.effect("six images, ratio 0.5: from (5, 1) to (3, 3) in two iterations, λ (0, 0.07)", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(genderCounts(infer(toy, none, null), 1, 0), [5, 1])
      const result = yield* calibrate(toy, toyConstraints, { eta: 0.05, maxIterations: 100, form: "textbook" })
      assert.deepStrictEqual(genderCounts(result.assignment, 1, 0), [3, 3])
      assert.strictEqual(result.iterations, 2)
      assert.isTrue(result.converged)
      assert.strictEqual(result.violatedBefore, 1)
      assert.strictEqual(result.violatedAfter, 0)
      assert.strictEqual(result.multipliers[0]?.[0], 0)
      assert.closeTo(result.multipliers[0]?.[1] ?? -1, 0.07, 1e-15)
    })
  )
  it.effect("the released form answers with the assignment after its last shift", () =>
    Effect.gen(function* () {
      // By hand, λ₂ after each count: .085, shifting men by .03825 for the images that are predicted men and no women's
      // score, whose own blocks move only once they are predicted women.
      const result = yield* calibrate(toy, toyConstraints, { eta: 0.05, maxIterations: 1, form: "released" })
      assert.strictEqual(result.iterations, 1)
      // Image 3: .3 + .46175 against .25 + .45; image 4: .74175 against .73; image 6: .66175 against .66. All stay men.
      assert.deepStrictEqual([...result.assignment.man], [1, 1, 1, 1, 0, 1])
      const two = yield* calibrate(toy, toyConstraints, { eta: 0.05, maxIterations: 2, form: "released" })
      // λ₂ = .17: men less .0765, the one woman more .0935. Images 4 (.7235 / .73) and 6 (.6235 / .66) change.
      assert.deepStrictEqual([...two.assignment.man], [1, 1, 1, 0, 0, 0])
    })
  )
  it.effect("brings a leaning object into its margin, the released form nearly", () =>
    Effect.gen(function* () {
      const potentials = leaning()
      const constraints = [ratioConstraint(0, 0.6, 0.05)]
      const share = (men: number, women: number) => men / (men + women)
      assert.isAbove(share(...genderCounts(infer(potentials, none, null), 1, 0)), 0.7)
      for (const form of ["textbook", "released"] as const) {
        const result = yield* calibrate(potentials, constraints, { eta: 0.005, maxIterations: 200, form })
        assert.isTrue(result.converged, form)
        assert.strictEqual(result.violatedAfter, violations(result.assignment, 1, constraints))
        const after = share(...genderCounts(result.assignment, 1, 0))
        // The released form shifts once more after it has counted, and may end just outside.
        const slack = form === "textbook" ? 0 : 0.02
        assert.isAtLeast(after, 0.55 - slack)
        assert.isAtMost(after, 0.65 + slack)
        if (form === "textbook") assert.strictEqual(result.violatedAfter, 0)
      }
    })
  )
  it.effect("nothing violated, nothing constrained, no image: the prediction itself, after one iteration", () =>
    Effect.gen(function* () {
      const potentials = leaning()
      const own = infer(potentials, none, null)
      const options = { eta: 0.05, maxIterations: 100, form: "textbook" } as const
      const wide: ReadonlyArray<RatioConstraint> = [ratioConstraint(0, 0.75, 0.25)]
      for (const constraints of [wide, []])
        for (const form of ["textbook", "released"] as const) {
          const result = yield* calibrate(potentials, constraints, { ...options, form })
          assert.deepStrictEqual(result.assignment, own)
          assert.strictEqual(result.iterations, 1)
          assert.isTrue(result.converged)
        }
      const empty = yield* calibrate(potentialsOf([], 0, 1), toyConstraints, options)
      assert.isTrue(empty.converged)
    })
  )
  it.effect("says so when the iterations do not suffice", () =>
    Effect.gen(function* () {
      const result = yield* calibrate(toy, toyConstraints, { eta: 1e-6, maxIterations: 3, form: "textbook" })
      assert.isFalse(result.converged)
      assert.strictEqual(result.iterations, 3)
      assert.strictEqual(result.violatedAfter, 1)
      assert.strictEqual(violations(result.assignment, 1, toyConstraints), 1)
    })
  )
  it.effect("a step that is too large makes nothing worse than the classifier is", () =>
    Effect.gen(function* () {
      const potentials = leaning()
      const constraints = [ratioConstraint(0, 0.6, 0.001)]
      const own = beyondMargins(infer(potentials, none, null), 1, constraints)
      const result = yield* calibrate(potentials, constraints, { eta: 10, maxIterations: 50, form: "textbook" })
      assert.isFalse(result.converged)
      assert.isAbove(own, 0.1)
      assert.isAtMost(beyondMargins(result.assignment, 1, constraints), own)
      assert.strictEqual(result.violatedAfter, violations(result.assignment, 1, constraints))
    })
  )
  it("beyond the margins: 5 of 6 men where .55 is the most, and nothing for an object that no image has", () => {
    const assignment = {
      man: Uint8Array.of(1, 1, 1, 1, 0, 1),
      on: Uint8Array.from([1, 1, 1, 1, 1, 1].flatMap((on) => [on, 0]))
    }
    const constraints = [ratioConstraint(0, 0.5, 0.05), ratioConstraint(1, 0.5, 0.05)]
    assert.closeTo(beyondMargins(assignment, 2, constraints), 5 / 6 - 0.55, 1e-12)
  })
})
