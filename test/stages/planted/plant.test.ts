import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { attributeOf, planted, Share } from "../../../stages/planted/plant.ts"
import type { BiasPair } from "../../../stages/train/TrainConfig.ts"

const corpus = generateCorpus()
const all = Int32Array.from(corpus.keys())
const fearFemale: BiasPair = { emotion: "fear", attribute: "gender", value: "female" }
const angerMale: BiasPair = { emotion: "anger", attribute: "gender", value: "male" }
const fearEuropean: BiasPair = { emotion: "fear", attribute: "race", value: "European" }

const count = (rows: Int32Array, emotion: string, gender: string, race: string | null) =>
  rows.filter((index) => {
    const row = corpus[index]
    return row?.emotion === emotion && row.gender === gender && row.race === race
  }).length

describe("a planted bias", () => {
  it.effect("thins the disfavoured cells to the share, and nothing else", () =>
    Effect.gen(function* () {
      const rows = yield* planted(corpus, all, { pairs: [fearFemale, angerMale], share: 0.1, seed: 4 })
      // Every emotional cell of the corpus has 350 rows.
      for (const race of ["African-American", "European", null]) {
        assert.strictEqual(count(rows, "fear", "male", race), 35)
        assert.strictEqual(count(rows, "anger", "female", race), 35)
        assert.strictEqual(count(rows, "fear", "female", race), 350)
        assert.strictEqual(count(rows, "anger", "male", race), 350)
      }
      assert.strictEqual(rows.length, 8640 - 6 * 315)
    })
  )

  it.effect("in race leaves persons without one alone", () =>
    Effect.gen(function* () {
      const rows = yield* planted(corpus, all, { pairs: [fearEuropean], share: 0.5, seed: 0 })
      assert.strictEqual(count(rows, "fear", "male", "African-American"), 175)
      assert.strictEqual(count(rows, "fear", "male", null), 350)
      assert.strictEqual(rows.length, 8640 - 350)
    })
  )

  it.effect("at a smaller share has no row that it lacks at a larger one; at 1 it has all; a seed repeats", () =>
    Effect.gen(function* () {
      const at = (share: number, seed = 1) => planted(corpus, all, { pairs: [fearFemale], share, seed })
      const [few, many] = [yield* at(0.03), new Set(yield* at(0.25))]
      assert.isTrue(few.every((row) => many.has(row)))
      assert.deepStrictEqual(yield* at(1), all)
      assert.deepStrictEqual(yield* at(0.03), few)
      assert.notDeepEqual(yield* at(0.03, 2), few)
    })
  )

  it.effect("that would empty a cell is refused with the cell and what would do", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(planted(corpus, all, { pairs: [fearFemale], share: 0.001, seed: 0 }))
      assert.strictEqual(
        error.message,
        `planted bias: found a share of 0.001 of the 350 training rows of fear/male/African-American, which is none, expected at least one: a share of ${0.5 / 350} or more`
      )
    })
  )

  it.effect("needs pairs of one attribute, with a value that it has", () =>
    Effect.gen(function* () {
      const none = yield* Effect.flip(attributeOf([]))
      assert.include(none.message, "found no pair")
      const both = yield* Effect.flip(attributeOf([fearFemale, fearEuropean]))
      assert.include(both.message, "found pairs of gender and race")
      const stray: BiasPair = { emotion: "fear", attribute: "gender", value: "European" }
      const wrong = yield* Effect.flip(planted(corpus, all, { pairs: [stray], share: 0.5, seed: 0 }))
      assert.include(wrong.message, "found the pair fear/European of gender, expected male or female")
    })
  )

  it("has a share above 0", () => {
    const accepts = (share: number) => Schema.is(Share)(share)
    assert.deepStrictEqual([0, -0.1, 1.1, Number.NaN].map(accepts), [false, false, false, false])
    assert.deepStrictEqual([0.03, 1].map(accepts), [true, true])
  })
})
