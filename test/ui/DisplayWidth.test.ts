import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { displayWidth, oneLine, pad, truncate, wrap } from "../../src/ui/DisplayWidth.ts"

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
    assert.strictEqual(pad("日", 4), "日  ")
  })

  it("wraps at spaces and loses no word", () => {
    assert.deepStrictEqual(wrap("one two three four", 8, 6, 9, "…"), ["one two", "three", "four"])
    assert.deepStrictEqual(wrap("one two three four", 8, 6, 2, "…"), ["one two", "three…"])
    assert.deepStrictEqual(wrap("abcdefghij", 4, 4, 9, "…"), ["abcd", "efgh", "ij"])
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z日]{1,9}$/), { maxLength: 12 }),
        fc.integer({ min: 2, max: 12 }),
        (words, columns) => {
          const lines = wrap(words.join(" "), columns, columns, 1000, "…")
          for (const line of lines) assert.isAtMost(displayWidth(line), columns)
          assert.strictEqual(lines.join("").replaceAll(" ", ""), words.join(""))
        }
      )
    )
  })

  it("makes one harmless line of anything", () => {
    assert.strictEqual(oneLine("a\u001b[31mb\u001b[0m\r\n\tc\u0007"), "ab c")
    assert.strictEqual(oneLine("plain text"), "plain text")
  })
})
