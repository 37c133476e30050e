import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { columnsBetween, displayWidth, graphemes, padEnd, truncate } from "../../src/domain/DisplayWidth.ts"

describe("DisplayWidth", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["naïve", 5],
    ["nai\u0308ve", 5],
    ["日本", 4],
    ["한글", 4],
    ["ＡＢ", 4],
    ["●○✗–·◔◑◕█▓░…", 12],
    ["🙂", 2],
    ["👩‍💻", 2],
    ["🇩🇪", 2],
    ["❤️", 2]
  ])("%j takes %d columns", (text, columns) => assert.strictEqual(displayWidth(text), columns))

  it("cuts at a character's edge and says so", () => {
    assert.strictEqual(truncate("abcdef", 6, "…"), "abcdef")
    assert.strictEqual(truncate("abcdef", 5, "…"), "abcd…")
    assert.strictEqual(truncate("日本語", 5, "…"), "日本…")
    assert.strictEqual(truncate("日本語", 4, "…"), "日…")
    assert.strictEqual(truncate("日本語", 1, "…"), "…")
    assert.strictEqual(truncate("日本語", 0, "…"), "")
    assert.strictEqual(padEnd("日", 4), "日  ")
  })

  it("cuts any text into columns that hold all of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(12), (text, at) => {
        assert.strictEqual(columnsBetween(text, 0, at) + columnsBetween(text, at), text)
        assert.isAtMost(displayWidth(truncate(text, at)), Math.max(at, 0))
        assert.strictEqual(graphemes(text).join(""), text)
      })
    )
  })
})
