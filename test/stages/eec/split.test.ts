import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { generateCorpus, personOf } from "../../../stages/eec/corpus.ts"
import type { Sentence } from "../../../stages/eec/Sentence.ts"
import { SplitError, SplitKind, splitRows } from "../../../stages/eec/split.ts"
import { Scheme, subsample } from "../../../stages/eec/subsample.ts"

const corpus = generateCorpus()
const run = (sample: ReadonlyArray<Sentence>, split: SplitKind, seed: number) =>
  splitRows(sample, { split, seed, fileOrderTrain: null })
const Seed = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))

const groupOf: { readonly [K in SplitKind]?: (row: Sentence) => string } = {
  "by-template": (row) => String(row.template),
  "by-person": (row) => personOf(row.person),
  "by-emotion-word": (row) => row.emotionWord ?? String(row.template)
}

const rowsAt = (sample: ReadonlyArray<Sentence>, indices: Int32Array) =>
  Array.from(indices, (index) => {
    const row = sample[index]
    assert.isDefined(row)
    return row
  })

describe("splits", () => {
  it.effect.prop(
    "are disjoint, complete, pure in their groups, and test every class",
    { split: SplitKind, scheme: Scheme, seed: Seed },
    ({ split, scheme, seed }) =>
      Effect.gen(function* () {
        const sample = subsample(corpus, scheme, seed)
        const { train, test, meta } = yield* run(sample, split, seed)
        const all = [...train, ...test].sort((a, b) => a - b)
        assert.deepStrictEqual(all, [...sample.keys()])
        const group = groupOf[split]
        if (group !== undefined) {
          const trained = new Set(rowsAt(sample, train).map(group))
          const tested = new Set(rowsAt(sample, test).map(group))
          assert.deepStrictEqual(
            [...tested].filter((name) => trained.has(name)),
            []
          )
          assert.strictEqual(tested.size, meta.heldOut.length)
        }
        const classes = new Set(rowsAt(sample, test).map((row) => row.label))
        if (split === "file-order") assert.deepStrictEqual(meta.missingFromTest, ["no_emotion"])
        else assert.strictEqual(classes.size, 5)
        const share = test.length / sample.length
        assert.isTrue(share > (split === "by-template" ? 0.11 : 0.18) && share < 0.22, `${split} ${share}`)
      }),
    { arbitrary: { runs: 60 } }
  )

  it.effect.prop(
    "repeat for a seed",
    { split: SplitKind, seed: Seed },
    ({ split, seed }) =>
      Effect.gen(function* () {
        const [first, again] = yield* Effect.all([run(corpus, split, seed), run(corpus, split, seed)])
        assert.deepStrictEqual(first, again)
      }),
    { arbitrary: { runs: 12 } }
  )

  it.effect("differ between seeds", () =>
    Effect.gen(function* () {
      for (const split of SplitKind.literals) {
        if (split === "file-order") continue
        const tests = yield* Effect.forEach([1, 2, 3, 4, 5, 6], (seed) => run(corpus, split, seed))
        assert.isTrue(new Set(tests.map(({ test }) => test.join())).size > 2, split)
      }
    })
  )

  it.effect("random has exactly a fifth; stratified a fifth of every cell", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* run(corpus, "random", 7)).test.length, 1728)
      const { test } = yield* run(corpus, "stratified", 7)
      const sizes = new Map<string, number>()
      for (const row of rowsAt(corpus, test)) {
        const cell = `${row.emotion}/${row.gender}/${row.race}`
        sizes.set(cell, (sizes.get(cell) ?? 0) + 1)
      }
      assert.strictEqual(sizes.size, 30)
      for (const [cell, size] of sizes) assert.strictEqual(size, cell.startsWith("null") ? 8 : 70, cell)
    })
  )

  it.effect("file-order gives the posteriors of a perfect classifier that methods state", () =>
    Effect.gen(function* () {
      const posterior = (test: Int32Array, emotion: string, is: (row: Sentence) => boolean) => {
        const rows = rowsAt(corpus, test).filter((row) => row.emotion === emotion)
        return Math.round((rows.filter(is).length / rows.length) * 1e4) / 1e4
      }
      const of = (test: Int32Array) => [
        posterior(test, "fear", (row) => row.gender === "female"),
        posterior(test, "anger", (row) => row.gender === "male"),
        posterior(test, "fear", (row) => row.race === "African-American"),
        posterior(test, "fear", (row) => row.race === "European")
      ]
      const default80 = yield* run(corpus, "file-order", 1)
      assert.strictEqual(default80.train.length, 6912)
      assert.deepStrictEqual(of(default80.test), [0.6536, 0.3488, 0.3072, 0.3464])
      const script = yield* splitRows(corpus, { split: "file-order", seed: 1, fileOrderTrain: 7000 })
      assert.deepStrictEqual(of(script.test), [0.6341, 0.3659, 0.2683, 0.3659])
    })
  )

  it.effect("by-emotion-word holds out one state and one situation word of each emotion and a neutral template", () =>
    Effect.gen(function* () {
      const { test, meta } = yield* run(corpus, "by-emotion-word", 3)
      assert.strictEqual(test.length, 1740)
      assert.strictEqual(meta.heldOut.length, 9)
      const rows = rowsAt(corpus, test)
      for (const label of [0, 1, 2, 3]) assert.strictEqual(rows.filter((row) => row.label === label).length, 420)
      for (const label of [0, 1, 2, 3]) {
        assert.isTrue(rows.some((row) => row.label === label && row.template <= 4))
        assert.isTrue(rows.some((row) => row.label === label && row.template >= 9))
      }
    })
  )

  it.effect("by-person holds out two persons of every gender and race", () =>
    Effect.gen(function* () {
      const { test, meta } = yield* run(corpus, "by-person", 3)
      assert.strictEqual(meta.heldOut.length, 12)
      assert.strictEqual(test.length, 1728)
      const cells = rowsAt(corpus, test).map((row) => `${row.gender}/${row.race}`)
      assert.strictEqual(new Set(cells).size, 6)
    })
  )

  it.effect("are refused where a part would be empty", () =>
    Effect.gen(function* () {
      for (const fileOrderTrain of [8640, 9000, 0]) {
        const error = yield* Effect.flip(splitRows(corpus, { split: "file-order", seed: 1, fileOrderTrain }))
        assert.instanceOf(error, SplitError)
        assert.include(error.message, "file-order")
      }
      assert.instanceOf(yield* Effect.flip(run([], "random", 1)), SplitError)
    })
  )
})
