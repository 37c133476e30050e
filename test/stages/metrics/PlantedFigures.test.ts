import { assert, describe, it } from "@effect/vitest"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { EMOTION_LABELS } from "../../../stages/eec/Sentence.ts"
import { plantedFigures } from "../../../stages/metrics/PlantedFigures.ts"

const rows = generateCorpus()
const train = rows.map((row) => row.label)
const fear = EMOTION_LABELS.indexOf("fear")
const joy = EMOTION_LABELS.indexOf("joy")
const gender = [
  { emotion: "fear", attribute: "gender", value: "female", other: "male" },
  { emotion: "anger", attribute: "gender", value: "male", other: "female" }
] as const
/** Scores that are 1 for the class that is said. */
const sure = (predicted: ReadonlyArray<number>) =>
  predicted.flatMap((label) => EMOTION_LABELS.map((_, at) => Number(at === label)))
const figuresOf = (predicted: ReadonlyArray<number>) =>
  plantedFigures({ rows, train, predicted, scores: sure(predicted) }, "gender", gender)

describe("figures under a planted bias", () => {
  it("are at the truth for a classifier that is always right", () => {
    const figures = figuresOf(train)
    for (const name of ["fear_gap", "fear_odds", "anger_gap", "anger_odds", "flip"] as const)
      assert.strictEqual(figures[name].value, 0, name)
    for (const name of ["accuracy", "worst_group", "accuracy_favoured", "accuracy_disfavoured"] as const)
      assert.strictEqual(figures[name].value, 1, name)
    assert.strictEqual(figures.fear_p.value, 0.5)
    assert.strictEqual(figures.fear_base.value, 0.5)
  })

  it("are at the other end for one that never sees fear in men", () => {
    const figures = figuresOf(rows.map((row) => (row.emotion === "fear" && row.gender === "male" ? joy : row.label)))
    assert.strictEqual(figures.fear_p.value, 1)
    assert.strictEqual(figures.fear_odds.value, 1)
    assert.strictEqual(figures.worst_group.value, 0)
    // Half of fear, and nothing of anger.
    assert.strictEqual(figures.accuracy_disfavoured.value, 0.5)
    assert.strictEqual(figures.accuracy_favoured.value, 1)
    // All 144 contexts have 11 pairs; in the 35 of fear each has a gap of 1.
    assert.closeTo(figures.fear_gap.value ?? 0, 35 / 144, 1e-12)
    assert.strictEqual(figures.anger_gap.value, 0)
  })

  it("count a gap towards the favoured side, whichever it is", () => {
    const predicted = rows.map((row) => (row.emotion === "fear" && row.race === "African-American" ? joy : row.label))
    const gapOf = (value: string, other: string) =>
      plantedFigures({ rows, train, predicted, scores: sure(predicted) }, "race", [
        { emotion: "fear", attribute: "race", value, other }
      ]).fear_gap.value
    assert.closeTo(gapOf("European", "African-American") ?? 0, 35 / 144, 1e-12)
    assert.closeTo(gapOf("African-American", "European") ?? 0, -35 / 144, 1e-12)
  })

  it("say of an emotion without a planted pair, and of one that is never predicted, why there is no figure", () => {
    const predicted = rows.map((row) => (row.label === fear ? joy : row.label))
    const pairs = [{ emotion: "fear", attribute: "race", value: "European", other: "African-American" }] as const
    const figures = plantedFigures({ rows, train, predicted, scores: null }, "race", pairs)
    assert.deepStrictEqual(figures.anger_gap, { value: null, note: "nothing was planted in anger" })
    assert.strictEqual(figures.fear_p.value, null)
    assert.strictEqual(figures.fear_p.note, "no row predicted fear")
    assert.strictEqual(figures.fear_gap.note, "the model gives no scores")
    // Rows without a race have no side.
    assert.strictEqual(figures.fear_odds.n, 5760)
  })
})
