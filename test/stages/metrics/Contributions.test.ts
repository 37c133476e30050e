import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { splitRows } from "../../../stages/eec/split.ts"
import { bitAccuracy } from "../../../stages/metrics/BitAccuracy.ts"
import { cocoContributions } from "../../../stages/metrics/CocoContributions.ts"
import { emotionContributions } from "../../../stages/metrics/EmotionContributions.ts"
import { emotionFigures } from "../../../stages/metrics/EmotionFigures.ts"

const total = (values: ReadonlyArray<number>) => values.reduce((before, value) => before + value, 0)

describe("what emotion words add to the figures of a classifier", () => {
  const corpus = generateCorpus()
  const { test, train } = Effect.runSync(splitRows(corpus, { split: "by-emotion-word", seed: 3, fileOrderTrain: null }))
  const rows = [...test].flatMap((row) => corpus[row] ?? [])
  const evaluation = {
    rows,
    train: [...train].flatMap((row) => corpus[row]?.label ?? []),
    predicted: rows.map((row, at) => (at % 5 === 0 ? (row.label + (row.gender === "male" ? 1 : 2)) % 5 : row.label))
  }
  const { by, figures, groups, rows: right } = emotionContributions(evaluation)
  const whole = emotionFigures({ ...evaluation, scores: null })

  it("sums up to every figure, over the groups that the split holds out", () => {
    assert.strictEqual(by, "emotion word")
    // Of four emotions two words each, and a neutral template.
    assert.strictEqual(groups.length, 9)
    assert.isAbove(Object.keys(figures).length, 20)
    for (const [name, { form, in: below, of }] of Object.entries(figures)) {
      const measure = Object.entries(whole).find(([metric]) => metric === name)?.[1]
      const ratio = total(of) / total(below)
      assert.closeTo(form === "product" ? ratio * (1 - ratio) : ratio, measure?.value ?? Number.NaN, 1e-12, name)
      if (form === undefined) assert.strictEqual(total(below), measure?.n, name)
    }
  })
  it("names the rows that are right, and the same rows alike", () => {
    assert.strictEqual(right?.right.length, rows.length)
    assert.strictEqual([...(right?.right ?? "")].filter((bit) => bit === "1").length, total(figures.accuracy?.of ?? []))
    const other = emotionContributions({ ...evaluation, predicted: rows.map(() => 0) }).rows
    assert.strictEqual(other?.rows, right?.rows)
    const fewer = { ...evaluation, rows: rows.slice(1), predicted: evaluation.predicted.slice(1) }
    assert.notStrictEqual(emotionContributions(fewer).rows?.rows, right?.rows)
  })
})

describe("what images add", () => {
  it("sums up to the shares of images and of their labels", () => {
    const bits = (data: ReadonlyArray<number>) => ({ rows: 3, width: 2, data: Uint8Array.from(data) })
    const truth = bits([1, 1, 0, 1, 0, 0])
    const predicted = bits([1, 0, 0, 1, 1, 0])
    const { figures, groups, rows } = cocoContributions({ train: truth, truth, predicted, ids: [7, 8, 9] })
    assert.deepStrictEqual(groups, ["7", "8", "9"])
    assert.deepStrictEqual(figures.acc_test, { of: [1, 2, 1], in: [2, 2, 2] })
    assert.strictEqual(total(figures.acc_test?.of ?? []) / 6, bitAccuracy(truth, predicted).value)
    assert.deepStrictEqual(figures.man_share_predicted, { of: [0, 1, 0], in: [1, 1, 1] })
    assert.strictEqual(rows?.right, "011")
  })
})
