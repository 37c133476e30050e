import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { genders } from "../../../stages/metrics/LabelBits.ts"
import { bayesLeakage, patternAttack } from "../../../stages/metrics/PatternAttacker.ts"
import { bitsOf, someBits, swappedGender } from "./rowsOfBits.ts"

/** Rows of one object and gender, so many of each kind. */
const rows = (manWith: number, man: number, womanWith: number, woman: number) =>
  bitsOf([
    ...Array.from({ length: manWith }, () => [1, 1]),
    ...Array.from({ length: man }, () => [0, 1]),
    ...Array.from({ length: womanWith }, () => [1, 0]),
    ...Array.from({ length: woman }, () => [0, 0])
  ])

const bayes = (bits: ReturnType<typeof rows>) => bayesLeakage(bits, genders(bits))
const attack = (train: ReturnType<typeof rows>, test: ReturnType<typeof rows>) =>
  patternAttack(train, genders(train), test, genders(test))

describe("the table of patterns", () => {
  it("Bayes: 80 % of men and 30 % of women have it, whatever the share of men", () => {
    assert.closeTo(bayes(rows(8, 2, 3, 7)) ?? -1, 0.75, 1e-15)
    assert.closeTo(bayes(rows(80, 20, 3, 7)) ?? -1, 0.75, 1e-15)
  })
  it("two objects: the definition, pattern by pattern", () => {
    const men = [
      [0, 0],
      [1, 0],
      [1, 0],
      [1, 1]
    ]
    const women = [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 1],
      [0, 0]
    ]
    const bits = bitsOf([...men.map((row) => [...row, 1]), ...women.map((row) => [...row, 0])])
    // 00: ¼ against ⅖; 10: ½ against 0; 01: 0 against ⅕; 11: ¼ against ⅖.
    assert.closeTo(bayes(bits) ?? -1, (2 / 5 + 1 / 2 + 1 / 5 + 2 / 5) / 2, 1e-15)
  })
  it("on its own balanced rows the attack is the Bayes rule; genders may be swapped", () => {
    fc.assert(
      fc.property(someBits(3, 1, 8), (bits) => {
        const balanced = bitsOf(
          Array.from({ length: 2 * bits.rows }, (_, at) => [
            ...bits.data.subarray((at >> 1) * 3, (at >> 1) * 3 + 2),
            at & 1
          ])
        )
        // Every pattern with both genders: nothing to tell them by.
        assert.strictEqual(attack(balanced, balanced), 0.5)
        assert.strictEqual(bayes(balanced), 0.5)
        const men = genders(bits).reduce((total, man) => total + man, 0)
        if (2 * men === bits.rows) assert.closeTo(attack(bits, bits) ?? -1, bayes(bits) ?? -2, 1e-12)
        const swapped = swappedGender(bits)
        assert.strictEqual(attack(swapped, swapped), attack(bits, bits))
      })
    )
  })
  it("learns from the training rows; unseen patterns and ties are coins", () => {
    assert.strictEqual(attack(rows(3, 1, 1, 3), rows(4, 0, 0, 4)), 1)
    assert.strictEqual(attack(rows(3, 1, 1, 3), rows(0, 4, 4, 0)), 0)
    assert.strictEqual(attack(rows(2, 0, 1, 0), rows(0, 3, 0, 2)), 0.5)
    assert.isNull(attack(rows(1, 1, 1, 1), bitsOf([], 2)))
    assert.isNull(bayes(rows(3, 3, 0, 0)))
  })
})
