import { assert, describe, it } from "@effect/vitest"
import { sparkline } from "../../src/ui/Sparkline.ts"

const braille = { hasBraille: true }

describe("Sparkline", () => {
  it("draws a value a dot, from the bottom to the top", () => {
    assert.deepStrictEqual(sparkline([0, 1, 2, 3], 10, 1, braille), ["⡠⠊"])
    assert.deepStrictEqual(sparkline([3, 2, 1, 0], 10, 2, braille), ["⠡ ", " ⢂"])
    assert.deepStrictEqual(sparkline([5, 5, 5, 5], 10, 1, braille), ["⣀⣀"])
  })

  it("fits long curves into the columns, and has signs without braille", () => {
    const falling = Array.from({ length: 900 }, (_, at) => 900 - at)
    for (const line of sparkline(falling, 30, 2, braille)) assert.strictEqual(line.length, 30)
    assert.deepStrictEqual(sparkline([2, 1, 0], 10, 1, { hasBraille: false }), ["'-_"])
  })
})
