import { assert, describe, it } from "@effect/vitest"
import { Rng } from "ablate/numerics"
import { equalisedOdds, type Mixing, type Rates } from "../../../stages/planted/equalisedOdds.ts"

const mixed = ({ falsePositive, truePositive }: Rates, { no, yes }: Mixing): Rates => ({
  truePositive: yes * truePositive + no * (1 - truePositive),
  falsePositive: yes * falsePositive + no * (1 - falsePositive)
})
const errorOf = ({ falsePositive, truePositive }: Rates, positives: number) =>
  positives * (1 - truePositive) + (1 - positives) * falsePositive

/** The lowest error of a fine grid of mixings of the first side that the second can reach too, by Cramer's rule. */
const byGrid = ([first, second]: readonly [Rates, Rates], positives: number) => {
  let least = 1
  for (let yes = 0; yes <= 100; yes++)
    for (let no = 0; no <= 100; no++) {
      const { falsePositive: f, truePositive: t } = mixed(first, { yes: yes / 100, no: no / 100 })
      const det = second.truePositive * (1 - second.falsePositive) - second.falsePositive * (1 - second.truePositive)
      const y = (t * (1 - second.falsePositive) - f * (1 - second.truePositive)) / det
      const n = (second.truePositive * f - second.falsePositive * t) / det
      if (y >= -1e-9 && y <= 1 + 1e-9 && n >= -1e-9 && n <= 1 + 1e-9)
        least = Math.min(least, errorOf({ falsePositive: f, truePositive: t }, positives))
    }
  return least
}

describe("equalised odds", () => {
  it("leaves sides with the same rates as they are", () => {
    const rates = { truePositive: 0.8, falsePositive: 0.1 }
    const { mixings } = equalisedOdds([rates, rates], 0.4)
    for (const { no, yes } of mixings) {
      assert.closeTo(yes, 1, 1e-12)
      assert.closeTo(no, 0, 1e-12)
    }
  })

  it("brings a perfect side down to what the other one can do", () => {
    const { mixings, rates } = equalisedOdds(
      [
        { truePositive: 1, falsePositive: 0 },
        { truePositive: 0.6, falsePositive: 0.2 }
      ],
      0.5
    )
    assert.closeTo(rates.truePositive, 0.6, 1e-12)
    assert.closeTo(rates.falsePositive, 0.2, 1e-12)
    assert.closeTo(mixings[0].yes, 0.6, 1e-12)
    assert.closeTo(mixings[0].no, 0.2, 1e-12)
    assert.closeTo(mixings[1].yes, 1, 1e-12)
    assert.closeTo(mixings[1].no, 0, 1e-12)
  })

  it("is equal on both sides and as good as any mixing of a grid, for random rates", () => {
    const stream = Rng.stream(5, "rates")
    for (let trial = 0; trial < 25; trial++) {
      const side = (): Rates => ({ truePositive: stream.uniform(), falsePositive: stream.uniform() })
      const sides = [side(), side()] as const
      const positives = stream.uniform()
      const { mixings, rates } = equalisedOdds(sides, positives)
      for (const at of [0, 1] as const) {
        const { falsePositive, truePositive } = mixed(sides[at], mixings[at])
        assert.closeTo(truePositive, rates.truePositive, 1e-9)
        assert.closeTo(falsePositive, rates.falsePositive, 1e-9)
      }
      const least = byGrid(sides, positives)
      assert.isAtMost(errorOf(rates, positives), least + 1e-9)
      assert.isAtLeast(errorOf(rates, positives), least - 0.02)
    }
  })

  it("keeps the share of yes where decisions tell nothing", () => {
    const blind = { truePositive: 0.5, falsePositive: 0.5 }
    const { mixings, rates } = equalisedOdds([blind, { truePositive: 1, falsePositive: 0 }], 0.3)
    // Nothing but a coin is in common; with fewer positives than negatives the best coin always says no.
    assert.deepStrictEqual(rates, { truePositive: 0, falsePositive: 0 })
    assert.deepStrictEqual(mixings[0], { yes: 0, no: 0 })
  })
})
