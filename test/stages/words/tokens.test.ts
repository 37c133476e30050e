import { assert, describe, it } from "@effect/vitest"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { EEC_GENDER_SPECIFIC } from "../../../stages/words/genderWords.ts"
import { tokens, vocabulary } from "../../../stages/words/tokens.ts"

const sentences = generateCorpus().map((row) => row.sentence)

describe("tokens", () => {
  it("have no punctuation, and keep or lose their case", () => {
    const text = "My mom told us: it's a well-known, 2nd-hand “story”."
    const words = ["My", "mom", "told", "us", "it's", "a", "well-known", "2nd-hand", "story"]
    assert.deepStrictEqual(tokens(text, "keep"), words)
    assert.strictEqual(tokens(text, "lower")[0], "my")
    assert.deepStrictEqual(tokens(" . ", "lower"), [])
  })

  it("are 3 to 10 a sentence of the corpus", () => {
    const counts = sentences.map((sentence) => tokens(sentence, "keep").length)
    assert.deepStrictEqual([Math.min(...counts), Math.max(...counts)], [3, 10])
  })

  it("are of 142 types with their case and 139 without", () => {
    assert.strictEqual(vocabulary(sentences, "keep").length, 142)
    assert.strictEqual(vocabulary(sentences, "lower").length, 139)
  })

  it("give a vocabulary that does not depend on the order of sentences, with extra words once", () => {
    const forward = vocabulary(sentences, "lower", ["gal", "she"])
    assert.deepStrictEqual(vocabulary([...sentences].reverse(), "lower", ["she", "gal"]), forward)
    assert.strictEqual(forward.length, 140)
    assert.deepStrictEqual(forward, [...forward].sort())
  })

  it("of the corpus hold the 24 gender-specific words", () => {
    const words = new Set(vocabulary(sentences, "lower"))
    assert.strictEqual(new Set(EEC_GENDER_SPECIFIC).size, 24)
    assert.deepStrictEqual(
      EEC_GENDER_SPECIFIC.filter((word) => !words.has(word)),
      []
    )
  })
})
