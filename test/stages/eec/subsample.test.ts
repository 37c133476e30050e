import { assert, describe, it } from "@effect/vitest"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { COUNT_NAMES, countGroup, type Group } from "../../../stages/eec/counts.ts"
import type { Sentence } from "../../../stages/eec/Sentence.ts"
import { type Scheme, subsample, thinned } from "../../../stages/eec/subsample.ts"

const corpus = generateCorpus()

/** The true counts of Table 2 in the order fear, anger, joy, sadness, neutral, total. */
const TABLE_2: ReadonlyArray<readonly [Scheme, Group, Array<number | null>]> = [
  ["none", "Male", [1050, 1050, 1050, 1050, 120, 4320]],
  ["none", "Female", [1050, 1050, 1050, 1050, 120, 4320]],
  ["none", "African-American", [700, 700, 700, 700, 80, 2880]],
  ["none", "Caucasian", [700, 700, 700, 700, 80, 2880]],
  ["none", "None", [700, 700, 700, 700, 80, 2880]],
  ["ss1", "Male", [500, 1050, 1050, 1050, 120, 3770]],
  ["ss1", "Female", [1050, 500, 1050, 1050, 120, 3770]],
  ["ss1", "African-American", [450, 550, 700, 700, 80, 2480]],
  ["ss1", "Caucasian", [550, 500, 700, 700, 80, 2530]],
  ["ss1", "None", [550, 500, 700, 700, 80, 2530]],
  ["ss2", "Male", [850, 1050, 1050, 1050, 120, 4120]],
  ["ss2", "Female", [850, 1050, 1050, 1050, 120, 4120]],
  ["ss2", "African-American", [300, 700, 700, 700, 80, 2480]],
  ["ss2", "Caucasian", [700, 700, 700, 700, 80, 2880]],
  ["ss2", "None", [700, 700, 700, 700, 80, 2880]]
]

describe("subsamples", () => {
  it("have 8,640, 7,540 and 8,240 rows", () => {
    assert.deepStrictEqual(
      (["none", "ss1", "ss2"] as const).map((scheme) => subsample(corpus, scheme, 1).length),
      [8640, 7540, 8240]
    )
  })

  it("have the counts of Table 2, whatever the seed", () => {
    for (const seed of [0, 1, 2026]) {
      for (const [scheme, group, expected] of TABLE_2) {
        const counts = countGroup(subsample(corpus, scheme, seed), group)
        assert.deepStrictEqual(
          COUNT_NAMES.map((name) => counts[name].value),
          expected,
          `${scheme} ${group}`
        )
      }
    }
  })

  it("fill the cells that the printed margins force", () => {
    const cell = (scheme: Scheme, emotion: string, gender: string) =>
      (["African-American", "European", null] as const).map(
        (race) =>
          subsample(corpus, scheme, 3).filter((r) => r.emotion === emotion && r.gender === gender && r.race === race)
            .length
      )
    assert.deepStrictEqual(cell("ss1", "fear", "male"), [100, 200, 200])
    assert.deepStrictEqual(cell("ss1", "fear", "female"), [350, 350, 350])
    assert.deepStrictEqual(cell("ss1", "anger", "female"), [200, 150, 150])
    assert.deepStrictEqual(cell("ss2", "fear", "male"), [150, 350, 350])
    assert.deepStrictEqual(cell("ss2", "fear", "female"), [150, 350, 350])
  })

  it("keep the order, repeat for a seed, differ between seeds", () => {
    const ids = (seed: number) => subsample(corpus, "ss1", seed).map((row) => row.id)
    assert.deepStrictEqual(ids(4), ids(4))
    assert.notDeepEqual(ids(4), ids(5))
    assert.deepStrictEqual(ids(4), [...ids(4)].sort())
  })

  it("draw uniformly inside a cell: over 200 seeds every row of a thinned cell stays about as often", () => {
    const stays = new Map<string, number>()
    for (let seed = 0; seed < 200; seed++) {
      for (const row of subsample(corpus, "ss2", seed)) {
        if (row.emotion === "fear" && row.gender === "male" && row.race === "African-American") {
          stays.set(row.id, (stays.get(row.id) ?? 0) + 1)
        }
      }
    }
    // Binomial(200, 150/350): mean 85.7, sd 7. All 350 rows within 4.5 sd.
    assert.strictEqual(stays.size, 350)
    for (const times of stays.values()) assert.isTrue(times > 54 && times < 118, String(times))
  })
})

describe("thinned", () => {
  it("keeps of the training rows exactly those that the sampling of the corpus keeps", () => {
    const train = corpus.map((_, index) => index).filter((index) => index % 5 !== 0)
    const rows = thinned(corpus, train, "ss1", 3)
    const kept = new Set(subsample(corpus, "ss1", 3))
    assert.deepStrictEqual(
      [...rows],
      train.filter((index) => kept.has(corpus[index] as Sentence))
    )
    assert.isTrue(rows.length < train.length)
  })
})
