import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { displayWidth } from "../../src/domain/DisplayWidth.ts"
import { oneLine, wrap } from "../../src/ui/TextLines.ts"

describe("text as lines of the screen", () => {
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
