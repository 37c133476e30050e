import { assert, describe, it } from "@effect/vitest"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import { genders } from "../../../stages/metrics/LabelBits.ts"
import {
  LEAKAGE_FIGURES,
  type LeakagePart,
  leakage,
  leakageFigures,
  noLeakage,
  roundFigures
} from "../../../stages/metrics/Leakage.ts"
import { bayesLeakage } from "../../../stages/metrics/PatternAttacker.ts"
import { bitsOf } from "./rowsOfBits.ts"

/** One object that 80 % of men and 30 % of women have, one that says nothing; a model that sees gender with `signal`. */
const part = (rows: number, purpose: string, signal = 0, said: (bit: number) => number = (bit) => bit): LeakagePart => {
  const rng = Rng.stream(1, `test/${purpose}`)
  const truth = bitsOf(
    Array.from({ length: rows }, () => {
      const man = rng.uniform() < 0.7 ? 1 : 0
      return [rng.uniform() < (man === 1 ? 0.8 : 0.3) ? 1 : 0, rng.uniform() < 0.5 ? 1 : 0, man]
    }),
    3
  )
  const logits = Float32Array.from(
    truth.data,
    (bit, at) => (bit === 1 ? 3 : -3) + signal * (truth.data[at - (at % 3) + 2] === 1 ? 1 : -1) + rng.normal()
  )
  return { truth, predicted: { ...truth, data: truth.data.map(said) }, logits }
}

const table = { attacker: "table", rounds: 5, seed: 1 } as const
const mlp = { attacker: "mlp", rounds: 2, seed: 1 } as const

describe("leakage", () => {
  it("five rounds of attackers: mean .7, deviation over the rounds themselves", () => {
    const { mean, sd } = roundFigures([0.71, 0.69, 0.7, 0.72, 0.68].map(leakage), 100)
    assert.closeTo(mean.value ?? -1, 0.7, 1e-15)
    assert.closeTo(sd.value ?? -1, 0.014142135623730933, 1e-15)
    assert.deepStrictEqual([mean.n, sd.n], [100, 5])
    assert.strictEqual(leakage(0.25), 0.75)
  })
  it.effect("of labels: what the Bayes rule has, .75 here, for the table and for the network", () =>
    Effect.gen(function* () {
      const [train, test] = [part(4000, "train"), part(2000, "test")]
      assert.closeTo(bayesLeakage(test.truth, genders(test.truth)) ?? -1, 0.75, 0.03)
      const byTable = yield* leakageFigures(train, test, table)
      const byNetwork = yield* leakageFigures(train, test, mlp)
      assert.closeTo(byTable.leak_data.value ?? -1, 0.75, 0.03)
      assert.closeTo(byNetwork.leak_data.value ?? -1, byTable.leak_data.value ?? -2, 0.02)
      const women = test.truth.rows - genders(test.truth).reduce((total, man) => total + man, 0)
      assert.strictEqual(byTable.leak_data.n, 2 * women)
    })
  )
  it.effect("a model that says the truth leaks what the labels do and amplifies nothing", () =>
    Effect.gen(function* () {
      const figures = yield* leakageFigures(part(2000, "train"), part(800, "test"), table)
      assert.deepStrictEqual(figures.leak_model, figures.leak_data)
      assert.deepStrictEqual(figures.leak_matched, figures.leak_data)
      assert.strictEqual(figures.leak_amp.value, 0)
      assert.strictEqual(figures.leak_flips_f1.value, 1)
    })
  )
  it.effect("a model whose logits show gender amplifies", () =>
    Effect.gen(function* () {
      // Every tenth decision is wrong, so that labels are spoilt for the comparison.
      let at = 0
      const wrong = (bit: number) => (at++ % 10 === 0 ? 1 - bit : bit)
      const figures = yield* leakageFigures(part(2000, "train", 2, wrong), part(1000, "test", 2, wrong), mlp)
      assert.isAbove(figures.leak_model.value ?? 0, 0.85)
      assert.isBelow(figures.leak_matched.value ?? 1, (figures.leak_data.value ?? 0) - 0.02)
      assert.closeTo(
        figures.leak_amp.value ?? -1,
        (figures.leak_model.value ?? 0) - (figures.leak_matched.value ?? 0),
        1e-12
      )
      // About a tenth of the bits, whatever their number of ones.
      assert.closeTo(figures.leak_flips.value ?? -1, 0.1, 0.02)
    })
  )
  it.effect("the same rows and seed give the same figures, another seed others", () =>
    Effect.gen(function* () {
      const [train, test] = [part(600, "train"), part(300, "test")]
      const own = yield* leakageFigures(train, test, mlp)
      assert.deepStrictEqual(yield* leakageFigures(train, test, mlp), own)
      assert.notDeepEqual(yield* leakageFigures(train, test, { ...mlp, seed: 2 }), own)
    })
  )
  it.effect("a model that says nothing: what labels and logits leak stands, the comparison is undefined", () =>
    Effect.gen(function* () {
      const nothing = () => 0
      const [train, test] = [part(600, "train", 0, nothing), part(300, "test", 0, nothing)]
      const figures = yield* leakageFigures(train, test, table)
      assert.isNotNull(figures.leak_data.value)
      assert.strictEqual(figures.leak_model.value, 0.5)
      assert.deepStrictEqual(figures.leak_amp, { value: null, note: "macro F1 0.0000 is below that of coin flips" })
      assert.isNull(figures.leak_flips.value)
    })
  )
  it.effect("a part without rows of both genders: undefined, and which part", () =>
    Effect.gen(function* () {
      const men: LeakagePart = { truth: bitsOf([[1, 1]]), predicted: bitsOf([[1, 1]]), logits: Float32Array.of(1, 1) }
      const both: LeakagePart = {
        truth: bitsOf([
          [1, 1],
          [0, 0]
        ]),
        predicted: bitsOf([
          [1, 1],
          [0, 0]
        ]),
        logits: new Float32Array(4)
      }
      assert.deepStrictEqual(
        yield* leakageFigures(men, both, table),
        noLeakage("the training rows are not of both genders")
      )
      const empty = { truth: bitsOf([], 2), predicted: bitsOf([], 2), logits: new Float32Array(0) }
      const figures = yield* leakageFigures(both, empty, mlp)
      assert.deepStrictEqual(figures, noLeakage("the test rows are not of both genders"))
      assert.sameMembers(Object.keys(figures), [...LEAKAGE_FIGURES])
    })
  )
})
