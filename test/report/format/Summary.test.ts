import { readFileSync } from "node:fs"
import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import fc from "fast-check"
import table3 from "../../../experiments/table3.ts"
import { displayWidth } from "../../../src/domain/DisplayWidth.ts"
import type { TableSpec } from "../../../src/domain/TableSpec.ts"
import { buildTable, type CellOutcome, ReportTable, SUMMARY_LINES, toSummary } from "../../../src/report/index.ts"
import { small } from "./fixture.ts"

const command = "ablate table small"
const plain = (text: string) => text.replaceAll("\u00A0", " ")
const linesOf = (table: ReportTable, width: number, notes = false) =>
  plain(toSummary(table, { width, command, notes })).split("\n")

/** Table 3 as declared, with made-up figures of five seeds that spread as the real ones do. */
const madeUp = (settings: Readonly<Record<string, unknown>> = {}): ReportTable => {
  const { cells, table } = table3.expand(Schema.decodeUnknownSync(table3.settings)(settings))
  const spec = table ?? assert.fail("no table")
  const metrics = [...new Set(spec.columns.flatMap(({ beside, metric }) => [metric, beside?.metric ?? metric]))]
  return buildTable(
    spec,
    cells.map(
      ({ labels, seed }, at): CellOutcome => ({
        labels,
        seed,
        metrics: Object.fromEntries(
          metrics.map((metric, column) => [metric, { value: 0.2 + ((at * 7 + column * 3 + (seed ?? 0)) % 11) / 20 }])
        ),
        outputs: `${at}`
      })
    ),
    {
      experiment: "table3",
      runId: "20260131-154502-k3f9",
      caption: ["Word vectors: GloVe vectors of wink-embeddings (JSON), 341,479 words, 100 values each."],
      notes: ['2 words of the corpus without a vector ("a" 960, "i" 1,320 tokens), left out of the sums.']
    }
  )
}

describe("the summary of a run", () => {
  it("shows figures, spread, reference, signs of differences, notes, failures, and where the rest is", () => {
    assert.deepStrictEqual(linesOf(small, 90), [
      "A small table",
      "",
      "                                     ──────────────── fear ────────────────",
      "                  accuracy           P(f|fear)           F",
      "method    split   mean ±sd    paper  mean ±sd     paper  mean ±sd     paper",
      "───────────────────────────────────────────────────────────────────────────",
      "plain     random  .820 ±.020  .900   .625 ±.125   1.000  .224 ±.033",
      "plain     word    .620 ±.020  .900   .500 ±.000^2 1.000  .250 ±.000^2",
      "aware     random  .920 ±.020↑ .910   .500 ±.000    .600  .250 ±.000   .250!",
      "aware ^1  word    .600 ±.000  .910   .500 ±.000    .600  .250 ±.000   .250!",
      "",
      "Mean ± standard deviation over 3 seeds (0, 1, 2). paper: printed there; ! contradicts",
      "itself (--notes says how). ↑ ↓ above, below the baseline (plain): paired 95 % interval",
      "excludes 0.",
      "  1  failed in 1 of 3 seeds",
      "  2  undefined in 1 of 3 seeds: no row predicted fear",
      "",
      "Data: ten made-up sentences.",
      "Failed: 1 of 12 cells: loss is NaN (method=aware,split=word: seed 2)",
      "",
      `small · run r1 · content ${small.contentHash.slice(0, 16)}`,
      "Whole table with intervals and 1 more note: ablate table small (--format",
      "  md|csv|csv-wide|json|latex|html)",
      ""
    ])
  })

  it("of table3 fits a screen of 100 columns: ten rows, four columns, the claims together, the stand-in by its name", () => {
    const lines = linesOf(madeUp(), 100)
    assert.isAtMost(lines.length - 1, SUMMARY_LINES)
    for (const line of lines) assert.isAtMost(displayWidth(line), 100, line)
    const text = lines.join(" ")
    assert.include(text, "10 of 20 rows (split by-emotion-word), 4 of 12 columns.")
    assert.include(text, "The vectors are a stand-in: the paper has Google News")
    for (const method of ["agnostic-gender-feature", "aware-joint"])
      assert.isTrue(lines.some((line) => new RegExp(`^${method} +None +\\.\\d{4}`).test(line)))
    assert.include(text, "ablate table small (--format")
  })

  it("of the tables that the project keeps fits a screen of 100 columns, and calls their stand-ins so", () => {
    for (const name of ["table3", "coco-bias", "coco-table1", "table2"]) {
      const json: unknown = JSON.parse(
        readFileSync(new URL(`../../../results/${name}/table.json`, import.meta.url), "utf8")
      )
      const table = Schema.decodeUnknownSync(ReportTable)(json)
      const lines = linesOf(table, 100)
      assert.isAtMost(lines.length - 1, SUMMARY_LINES, name)
      for (const line of lines) assert.isAtMost(displayWidth(line), 100, line)
      assert.strictEqual(lines.join(" ").includes("stand-in"), name !== "table2", name)
    }
  })

  it("shows all rows where a run has not those of the headline", () => {
    const text = linesOf(madeUp({ splits: ["stratified"] }), 100).join("\n")
    assert.notInclude(text, " rows (")
    assert.match(text, /^agnostic-l2 +SS-1/m)
    assert.include(text, "All rows: split=stratified.")
  })

  it("is neither wider nor higher than it may be, and cuts no figure, at any width", () => {
    const table = madeUp()
    const figure = /^(([−-]?\d*\.\d{4}[↑↓]?|±\.\d{4}[↑↓]?|\.\d{4}!|1\.0000) ?)+$/
    return fc.assert(
      fc.property(fc.integer({ min: 60, max: 200 }), (width) => {
        const lines = linesOf(table, width)
        assert.isAtMost(lines.length - 1, SUMMARY_LINES)
        for (const line of lines) assert.isAtMost(displayWidth(line), width, line)
        const rows = lines.filter((line) => /^(agnostic|aware)\S* +(None|SS-\d) /.test(line))
        assert.strictEqual(rows.length, 10)
        for (const row of rows) assert.match(row.replace(/^\S+ +\S+ +/, "").replaceAll(/ +/g, " "), figure)
      })
    )
  })

  it("leaves out rows that do not fit, and counts them", () => {
    const spec: TableSpec = { title: "Many", rows: ["a"], columns: [{ metric: "m", label: "m" }], caption: [] }
    const many = buildTable(
      spec,
      Array.from({ length: 500 }, (_, a) => ({
        labels: { a: `${a}` },
        seed: null,
        metrics: { m: { value: a } },
        outputs: ""
      })),
      { experiment: "many", runId: null }
    )
    const lines = linesOf(many, 100)
    assert.isAtMost(lines.length - 1, SUMMARY_LINES)
    const rows = lines.filter((line) => /^\d+ +\d+\.0000$/.test(line)).length
    assert.isAbove(rows, 20)
    assert.include(lines.join("\n"), `${rows} of 500 rows.`)
  })

  it("cuts long labels with an ellipsis before it drops a figure", () => {
    const label = "a-very-long-name-of-a-variant-that-goes-on-and-on-without-an-end"
    const long = buildTable(
      { title: "Long", rows: ["a"], columns: [{ metric: "m", label: "m" }], caption: [] },
      [0, 1].map((seed) => ({ labels: { a: label }, seed, metrics: { m: { value: 0.5 } }, outputs: "" })),
      { experiment: "long", runId: null }
    )
    assert.include(linesOf(long, 60), `${label.slice(0, 39)}…  .5000 ±.0000`)
    assert.include(linesOf(long, 30), `${label.slice(0, 11)}…  .5000`)
  })

  it("stays on the screen when hundreds of cells failed for as many reasons", () => {
    const failed = buildTable(
      { title: "Failed", rows: ["a"], columns: [{ metric: "m", label: "m" }], caption: ["Data. ".repeat(200)] },
      Array.from({ length: 300 }, (_, a) => ({
        labels: { a: `${a}` },
        seed: null,
        metrics: null,
        failure: `reason ${a}`,
        outputs: ""
      })),
      { experiment: "failed", runId: null }
    )
    const lines = linesOf(failed, 80)
    assert.isAtMost(lines.length - 1, SUMMARY_LINES)
    assert.strictEqual(lines.filter((line) => line === `… the rest: ${command}`).length, 2)
  })

  it("with notes tells everything: how the reference contradicts itself, and every note", () => {
    const flaws = linesOf(madeUp(), 100, true).filter((line) => /^ +\d+ {2}p\(1-p\) of the printed p/.test(line))
    assert.isAbove(flaws.length, 4)
    const text = linesOf(small, 100, true).join("\n")
    assert.include(text, ".250!3")
    assert.include(text, "  3  p(1-p) is .240")
    assert.include(text, "- 1 word has no vector.")
    assert.include(text, "- Failed: 1 of 12 cells")
    assert.notInclude(text, "--notes")
  })

  it("colours the signs of differences where it may, and changes nothing else", () => {
    const coloured = toSummary(small, { width: 90, command, color: true })
    assert.include(coloured, ".020\u001B[1m\u001B[36m↑\u001B[0m")
    assert.strictEqual(stripVTControlCharacters(coloured), toSummary(small, { width: 90, command }))
    assert.notInclude(toSummary(small, { width: 90, command }), "\u001B")
  })

  it("says that nothing differs from the baseline, and nothing of differences where none can be told", () => {
    const spec: TableSpec = {
      title: "Same",
      rows: ["a"],
      columns: [{ metric: "m", label: "m" }],
      baseline: { a: "x" },
      caption: []
    }
    const over = (seeds: ReadonlyArray<number>) =>
      linesOf(
        buildTable(
          spec,
          ["x", "y"].flatMap((a) =>
            seeds.map((seed) => ({ labels: { a }, seed, metrics: { m: { value: seed } }, outputs: "" }))
          ),
          { experiment: "same", runId: null }
        ),
        100
      ).join(" ")
    assert.include(over([1, 2]), "None is shown to differ from the baseline (x): no paired 95 % interval excludes 0.")
    assert.notInclude(over([1]), "baseline")
  })

  it("ends with where files are", () =>
    assert.isTrue(
      toSummary(small, { width: 90, command, files: ["Figures in here: a.svg"] }).endsWith("\nFigures in here: a.svg\n")
    ))

  it("says that there are no rows", () => {
    const none = buildTable({ title: "None", rows: [], columns: [], caption: [] }, [], { experiment: "e", runId: null })
    assert.include(linesOf(none, 60), "No rows: no cell of the grid was asked for.")
  })
})
