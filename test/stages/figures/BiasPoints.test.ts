import { assert, describe, it } from "@effect/vitest"
import { biasPoints, meanAmplification, seedsProblem, spread } from "../../../stages/figures/BiasPoints.ts"
import { seed } from "./seeds.ts"

const two = [
  seed({ fork: [0.4, 0.3], truck: [0.8, null], spoon: [null, null] }),
  seed({ fork: [0.42, 0.2], truck: [0.8, 0.9], spoon: [null, 0.1] })
]

describe("biasPoints", () => {
  it("pools the seeds of each label, and counts those in which it is defined", () => {
    const [fork, truck, spoon] = biasPoints(two)
    assert.closeTo(fork?.predicted?.mean ?? 0, 0.25, 1e-12)
    assert.strictEqual(fork?.predicted?.low, 0.2)
    assert.strictEqual(fork?.predicted?.high, 0.3)
    assert.strictEqual(fork?.predicted?.seeds, 2)
    assert.deepStrictEqual(truck?.predicted, { mean: 0.9, low: 0.9, high: 0.9, seeds: 1 })
    assert.isNull(spoon?.train ?? null)
  })

  it("are undefined where no seed has a value, not 0", () => {
    assert.isNull(spread([null, null]))
    assert.isNull(spread([]))
  })
})

describe("meanAmplification", () => {
  it("is Zhao's mean over the labels with both biases", () => {
    // Fork leans to women: 0.4 → 0.3 is +0.1. Truck leans to men: 0.8 → 0.7 is −0.1; 0.75 → 0.9 is +0.15.
    assert.closeTo(
      meanAmplification(seed({ fork: [0.4, 0.3], truck: [0.8, 0.7], tie: [0.75, 0.9], knife: [0.6, null] })) ??
        Number.NaN,
      0.05,
      1e-12
    )
    assert.isNull(meanAmplification(seed({ fork: [0.4, null] })))
  })
})

describe("seedsProblem", () => {
  it("finds nothing in seeds that can be drawn", () => {
    assert.isUndefined(seedsProblem(two))
  })

  const wrong: ReadonlyArray<readonly [string, Parameters<typeof seedsProblem>[0], RegExp]> = [
    ["no seed", [], /no seed.*"seeds"/],
    ["no label", [seed({})], /no label/],
    ["other labels", [seed({ fork: [0.4, 0.3] }), seed({ knife: [0.4, 0.3] })], /seed 2.*knife.*fork/],
    ["another order", [seed({ a: [0.4, 0.3], b: [0.4, 0.3] }), seed({ b: [0.4, 0.3], a: [0.4, 0.3] })], /seed 2/],
    [
      "a percentage",
      [seed({ fork: [0.4, 0.3] }), seed({ fork: [0.4, 30] })],
      /seed 2, label "fork", field "predicted": found 30/
    ],
    ["not a number", [seed({ fork: [Number.NaN, 0.3] })], /field "train": found NaN/],
    [
      "a label twice",
      [{ ...seed({}), labels: [0, 1].map(() => ({ label: "fork", train: 0.4, predicted: 0.4 })) }],
      /"fork" twice/
    ]
  ]
  for (const [what, seeds, message] of wrong)
    it(`names ${what}`, () => {
      assert.match(seedsProblem(seeds) ?? "", message)
    })
})
