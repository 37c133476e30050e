import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { GenderWords, MENTIONS_MAN, MENTIONS_WOMAN, mentions, wordsOf } from "../../../stages/coco/GenderWords.ts"

const BOTH = MENTIONS_MAN + MENTIONS_WOMAN

describe("mentions", () => {
  it("is of whole words, in any case, with whatever stands between them", () => {
    for (const [caption, expected] of [
      ["A man rides.", MENTIONS_MAN],
      ["A MAN IN A SUIT", MENTIONS_MAN],
      ["a man's hand", MENTIONS_MAN],
      ["a man’s hand", MENTIONS_MAN],
      ["A young\nman\n", MENTIONS_MAN],
      ["Woman, sitting. ", MENTIONS_WOMAN],
      ["the woman's bag ", MENTIONS_WOMAN],
      ['a sign: "man"', MENTIONS_MAN],
      ["man/woman", BOTH],
      ["A Man and a WOMAN", BOTH],
      ["A mannequin in a window", 0],
      ["human, German, Ottoman, manhole, womanly", 0],
      ["A policewoman and a policeman", 0],
      ["men and women", 0],
      ["émanman mañana", 0],
      ["", 0]
    ] as const)
      assert.strictEqual(mentions(caption, "whole-word"), expected, caption)
  })

  it("knows the synonyms of each list, and those alone", () => {
    assert.strictEqual(mentions("two men and a boy", "extended"), MENTIONS_MAN)
    assert.strictEqual(mentions("a lady", "extended"), MENTIONS_WOMAN)
    assert.strictEqual(mentions("a guy with his sister", "extended"), 0)
    assert.strictEqual(mentions("a guy with his phone", "women-snowboard"), MENTIONS_MAN)
    assert.strictEqual(mentions("a guy with his sister", "women-snowboard"), BOTH)
    assert.strictEqual(mentions("a policewoman", "women-snowboard"), 0)
  })

  it("agrees with the boundaries of a regular expression on plain text", () => {
    const words = fc.constantFrom("man", "woman", "Man", "WOMAN", "human", "manly", "women", "a", "'s", "-", ".", "\n")
    fc.assert(
      fc.property(fc.array(fc.tuple(words, fc.constantFrom("", " "))), (pieces) => {
        const text = pieces.flat().join("")
        const expected = (/\bman\b/i.test(text) ? MENTIONS_MAN : 0) + (/\bwoman\b/i.test(text) ? MENTIONS_WOMAN : 0)
        assert.strictEqual(mentions(text, "whole-word"), expected, text)
      })
    )
  })

  it("finds with every list what the whole words find", () => {
    for (const list of GenderWords.literals) {
      assert.strictEqual(mentions("one man", list), MENTIONS_MAN)
      assert.strictEqual(mentions("one woman", list), MENTIONS_WOMAN)
    }
  })
})

describe("wordsOf", () => {
  it("gives lower-case runs of letters and digits", () => {
    assert.deepStrictEqual(wordsOf("A man's CAFÉ, no. 5"), ["a", "man", "s", "café", "no", "5"])
  })
})
