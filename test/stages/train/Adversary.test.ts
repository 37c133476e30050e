import { assert, describe, it } from "@effect/vitest"
import { f32 } from "ablate"
import { initialParameters, Rng, sigmoid } from "ablate/numerics"
import { Effect } from "effect"
import { against, trainAgainst } from "../../../stages/train/Adversary.ts"

describe("the update against an adversary", () => {
  it("is g − proj_a g − α·a: what is left beside −α·a is square to a", () => {
    const own = [Float64Array.of(3, 4), Float64Array.of(1)]
    const adversary = [Float64Array.of(2, 0), Float64Array.of(0)]
    against(own, adversary, 0.5)
    // proj = (3, 0 | 0), α·a = (1, 0 | 0)
    assert.deepStrictEqual(
      own.map((part) => [...part]),
      [[-1, 4], [1]]
    )
  })

  it("is the predictor's own where the adversary has learned nothing", () => {
    const own = [Float64Array.of(3, 4)]
    against(own, [Float64Array.of(0, 0)], 5)
    assert.deepStrictEqual([...(own[0] ?? [])], [3, 4])
  })
})

describe("adversarial debiasing", () => {
  // The class is in the first column, noisily; the side in the second, and nine of ten rows have the class of their side.
  const rows = 600
  const inputs = 3
  const stream = Rng.stream(3, "toy")
  const side = Int32Array.from({ length: rows }, () => stream.below(2))
  const y = side.map((each) => (stream.uniform() < 0.9 ? each : 1 - each))
  const x = new Float32Array(rows * inputs)
  for (let row = 0; row < rows; row++)
    x.set([(y[row] === 1 ? 1 : -1) + stream.normal(), side[row] === 1 ? 1 : -1, 1], row * inputs)
  const network = {
    inputs,
    trunk: [{ units: 8, activation: "relu", bias: false }],
    heads: [{ name: "y", units: 2, activation: "sigmoid", bias: false }]
  } as const
  const start = initialParameters(network, 0)

  /** Mean difference of what is said of class 1 when the side alone is turned: 0 in truth. */
  const gapOf = Effect.fnUntraced(function* (looked: ArrayLike<number>, epochs = 240) {
    const [trunk, head] = [start["trunk.0.weight"], start["heads.y.weight"]]
    assert.isDefined(trunk)
    assert.isDefined(head)
    const { curves, parameters } = yield* trainAgainst(
      { x: f32([rows, inputs], x), y, side: looked, classes: 2 },
      { "trunk.0.weight": trunk, "heads.y.weight": head },
      { alpha: 1, learningRate: 0.01, epochs, batch: 100, seed: 0, onEpoch: () => Effect.void }
    )
    const [w, v] = [parameters["trunk.0.weight"].data, parameters["heads.y.weight"].data]
    const said = (signal: number, turned: number) => {
      let logit = 0
      for (let unit = 0; unit < 8; unit++) {
        const sum = (w[unit * 3] ?? 0) * signal + (w[unit * 3 + 1] ?? 0) * turned + (w[unit * 3 + 2] ?? 0)
        logit += (v[8 + unit] ?? 0) * Math.max(0, sum)
      }
      return sigmoid(logit)
    }
    let gap = 0
    let right = 0
    for (let row = 0; row < rows; row++) {
      const signal = x[row * inputs] ?? 0
      gap += (said(signal, 1) - said(signal, -1)) / rows
      right += Number(said(signal, x[row * inputs + 1] ?? 0) > 0.5 === (y[row] === 1)) / rows
    }
    return { gap, right, curves }
  })

  it.effect("takes out the side that a plain training relies on", () =>
    Effect.gen(function* () {
      const plain = yield* gapOf(new Int32Array(rows).fill(-1))
      const debiased = yield* gapOf(side)
      // Bayes: the log odds are 2·signal ± ln 9.
      const bayes = Array.from({ length: rows }, (_, row) => 2 * (x[row * inputs] ?? 0)).reduce(
        (sum, odds) => sum + (sigmoid(odds + Math.log(9)) - sigmoid(odds - Math.log(9))) / rows,
        0
      )
      assert.closeTo(plain.gap, bayes, 0.07)
      assert.isBelow(Math.abs(debiased.gap), plain.gap / 2)
      assert.isAbove(debiased.right, 0.84)
      // What an adversary is left with that can only go by the class: the entropy of the side given it.
      const entropy = [0, 1].reduce((sum, label) => {
        const of = [...y.keys()].filter((row) => y[row] === label)
        const p = of.filter((row) => side[row] === 1).length / of.length
        return sum - (of.length / rows) * (p * Math.log(p) + (1 - p) * Math.log(1 - p))
      }, 0)
      assert.closeTo(debiased.curves.adversary.at(-1) ?? 0, entropy, 0.02)
      assert.lengthOf(debiased.curves.adversary, 240)
    })
  )
})
