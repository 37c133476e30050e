import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { DEEPEST, MORE, skipValue, wrongAt } from "../../../stages/coco/JsonBytes.ts"

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether the walk takes a text as one value and nothing else. */
const walks = (text: string): boolean => {
  // A number may go on at the end of the bytes, so something that ends it stands there; and a zero as the reader has it.
  const bytes = Buffer.from(`${text} \0`)
  const next = skipValue(bytes, bytes.length - 1, 0)
  return next >= 0 && bytes.toString("utf8", next).trim() === "\0"
}

/** Texts that are nearly JSON: a valid one of which some characters are changed. */
const nearly = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]:,"\\eE+-.01 \n\tunftrals\u0001é')), { maxLength: 3 })
  )
  .map(([text, changes]) => {
    const characters = [...text]
    for (const [at, character] of changes) characters[at % (characters.length + 1)] = character
    return characters.join("")
  })

describe("skipValue", () => {
  it("takes exactly what JSON.parse takes", () => {
    let refused = 0
    fc.assert(
      fc.property(nearly, (text) => {
        if (!parses(text)) refused++
        assert.strictEqual(walks(text), parses(text), text)
      }),
      { numRuns: 1500 }
    )
    assert.isAbove(refused, 150)
  })

  it("takes exactly the numbers of JSON, in lists too", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123-+.eE"), minLength: 1, maxLength: 7 })
    fc.assert(
      fc.property(digits, fc.boolean(), (text, isListed) => {
        const whole = isListed ? `[1, -2.5,${text},3 ,4]` : text
        assert.strictEqual(walks(whole), parses(whole), whole)
      }),
      { numRuns: 1500 }
    )
  })

  it("takes exactly the strings of JSON", () => {
    const characters = fc.string({ unit: fc.constantFrom(...'\\"u/bfnrtaF0g\u0000\u001f\u007fé😀'), maxLength: 9 })
    fc.assert(
      fc.property(characters, (text) => {
        assert.strictEqual(walks(`"${text}"`), parses(`"${text}"`), JSON.stringify(text))
      }),
      { numRuns: 1500 }
    )
  })

  it("asks for more at every cut, and never takes stale bytes behind the end", () => {
    const text = '{"a": [1.25, -3, {"b\\u00e9": "x\\n"}, true, null], "c": false}'
    const bytes = Buffer.from(`${text}\0`)
    for (let end = 0; end < text.length; end++) assert.strictEqual(skipValue(bytes, end, 0), MORE, String(end))
    assert.strictEqual(skipValue(bytes, text.length, 0), text.length)
  })

  it("says at which byte something is wrong", () => {
    for (const [text, at] of [
      ['{"a": 1 "b"', 8],
      ["[1, 02]", 5],
      ['["\\x"]', 3],
      ["[tru3]", 4],
      ["{1: 2}", 1]
    ] as const) {
      const bytes = Buffer.from(text)
      assert.strictEqual(wrongAt(skipValue(bytes, bytes.length, 0)), at, text)
    }
  })

  it("refuses what is nested too deep instead of running out of stack", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`
    assert.isTrue(walks(nested(DEEPEST)))
    assert.isFalse(walks(nested(DEEPEST + 1)))
    assert.isFalse(walks("[".repeat(1_000_000)))
  })
})
