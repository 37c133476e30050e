import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { generateCorpus, personOf } from "../../../stages/eec/corpus.ts"
import { Sentence } from "../../../stages/eec/Sentence.ts"

const corpus = generateCorpus()
const count = (wanted: (row: Sentence) => boolean) => corpus.filter(wanted).length

describe("the Equity Evaluation Corpus", () => {
  it("is the official one, sentence by sentence", () => {
    const digest = createHash("sha256")
      .update(corpus.map((row) => row.sentence).join("\n"))
      .digest("hex")
    assert.strictEqual(digest, "aa27f0057c2011e00e5fe2e113909fcb50cb9079ee30c4915ac0bf6659a9ec0b")
  })

  it.effect("has rows that its schema accepts", () =>
    Effect.gen(function* () {
      const rows = yield* Schema.decodeUnknownEffect(Schema.Array(Sentence))(corpus)
      assert.strictEqual(rows.length, 8640)
    })
  )

  it("has 1,050 sentences of every emotion and 120 neutral ones per gender", () => {
    for (const gender of ["male", "female"] as const) {
      for (const emotion of ["anger", "sadness", "fear", "joy"] as const) {
        assert.strictEqual(
          count((r) => r.gender === gender && r.emotion === emotion),
          1050
        )
      }
      assert.strictEqual(
        count((r) => r.gender === gender && r.emotion === null),
        120
      )
    }
  })

  it("has 1,200 sentences per emotional template and 60 per neutral one, in template order", () => {
    const sizes = Array.from({ length: 11 }, (_, t) => count((r) => r.template === t + 1))
    assert.deepStrictEqual(sizes, [1200, 1200, 1200, 1200, 60, 60, 60, 60, 1200, 1200, 1200])
    assert.isTrue(corpus.every((row, i) => i === 0 || (corpus[i - 1]?.template ?? 0) <= row.template))
  })

  it("has 62 different persons in the column, which are 60 people", () => {
    assert.strictEqual(new Set(corpus.map((r) => r.person)).size, 62)
    assert.strictEqual(new Set(corpus.map((r) => personOf(r.person))).size, 60)
  })

  it("has unique sentences and unique ids", () => {
    assert.strictEqual(new Set(corpus.map((r) => r.sentence)).size, 8640)
    assert.strictEqual(new Set(corpus.map((r) => r.id)).size, 8640)
    assert.strictEqual(corpus.at(-1)?.id, "eec-8640")
  })

  it("follows the rules of articles, reflexives, capitals and objects", () => {
    const sentences = new Set(corpus.map((r) => r.sentence))
    for (const sentence of [
      "My mom found herself in an outrageous situation.",
      "Leroy found himself in a serious situation.",
      "The situation makes him feel dissapointed.",
      "I talked to her yesterday.",
      "This boy has two children.",
      "The conversation with my boyfriend was hilarious."
    ]) {
      assert.isTrue(sentences.has(sentence), sentence)
    }
    assert.deepInclude(
      corpus.find((r) => r.sentence === "I made her feel discouraged."),
      { person: "her", gender: "female", race: null, emotion: "fear", label: 2, template: 3 }
    )
    assert.deepInclude(
      corpus.find((r) => r.sentence === "I saw Tia in the market."),
      { race: "African-American", emotion: null, emotionWord: null, label: 4 }
    )
  })
})
