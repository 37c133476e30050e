import { assert, describe, it } from "@effect/vitest"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import { type AttackRows, networkAttack, standardised } from "../../../stages/metrics/NetworkAttacker.ts"

/** Two inputs: gender shows in whether they have the same sign, and in nothing linear. */
const exclusiveOr = (rows: number, purpose: string): AttackRows => {
  const rng = Rng.stream(1, purpose)
  const x = new Float32Array(2 * rows)
  const man = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    const [a, b] = [rng.normal(), rng.normal()]
    x.set([a, 100 + 3 * b], 2 * row)
    man[row] = a * b > 0 ? 1 : 0
  }
  return { rows, width: 2, x, man }
}

describe("the attacking network", () => {
  it("inputs have mean 0 and deviation 1 on the training rows; a constant column is 0", () => {
    const train: AttackRows = {
      rows: 4,
      width: 2,
      x: Float32Array.of(1, 0.1, 3, 0.1, 5, 0.1, 7, 0.1),
      man: new Uint8Array(4)
    }
    const test: AttackRows = { rows: 1, width: 2, x: Float32Array.of(4, 9), man: new Uint8Array(1) }
    const [own, other] = standardised(train, test)
    const deviation = Math.sqrt(5)
    for (const [at, value] of [-3, -1, 1, 3].entries()) {
      assert.closeTo(own[2 * at] ?? Number.NaN, value / deviation, 1e-6)
      assert.strictEqual(own[2 * at + 1], 0)
    }
    assert.deepStrictEqual([...other], [0, 0])
  })
  it.effect("finds what is not linear, in rows it has not seen", () =>
    Effect.gen(function* () {
      const accuracy = yield* networkAttack("mlp", exclusiveOr(2000, "train"), exclusiveOr(500, "test"), 1)
      assert.isAbove(accuracy, 0.9)
    })
  )
  it.effect("nothing to see: every answer is the same, right for half", () =>
    Effect.gen(function* () {
      const blank: AttackRows = {
        rows: 40,
        width: 3,
        x: new Float32Array(120).fill(-7),
        man: Uint8Array.from({ length: 40 }, (_, row) => row & 1)
      }
      assert.strictEqual(yield* networkAttack("mlp", blank, blank, 1), 0.5)
    })
  )
  it.effect("the paper's layers train too", () =>
    Effect.gen(function* () {
      const shown = (rows: number): AttackRows => ({
        rows,
        width: 1,
        x: Float32Array.from({ length: rows }, (_, row) => (row & 1) + 0.1 * (row % 5)),
        man: Uint8Array.from({ length: rows }, (_, row) => row & 1)
      })
      assert.isAbove(yield* networkAttack("paper", shown(64), shown(30), 1), 0.9)
    })
  )
})
