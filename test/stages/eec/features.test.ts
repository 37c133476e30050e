import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { type FeatureOptions, MissingWords, sentenceFeatures, type WordTable } from "../../../stages/eec/features.ts"

const corpus = generateCorpus()
const row = (sentence: string) => {
  const found = corpus.find((candidate) => candidate.sentence === sentence)
  if (found === undefined) return assert.fail(`not of the corpus: ${sentence}`)
  return found
}

const TABLE: WordTable = {
  words: ["my", "mom", "feels", "angry", "jack", "ebony", "i", "saw", "in", "the", "market"],
  dimension: 2,
  data: Float32Array.from([
    1, 10, 2, 20, 4, 40, 8, 80, 16, 160, 32, 320, 64, 640, 128, 1280, 256, 2560, 512, 5120, 1024, 10240
  ])
}
const OPTIONS: FeatureOptions = { tokenCase: "lower", missing: "skip", extra: "none" }
const SAMPLE = [row("My mom feels angry."), row("Jack feels furious."), row("I saw Ebony in the market.")]
const features = (options: Partial<FeatureOptions> = {}, table = TABLE) =>
  sentenceFeatures(SAMPLE, table, { ...OPTIONS, ...options })

describe("sentence features", () => {
  it.effect("are sums of word vectors, with labels and attributes", () =>
    Effect.gen(function* () {
      const { x, y, gender, race, meta } = yield* features()
      assert.deepStrictEqual([...x], [15, 150, 20, 200, 2016, 20160])
      assert.deepStrictEqual([...y], [0, 0, 4])
      assert.deepStrictEqual([...gender], [1, 0, 1])
      assert.deepStrictEqual([...race], [2, 1, 0])
      assert.deepInclude(meta, {
        dimension: 2,
        tokens: 13,
        missing: [{ word: "furious", tokens: 1 }],
        affectedSentences: 1
      })
    })
  )

  it.effect("count every token of a word as often as it comes", () =>
    Effect.gen(function* () {
      const twice = row("The conversation with this man was great.")
      const { meta, x } = yield* sentenceFeatures([twice, twice], TABLE, OPTIONS)
      assert.deepStrictEqual([...x], [512, 5120, 512, 5120])
      assert.strictEqual(meta.tokens, 14)
      assert.strictEqual(meta.affectedSentences, 2)
      assert.deepInclude(meta.missing, { word: "this", tokens: 2 })
      assert.strictEqual(meta.missing.length, 6)
    })
  )

  it.effect("may stand in the mean vector for a missing word", () =>
    Effect.gen(function* () {
      const { x } = yield* features({ missing: "mean" })
      const mean = 2047 / 11
      assert.deepStrictEqual([...x.subarray(0, 2)], [15, 150])
      assert.deepStrictEqual([...x.subarray(2, 4)], [Math.fround(20 + mean), Math.fround(200 + 10 * mean)])
    })
  )

  it.effect("are refused for a missing word where that is asked for", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(features({ missing: "error" }))
      assert.instanceOf(error, MissingWords)
      assert.include(error.message, "furious")
    })
  )

  it.effect("keep the case where the table does", () =>
    Effect.gen(function* () {
      const { meta } = yield* features({ tokenCase: "keep" })
      assert.deepStrictEqual(
        meta.missing.map(({ word }) => word),
        ["Ebony", "I", "Jack", "My", "furious"]
      )
    })
  )

  it.effect("have gender or race behind the vector", () =>
    Effect.gen(function* () {
      const columns = (x: Float32Array, width: number) =>
        SAMPLE.map((_, i) => [...x.subarray(i * width + 2, (i + 1) * width)])
      assert.deepStrictEqual(columns((yield* features({ extra: "gender" })).x, 3), [[1], [0], [1]])
      assert.deepStrictEqual(columns((yield* features({ extra: "race" })).x, 3), [[2], [1], [0]])
      const { x, meta } = yield* features({ extra: "race-one-hot" })
      assert.strictEqual(meta.dimension, 5)
      assert.deepStrictEqual(columns(x, 5), [
        [0, 0, 1],
        [0, 1, 0],
        [1, 0, 0]
      ])
    })
  )
})
