/** The distance of a whole table to the printed one, where it is known: the print itself, its columns' means, and halves of both. */
import { assert, describe, it } from "@effect/vitest"
import { EMOTION_FIGURES, type EmotionFigures } from "../../../stages/metrics/EmotionFigures.ts"
import {
  comparedFigures,
  distanceFigures,
  type PrintedName,
  type PrintedRow
} from "../../../stages/metrics/PrintedDistance.ts"

const NAMES = ["fear_gender", "fear_race", "anger_gender"] as const

/** What is printed of a classifier of accuracy A and posteriors p. */
const rowOf = (row: string, A: number, ps: readonly [number, number, number]): PrintedRow => {
  const figure = (name: PrintedName, value: number) => ({ figure: name, value, isFlawed: false })
  return {
    row,
    figures: [
      figure("accuracy", A),
      ...NAMES.flatMap((pair, at) => {
        const p = ps[at] ?? 0
        const F = p * (1 - p)
        return [figure(`${pair}_p`, p), figure(`${pair}_F`, F), figure(`${pair}_H`, (A * F) / (A + F))]
      })
    ]
  }
}

/** A classifier's figures; `include` are its posteriors where rows without the attribute count. */
const figuresOf = (
  A: number,
  ps: readonly [number | null, number, number],
  include: readonly [number | null, number, number] = ps
): EmotionFigures => {
  const values: { readonly [name: string]: number | null } = {
    accuracy: A,
    ...Object.fromEntries(NAMES.map((pair, at) => [`${pair}_p`, ps[at] ?? null])),
    ...Object.fromEntries(NAMES.map((pair, at) => [`${pair}_p_include`, include[at] ?? null]))
  }
  const entries = EMOTION_FIGURES.map((name) => [name, { value: values[name] ?? null }] as const)
  return Object.fromEntries(entries) as unknown as EmotionFigures
}

const printed = [rowOf("one", 0.8, [0.6, 0.3, 0.55]), rowOf("two", 0.9, [0.9, 0.5, 0.7])]

const distance = (tables: ReadonlyArray<EmotionFigures>, denominator: "exclude" | "include" = "exclude") =>
  distanceFigures(comparedFigures(printed, tables, denominator))

describe("distance to the print", () => {
  it("is 0 of the print itself, which then explains all", () => {
    const found = distance([figuresOf(0.8, [0.6, 0.3, 0.55]), figuresOf(0.9, [0.9, 0.5, 0.7])])
    assert.closeTo(found.distance.value ?? Number.NaN, 0, 1e-12)
    assert.closeTo(found.explained.value ?? Number.NaN, 1, 1e-12)
    assert.strictEqual(found.said.value, 20)
  })

  it("is 1 of the columns' own means, which explain nothing", () => {
    const mean = figuresOf(0.85, [0.75, 0.4, 0.625])
    const { distance_accuracy, distance_p, level } = distance([mean, mean])
    assert.closeTo(distance_accuracy.value ?? Number.NaN, 1, 1e-12)
    assert.closeTo(distance_p.value ?? Number.NaN, 1, 1e-12)
    // F and H of mean posteriors are not the means of F and H, so a level is left.
    assert.isAbove(level.value ?? Number.NaN, 0)
  })

  it("is what is wrong with the columns' means, and with the differences between rows", () => {
    const shifted = distance([figuresOf(0.85, [0.6, 0.3, 0.55]), figuresOf(0.95, [0.9, 0.5, 0.7])])
    // Accuracies of .8 and .9 have a spread of .05.
    assert.closeTo(shifted.distance_accuracy.value ?? Number.NaN, 1, 1e-12)
    for (const { distance: all, level, pattern } of [
      shifted,
      distance([figuresOf(0.7, [0.5, 0.2, 0.9]), figuresOf(0.6, [0.1, 0.4, 0.3])])
    ])
      assert.closeTo((all.value ?? 0) ** 2, (level.value ?? 0) ** 2 + (pattern.value ?? 0) ** 2, 1e-9)
  })

  it("leaves out what cannot be said, counts it, and gives no credit for it", () => {
    const found = distance([figuresOf(0.8, [null, 0.3, 0.55]), figuresOf(0.9, [0.9, 0.5, 0.7])])
    assert.closeTo(found.distance.value ?? Number.NaN, 0, 1e-12)
    assert.deepStrictEqual([found.said.value, found.unsaid.value], [17, 3])
    assert.closeTo(found.explained.value ?? Number.NaN, 1 - 3 / 20, 1e-12)
  })

  it("takes the posteriors of the denominator that is asked for", () => {
    const tables = [figuresOf(0.8, [0.1, 0.1, 0.1], [0.6, 0.3, 0.55]), figuresOf(0.9, [0.2, 0.2, 0.2], [0.9, 0.5, 0.7])]
    assert.closeTo(distance(tables, "include").distance.value ?? Number.NaN, 0, 1e-12)
    assert.isAbove(distance(tables).distance.value ?? Number.NaN, 1)
  })

  it("is not defined where nothing can be said", () => {
    const { distance: none, explained, said } = distance([])
    assert.isNull(none.value)
    assert.strictEqual(explained.value, 0)
    assert.strictEqual(said.value, 0)
  })
})
