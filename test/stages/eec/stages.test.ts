import { assert, describe, it } from "@effect/vitest"
import { External } from "ablate"
import { Effect } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import {
  eecCorpus,
  eecCounts,
  eecFeatures,
  eecNotes,
  eecSplit,
  eecSubsample,
  eecVocabulary
} from "../../../stages/eec/stages.ts"
import {
  DEBIAS_WORDS,
  DEFINITIONAL_PAIRS,
  EEC_GENDER_SPECIFIC,
  EQUALISE_PAIRS
} from "../../../stages/words/genderWords.ts"
import { debiasedVectors, wordVectors } from "../../../stages/words/stages.ts"
import { winkFile } from "../../../stages/words/winkFile.ts"
import { produce } from "../produce.ts"

describe("the stages from the corpus to features", () => {
  it.live("work together on the project's own vectors", () =>
    Effect.gen(function* () {
      const corpus = yield* produce(eecCorpus, {}, {})
      assert.deepStrictEqual(corpus, generateCorpus())
      const sample = yield* produce(eecSubsample, { corpus }, { scheme: "ss1", seed: 1 })
      const counts = yield* produce(eecCounts, { sample }, { group: "Male" })
      assert.deepStrictEqual(counts.fear, { value: 500, n: 3770 })
      const split = yield* produce(eecSplit, { sample }, { split: "stratified", seed: 1, fileOrderTrain: null })
      assert.strictEqual(split.tensors.train?.data.length, 6032)
      assert.strictEqual(split.tensors.test?.dtype, "I32")

      const vocabulary = yield* produce(eecVocabulary, { corpus }, { tokenCase: "lower", extra: DEBIAS_WORDS })
      const file = { path: winkFile(), hash: "" }
      const config = { format: "wink", dimension: 100, casePolicy: "exact-then-lower" }
      const vectors = yield* produce(wordVectors, { file, vocabulary }, config)
      assert.deepStrictEqual(vectors.meta.missing, ["a", "i"])
      assert.deepStrictEqual(vectors.meta.lowered, ["John", "Mary"])
      assert.deepStrictEqual(vectors.tensors.vectors?.shape, [vectors.meta.words.length, 100])

      const debiased = yield* produce(
        debiasedVectors,
        { vectors },
        {
          definitional: DEFINITIONAL_PAIRS,
          equalise: EQUALISE_PAIRS,
          genderSpecific: [...EEC_GENDER_SPECIFIC, "his", "gal", "guy", "female", "male"],
          lengths: "unit"
        }
      )
      assert.strictEqual(debiased.meta.debias.definitional.length, 10)
      assert.strictEqual(debiased.meta.debias.equalised.length, 10)
      assert.isAbove(debiased.meta.debias.directBias.before ?? 0, 0.03)
      assert.isBelow(debiased.meta.debias.directBias.after ?? 1, 1e-12)
      assert.isAbove(debiased.meta.debias.explained, 0.3)

      const options = { tokenCase: "lower", missing: "skip", extra: "gender" }
      for (const input of [vectors, debiased]) {
        const features = yield* produce(eecFeatures, { sample, vectors: input }, options)
        assert.deepStrictEqual(features.tensors.x?.shape, [7540, 101])
        assert.isTrue(features.tensors.x?.data.every(Number.isFinite))
        assert.deepStrictEqual(
          features.meta.missing.map(({ word }) => word),
          ["a", "i"]
        )
        const notes = yield* produce(eecNotes, { vectors: input, features }, {})
        assert.include(notes.notes[0] ?? "", '"a"')
        assert.include(notes.caption[0] ?? "", "341,479 words")
      }
    })
  )

  it("wire into each other", () => {
    const corpus = eecCorpus.node({})
    const sample = eecSubsample.node({ corpus }, { scheme: "none", seed: 1 })
    const vocabulary = eecVocabulary.node({ corpus }, { tokenCase: "lower", extra: DEBIAS_WORDS })
    const vectors = wordVectors.node(
      { file: External.file(winkFile()), vocabulary },
      { format: "wink", dimension: 100, casePolicy: "lower" }
    )
    const debiased = debiasedVectors.node(
      { vectors },
      {
        definitional: DEFINITIONAL_PAIRS,
        equalise: EQUALISE_PAIRS,
        genderSpecific: EEC_GENDER_SPECIFIC,
        lengths: "unit"
      }
    )
    const features = eecFeatures.node(
      { sample, vectors: debiased },
      { tokenCase: "lower", missing: "skip", extra: "none" }
    )
    assert.strictEqual(features._tag, "StageNode")
  })
})
