/** What a whole table says of its evidence: tests of its differences, test rows, the best, tasks. */
import { assert, describe, it } from "@effect/vitest"
import type { Contributions } from "../../src/domain/Contributions.ts"
import type { TableSpec } from "../../src/domain/TableSpec.ts"
import { buildTable, type CellOutcome, testRowsOf } from "../../src/report/index.ts"
import { seedsForFamily } from "../../src/report/TableStatistics.ts"

const meta = { experiment: "tiny", runId: null }
const spec: TableSpec = {
  title: "Tiny",
  rows: ["method"],
  columns: [{ metric: "accuracy", label: "accuracy", kind: "share", better: "higher", digits: 3 }],
  baseline: { method: "plain" },
  caption: []
}

const cell = (method: string, seed: number, accuracy: number, more: Partial<CellOutcome> = {}): CellOutcome => ({
  labels: { method },
  seed,
  metrics: { accuracy: { value: accuracy } },
  outputs: `${method}${seed}`,
  ...more
})

/** Noise of hundredths that is the same in every run of the tests. */
const noise = (method: number, seed: number) => (((method * 7 + seed * 5 + method * seed * 3) % 11) - 5) / 1000

const runs = (means: { readonly [method: string]: number }, seeds: number, labels: CellOutcome["labels"] = {}) =>
  Object.entries(means).flatMap(([method, mean], index) =>
    Array.from({ length: seeds }, (_, seed) => {
      const made = cell(method, seed, mean + noise(index, seed))
      return { ...made, labels: { ...made.labels, ...labels } }
    })
  )

describe("a table's differences", () => {
  it("are one family: Holm over all that have a p, and the seeds that takes", () => {
    const table = buildTable(spec, runs({ plain: 0.8, a: 0.81, b: 0.9, c: 0.801 }, 7), meta)
    const ps = table.rows.flatMap(({ cells }) => cells.accuracy?.difference ?? [])
    const sorted = ps.toSorted((left, right) => (left.p ?? 1) - (right.p ?? 1))
    assert.strictEqual(sorted[0]?.p, 2 ** -6)
    assert.closeTo(sorted[0]?.pHolm ?? 0, 3 * 2 ** -6, 1e-15)
    assert.deepStrictEqual(
      [table.statistics?.family, table.statistics?.seeds, table.statistics?.seedsForFamily],
      [3, 7, 7]
    )
    // 2^(1−n)·m < .05: 6 seeds for one difference, 13 for 198.
    assert.deepStrictEqual([1, 2, 198, 0].map(seedsForFamily), [6, 7, 13, null])
  })
  it("say which difference so many seeds could have shown", () => {
    const table = buildTable(spec, runs({ plain: 0.8, a: 0.81 }, 5), meta)
    const sd = table.rows[1]?.cells.accuracy?.difference?.sd ?? 0
    // 1.68200 standard deviations with five seeds: statsmodels' TTestPower.
    assert.closeTo(table.columns[0]?.smallest ?? 0, 1.6819970833 * sd, 1e-7)
    const text = table.statistics?.sentences.join("\n") ?? ""
    assert.include(text, "With 5 seeds no exact p can be below .0625: it needs 1 more seed for any below .05")
    assert.include(text, `with 5 seeds (paired t at 5\u00A0%, power 80\u00A0%, median over the rows): accuracy .0`)
  })
})

describe("the best of a column", () => {
  const best = (cells: ReadonlyArray<CellOutcome>, given: TableSpec = spec) =>
    buildTable(given, cells, meta).rows.flatMap(({ cells: { accuracy }, id }) => (accuracy?.best === true ? [id] : []))
  it("survives only where no other row of its baseline may match it", () => {
    assert.deepStrictEqual(best(runs({ plain: 0.8, a: 0.81, b: 0.9 }, 5)), ["method=b"])
    assert.deepStrictEqual(best(runs({ plain: 0.8, a: 0.899, b: 0.9 }, 5)), [])
    assert.deepStrictEqual(best(runs({ plain: 0.8, b: 0.9 }, 1)), [])
  })
  it("is the least where less is better, and none where nobody says which is", () => {
    const [column] = spec.columns
    const lower = { ...spec, columns: column === undefined ? [] : [{ ...column, better: "lower" as const }] }
    assert.deepStrictEqual(best(runs({ plain: 0.8, a: 0.7, b: 0.9 }, 5), lower), ["method=a"])
    const unsaid = { ...spec, columns: [{ metric: "accuracy", label: "accuracy" }] }
    assert.deepStrictEqual(best(runs({ plain: 0.8, a: 0.7 }, 5), unsaid), [])
  })
  it("is found within the rows of each baseline", () => {
    const both = [
      runs({ plain: 0.8, a: 0.9 }, 5, { split: "x" }),
      runs({ plain: 0.5, a: 0.4 }, 5, { split: "y" })
    ].flat()
    assert.deepStrictEqual(best(both, { ...spec, rows: ["split", "method"] }), [
      "split=x,method=a",
      "split=y,method=plain"
    ])
  })
  it("has no certainty of equal differences", () =>
    assert.deepStrictEqual(best([0, 1, 2].flatMap((seed) => [cell("plain", seed, 0.5), cell("a", seed, 0.75)])), []))
})

const contributions = (right: ReadonlyArray<number>, bits: string, rows = "these"): Contributions => ({
  by: "template",
  groups: right.map((_, at) => `template ${at}`),
  figures: { accuracy: { of: right, in: right.map(() => 10) } },
  rows: { metric: "accuracy", rows, right: bits }
})
const published = (method: string, seed: number, right: ReadonlyArray<number>, bits: string, rows?: string) =>
  cell(method, seed, right.reduce((total, each) => total + each, 0) / (10 * right.length), {
    contributions: contributions(right, bits, rows)
  })

describe("test rows", () => {
  const easy = [9, 8, 10, 7, 9, 10]
  const hard = [5, 8, 3, 7, 1, 10]
  const cells = [0, 1, 2].flatMap((seed) => [
    published(
      "plain",
      seed,
      hard.map((count, at) => count - (at < seed ? 1 : 0)),
      "110010"
    ),
    published(
      "a",
      seed,
      easy.map((count, at) => count - (at > seed ? 1 : 0)),
      "111001"
    )
  ])
  it("that are published widen the intervals of figures and differences, which say what they cover", () => {
    const table = buildTable(spec, cells, meta)
    const bare = buildTable(
      spec,
      cells.map(({ contributions: _, ...rest }) => rest),
      meta
    )
    for (const [at, row] of table.rows.entries()) {
      const [own, alone] = [row.cells.accuracy, bare.rows[at]?.cells.accuracy]
      assert.deepStrictEqual(own?.interval, {
        method: "bootstrap-t",
        covers: "seeds and test rows",
        groups: "template"
      })
      assert.strictEqual(alone?.interval?.covers, "seeds")
      assert.isBelow(own?.ci95?.[0] ?? 1, alone?.ci95?.[0] ?? 0)
    }
    const [wide, narrow] = [table, bare].map((each) => each.rows[1]?.cells.accuracy?.difference)
    assert.isAbove(wide?.se ?? 0, 2 * (narrow?.se ?? 1))
    assert.strictEqual(wide?.interval?.covers, "seeds and test rows")
    assert.include(
      table.statistics?.sentences.join(" "),
      "They cover seeds and test rows, grouped by template, in every column."
    )
  })
  it("come to the same intervals however often, and in whatever order the cells come", () => {
    const [once, again] = [cells, cells.toReversed()].map((each) =>
      buildTable(spec, each, meta).rows.toSorted((a, b) => a.id.localeCompare(b.id))
    )
    assert.deepStrictEqual(
      once?.map(({ cells: own }) => own.accuracy?.ci95),
      again?.map(({ cells: own }) => own.accuracy?.ci95)
    )
    const testRows = testRowsOf(spec, cells)
    assert.deepStrictEqual(
      buildTable(
        spec,
        cells.map(({ contributions: _, ...rest }) => rest),
        { ...meta, testRows }
      ),
      buildTable(spec, cells, meta)
    )
  })
  it("that two variants share get McNemar's exact test, seed by seed; others none", () => {
    const tests = buildTable(spec, cells, meta).rows[1]?.cells.accuracy?.difference?.rows
    // Only a: rows 3 and 6; only plain: row 5. Of three, two or more: p = 1.
    assert.deepStrictEqual([tests?.[0]?.seed, tests?.[0]?.wins, tests?.[0]?.losses], [0, 2, 1])
    assert.closeTo(tests?.[0]?.p ?? 0, 1, 1e-12)
    assert.strictEqual(tests?.length, 3)
    const apart = cells.map((each) =>
      each.labels.method === "a" ? published("a", each.seed ?? 0, easy, "111001", "others") : each
    )
    assert.isUndefined(buildTable(spec, apart, meta).rows[1]?.cells.accuracy?.difference?.rows)
  })
  it("that do not give the figure published beside them are left aside, and it is said", () => {
    const wrong = cells.map((each) => ({ ...each, metrics: { accuracy: { value: 0.5 + 0.01 * (each.seed ?? 0) } } }))
    const table = buildTable(spec, wrong, meta)
    assert.strictEqual(table.rows[0]?.cells.accuracy?.interval?.covers, "seeds")
    assert.include(table.notes.join(" "), "contributions published of accuracy do not give its figure")
  })
})

describe("figures over tasks", () => {
  const both = [runs({ plain: 0.8, a: 0.9 }, 4, { task: "x" }), runs({ plain: 0.5, a: 0.4 }, 4, { task: "y" })].flat()
  const table = buildTable(
    {
      ...spec,
      rows: ["task", "method"],
      aggregates: { figures: ["interquartile-mean", "improvement", "profile"], tasks: ["task"] }
    },
    both,
    meta
  )
  const [plain, a] = table.aggregates ?? []
  it("pool the runs of each variant", () => {
    assert.deepStrictEqual([plain?.labels, plain?.tasks, plain?.runs], [{ method: "plain" }, 2, 8])
    const values = both.flatMap(({ labels, metrics }) => (labels.method === "a" ? [metrics?.accuracy?.value ?? 0] : []))
    const middle = values.toSorted((left, right) => left - right).slice(2, 6)
    assert.closeTo(a?.interquartileMean?.value ?? 0, middle.reduce((total, each) => total + each, 0) / 4, 1e-12)
    const [low = 1, high = 0] = a?.interquartileMean?.ci95 ?? []
    assert.isTrue(low <= (a?.interquartileMean?.value ?? 0) && (a?.interquartileMean?.value ?? 1) <= high)
  })
  it("better in one task and worse in the other is improvement one time in two", () => {
    assert.strictEqual(a?.improvement?.value, 0.5)
    assert.isNull(a?.improvement?.ci95)
    assert.isUndefined(plain?.improvement)
  })
  it("a profile falls from 1 to 0", () => {
    const shares = a?.profile?.map(({ share }) => share) ?? []
    assert.deepStrictEqual(
      shares,
      shares.toSorted((left, right) => right - left)
    )
    assert.strictEqual(shares.at(-1), 0)
    assert.strictEqual(plain?.profile?.at(0)?.share, 1)
    assert.include(table.statistics?.sentences.join(" "), "Interquartile mean of accuracy over all task")
  })
})
