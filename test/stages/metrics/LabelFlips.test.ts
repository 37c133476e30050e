import { assert, describe, it } from "@effect/vitest"
import { Rng } from "ablate/numerics"
import fc from "fast-check"
import { flipDraws, flipped, matchingFlips } from "../../../stages/metrics/LabelFlips.ts"
import { macroF1 } from "../../../stages/metrics/MacroF1.ts"
import { bitsOf, someBits } from "./rowsOfBits.ts"

const many = (rows: number, seed = 1) => {
  const rng = Rng.stream(seed, "test/flips")
  return bitsOf(Array.from({ length: rows }, () => [0, 0, 0, 0].map(() => (rng.uniform() < 0.3 ? 1 : 0))))
}

describe("labels spoilt by chance", () => {
  it("none at probability 0, gender never, about p of the rest", () => {
    const labels = many(2000)
    const draws = flipDraws(labels, Rng.stream(1, "draws"))
    assert.deepStrictEqual(flipped(labels, draws, 0), labels)
    const spoilt = flipped(labels, draws, 0.2)
    let flips = 0
    for (const [at, bit] of labels.data.entries()) {
      if (bit === spoilt.data[at]) continue
      assert.notStrictEqual(at % 4, 3)
      flips += 1
    }
    // 6000 bits: five standard deviations are 155.
    assert.closeTo(flips, 1200, 155)
  })
  it("more flips never raise macro F1", () => {
    fc.assert(
      fc.property(someBits(3, 1, 12), fc.nat(), (labels, seed) => {
        const draws = flipDraws(labels, Rng.stream(seed, "draws"))
        let last = Number.POSITIVE_INFINITY
        for (const probability of [0, 0.1, 0.25, 0.5, 0.9]) {
          const { value } = macroF1(labels, flipped(labels, draws, probability))
          if (value === null) continue
          assert.isAtMost(value, last + 1e-12)
          last = value
        }
      })
    )
  })
  it("finds the probability that gives an F1, near the one by expectation", () => {
    const labels = many(4000)
    const draws = flipDraws(labels, Rng.stream(2, "draws"))
    for (const target of [0.95, 0.8, 0.6, 0.45]) {
      const match = matchingFlips(labels, draws, target) ?? assert.fail("no match")
      assert.closeTo(match.f1, target, 1e-3)
      assert.strictEqual(match.f1, macroF1(labels, flipped(labels, draws, match.probability)).value)
      // With a share q of ones: F1 = 2q(1−p) / (2q(1−p) + qp + (1−q)p).
      const [p, q] = [match.probability, 0.3]
      assert.closeTo((2 * q * (1 - p)) / (2 * q * (1 - p) + p), target, 0.02)
    }
  })
  it("a model without error needs none; one worse than coin flips has no match; nothing true has none", () => {
    const labels = many(400)
    const draws = flipDraws(labels, Rng.stream(3, "draws"))
    const perfect = matchingFlips(labels, draws, 1)
    assert.strictEqual(perfect?.f1, 1)
    assert.deepStrictEqual(flipped(labels, draws, perfect?.probability ?? 1), labels)
    // Coin flips have 2·.3·.5 / (2·.3·.5 + .5) = .375.
    assert.isNull(matchingFlips(labels, draws, 0.2))
    const none = bitsOf([[0, 1]])
    assert.isNull(matchingFlips(none, flipDraws(none, Rng.stream(1, "draws")), 0.5))
  })
})
