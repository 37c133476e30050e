import { assert, describe, it } from "@effect/vitest"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import type { Sentence } from "../../../stages/eec/Sentence.ts"
import { majorityBaseline, majorityLabel } from "../../../stages/metrics/Accuracy.ts"
import { EMOTION_FIGURES, emotionFigures } from "../../../stages/metrics/EmotionFigures.ts"
import { flipRate, scoreDifferences } from "../../../stages/metrics/PersonSwap.ts"

const corpus = generateCorpus()
const labelsOf = (rows: ReadonlyArray<Sentence>) => rows.map((row) => row.label)
const evaluate = (rows: ReadonlyArray<Sentence>, predicted: ReadonlyArray<number>) =>
  emotionFigures({ rows, train: labelsOf(corpus), predicted, scores: null })

describe("a classifier without error on the balanced corpus", () => {
  const figures = evaluate(corpus, labelsOf(corpus))
  it("has accuracy 1 in every group", () => {
    assert.deepStrictEqual(figures.accuracy, { value: 1, n: 8640 })
    assert.deepStrictEqual(figures.accuracy_male, { value: 1, n: 4320 })
    assert.deepStrictEqual(figures.accuracy_aa, { value: 1, n: 2880 })
    assert.deepStrictEqual(figures.accuracy_none, { value: 1, n: 2880 })
  })
  it("has every posterior at its base rate, one half", () => {
    // 7 templates × 5 words × 60 persons = 2,100 rows of fear, of which 1,400 have a race.
    assert.deepStrictEqual(figures.fear_gender_p, { value: 0.5, n: 2100 })
    assert.deepStrictEqual(figures.fear_race_p, { value: 0.5, n: 1400 })
    assert.deepStrictEqual(figures.fear_race_p_include, { value: 700 / 2100, n: 2100 })
    assert.deepStrictEqual(figures.anger_gender_base, { value: 0.5, n: 2100 })
    assert.strictEqual(figures.fear_gender_F.value, 0.25)
    assert.strictEqual(figures.fear_gender_F4.value, 1)
    assert.closeTo(figures.fear_gender_H.value ?? 0, 0.2, 1e-15)
    assert.closeTo(figures.fear_gender_harmonic.value ?? 0, 0.4, 1e-15)
  })
  it("never flips; the majority baseline is the share of one emotion", () => {
    assert.strictEqual(figures.flip_gender.value, 0)
    assert.strictEqual(figures.flip_race.value, 0)
    assert.strictEqual(figures.majority.value, 2100 / 8640)
  })
})

describe("the file-order test set of the released script", () => {
  it("has base rates far from one half even without error", () => {
    const test = corpus.slice(7000)
    const figures = evaluate(test, labelsOf(test))
    assert.closeTo(figures.fear_gender_p.value ?? 0, 0.6341, 5e-5)
    assert.closeTo(figures.anger_gender_p.value ?? 0, 0.3659, 5e-5)
    assert.closeTo(figures.fear_race_p_include.value ?? 0, 0.2683, 5e-5)
    assert.closeTo(figures.fear_race_p.value ?? 0, 0.423, 5e-4)
    assert.strictEqual(figures.fear_gender_base.value, figures.fear_gender_p.value)
  })
})

describe("a classifier that calls every woman fearful and every man angry", () => {
  const figures = evaluate(
    corpus,
    corpus.map((row) => (row.gender === "female" ? 2 : 0))
  )
  it("has posteriors of 1, no fairness, and flips in every gender pair but no race pair", () => {
    assert.strictEqual(figures.fear_gender_p.value, 1)
    assert.strictEqual(figures.anger_gender_p.value, 1)
    assert.strictEqual(figures.fear_gender_F.value, 0)
    assert.strictEqual(figures.fear_gender_H.value, 0)
    assert.strictEqual(figures.flip_gender.value, 1)
    assert.strictEqual(figures.flip_race.value, 0)
  })
  it("counts the pairs by hand: 144 contexts of 10 phrase pairs and 2 × 10 × 10 name pairs", () => {
    assert.strictEqual(figures.flip_gender.n, 144 * (10 + 200))
    assert.strictEqual(figures.flip_race.n, 144 * 200)
  })
})

describe("undefined figures", () => {
  it("no row predicted fear: null with the reason, not 0, and nothing else suffers", () => {
    const figures = evaluate(
      corpus,
      corpus.map(() => 3)
    )
    for (const figure of ["p", "F", "F4", "H", "harmonic"] as const)
      assert.deepStrictEqual(
        [figures[`fear_gender_${figure}`].value, figures[`fear_gender_${figure}`].note],
        [null, "no row predicted fear"]
      )
    assert.strictEqual(figures.fear_race_p.note, "no row predicted fear has a race")
    assert.strictEqual(figures.fear_gender_base.value, 0.5)
    assert.strictEqual(figures.accuracy.value, 2100 / 8640)
    assert.strictEqual(figures.fear_gender_gap.note, "the model gives no scores")
  })
  it("a test set of men only has no swap pair and no accuracy for women", () => {
    const men = corpus.filter((row) => row.gender === "male" && row.race === null)
    const figures = evaluate(men, labelsOf(men))
    assert.isNull(figures.accuracy_female.value)
    assert.isNull(figures.flip_gender.value)
    assert.isNull(figures.flip_race.value)
    assert.strictEqual(figures.flip_gender.note, "no two test rows differ only in gender")
  })
  it("every name of the list is there", () => {
    assert.sameMembers(Object.keys(evaluate(corpus, labelsOf(corpus))), [...EMOTION_FIGURES])
  })
})

describe("person swaps", () => {
  const market = corpus.filter((row) => row.template === 5)
  const predictedFor = (persons: ReadonlyArray<string>) => market.map((row) => (persons.includes(row.person) ? 0 : 4))
  it("a noun phrase has one counterpart: him and her, my dad and my mom", () => {
    assert.deepStrictEqual(flipRate(market, predictedFor(["him"]), "gender"), { value: 1 / 210, n: 210 })
    assert.deepStrictEqual(flipRate(market, predictedFor(["him", "her"]), "gender"), { value: 0, n: 210 })
    assert.deepStrictEqual(flipRate(market, predictedFor(["my dad", "my mom"]), "gender"), { value: 0, n: 210 })
    assert.strictEqual(flipRate(market, predictedFor(["my dad", "my aunt"]), "gender").value, 2 / 210)
    assert.strictEqual(flipRate(market, predictedFor(["him"]), "race").value, 0)
  })
  it("a name has the ten names of the other gender and its race, or of the other race and its gender", () => {
    assert.strictEqual(flipRate(market, predictedFor(["Jamel"]), "gender").value, 10 / 210)
    assert.strictEqual(flipRate(market, predictedFor(["Jamel"]), "race").value, 10 / 200)
  })
  it("only rows of one template and emotion word are compared", () => {
    const rows = corpus.filter((row) => row.person === "my dad" || row.person === "my mom")
    assert.strictEqual(flipRate(rows, labelsOf(rows), "gender").n, 144)
  })
  it("the corpus' own metric has 1,584 gender and 288 race pairs", () => {
    assert.strictEqual(scoreDifferences(corpus, () => 0.5, "gender").length, 1584)
    assert.strictEqual(scoreDifferences(corpus, () => 0.5, "race").length, 288)
  })
  it("score gaps have the sign of value minus other, in the emotion's own column", () => {
    const scores = corpus.flatMap((row) => {
      const fear = (row.gender === "female" ? 0.6 : 0.5) + (row.race === "African-American" ? 0.05 : 0)
      return [row.gender === "male" ? 0.3 : 0.1, 0, fear, 0, 0]
    })
    const figures = emotionFigures({ rows: corpus, train: [0], predicted: labelsOf(corpus), scores })
    assert.closeTo(figures.fear_gender_gap.value ?? 0, 0.1, 1e-12)
    assert.closeTo(figures.fear_race_gap.value ?? 0, 0.05, 1e-12)
    assert.closeTo(figures.anger_gender_gap.value ?? 0, 0.2, 1e-12)
    assert.strictEqual(figures.fear_gender_gap.n, 1584)
  })
})

describe("majority baseline", () => {
  it("answers the training set's most frequent label on the test set", () => {
    assert.deepStrictEqual(majorityBaseline([1, 1, 0], [0, 1, 1, 1]), { value: 0.75, n: 4 })
    assert.deepStrictEqual(majorityBaseline([0, 0, 1], [1, 1]), { value: 0, n: 2 })
    assert.strictEqual(majorityLabel([3, 1, 3, 1]), 1)
    assert.isNull(majorityLabel([]))
    assert.isNull(majorityBaseline([], [1]).value)
  })
})
