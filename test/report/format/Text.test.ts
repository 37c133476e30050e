import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { displayWidth, truncate } from "../../../src/domain/DisplayWidth.ts"
import { formatFigure } from "../../../src/report/format/Figures.ts"
import { type NoteLevel, toText } from "../../../src/report/format/Text.ts"
import { wrap } from "../../../src/report/format/TextLines.ts"
import { buildTable } from "../../../src/report/index.ts"
import { small } from "./fixture.ts"

const linesOf = (width: number, notes: NoteLevel = "few") => toText(small, { width, notes }).split("\n")

describe("the table in a terminal", () => {
  it("80 columns: one block, intervals under the means, base rates under the paper's figures", () => {
    assert.deepStrictEqual(linesOf(80).slice(0, 16), [
      "A small table",
      "",
      "                                     ──────────────── fear ─────────────────",
      "                  accuracy           P(f|fear)            F",
      "method    split   mean ±sd    paper  mean ±sd     paper   mean ±sd     paper",
      "                  [95 % CI]          [95 % CI]    (base)  [95 % CI]",
      "────────────────────────────────────────────────────────────────────────────",
      "plain     random  .820 ±.020  .900   .625 ±.125   1.000   .224 ±.033",
      "                  [.770 .870]        [.314 .936]  (.500)  [.143 .305]",
      "plain     word    .620 ±.020  .900   .500 ±.000^2 1.000   .250 ±.000^2",
      "                  [.570 .670]                     (.500)",
      "",
      "aware     random  .920 ±.020↑ .910   .500 ±.000    .600   .250 ±.000   .250!",
      "                  [.872 .968]                     (.500)",
      "aware ^1  word    .600 ±.000  .910   .500 ±.000    .600   .250 ±.000   .250!",
      "                                                  (.500)"
    ])
  })
  it("what the signs mean, the numbered footnotes, and the notes follow; the last line says what was printed", () => {
    assert.deepStrictEqual(
      linesOf(100, "all")
        .slice(linesOf(100, "all").indexOf("Data: ten made-up sentences."))
        .map((line) => line.replaceAll("\u00A0", " ")),
      [
        "Data: ten made-up sentences.",
        "",
        "Mean ± sample standard deviation over 3 seeds (0, 1, 2); [95 % interval of the mean].",
        "paper: the figure printed there; ! marks one that contradicts itself.",
        "In parentheses: base.",
        "↑ ↓ above, below the baseline (plain): the paired 95 % interval over shared seeds excludes 0.",
        "95 % intervals of the mean: Student t.",
        "A figure that is the same in every seed has no interval: that is no evidence of certainty.",
        "Differences from the baseline (plain) are paired over shared seeds: exact sign-flip p, paired t p,",
        "and p by Holm over the table's family, its 4 differences that have a p.",
        "With 3 seeds no exact p can be below .2500: it needs 3 more seeds for any below .05, and 8 in all",
        "for one below .05 after Holm.",
        "The smallest difference that could have been shown with 3 seeds (paired t at 5 %, power 80 %, median",
        "over the rows): accuracy .083; fear P(f|fear) .408; fear F .106.",
        "",
        "  1  failed in 1 of 3 seeds",
        "  2  undefined in 1 of 3 seeds: no row predicted fear",
        "  3  p(1-p) is .240",
        "",
        "- 1 word has no vector.",
        "- Failed: 1 of 12 cells: loss is NaN (method=aware,split=word: seed 2)",
        "",
        `small · run r1 · content ${small.contentHash}`,
        ""
      ]
    )
  })
  it("few notes: a line or some of each part, and what prints the rest; none: the table and its identity", () => {
    const few = linesOf(100)
    assert.isBelow(few.length, linesOf(100, "all").length)
    assert.include(few, "Failed: 1 of 12 cells: loss is NaN (method=aware,split=word: seed 2)")
    assert.include(few, "--notes all: the whole caption and 1 more note.")
    const none = linesOf(100, "none")
    assert.deepStrictEqual(none.slice(-4), [none.at(-4), "", `small · run r1 · content ${small.contentHash}`, ""])
    assert.include(none.at(-4), "(.500)")
  })
  it("60 columns: groups below each other, each with the row labels", () => {
    assert.deepStrictEqual(linesOf(60).slice(2, 14), [
      "                  accuracy",
      "method    split   mean ±sd    [95 % CI]   paper",
      "───────────────────────────────────────────────",
      "plain     random  .820 ±.020  [.770 .870] .900",
      "plain     word    .620 ±.020  [.570 .670] .900",
      "aware     random  .920 ±.020↑ [.872 .968] .910",
      "aware ^1  word    .600 ±.000              .910",
      "",
      "                  ──────────────── fear ─────────────────",
      "                  P(f|fear)            F",
      "method    split   mean ±sd     paper   mean ±sd     paper",
      "                  [95 % CI]    (base)  [95 % CI]"
    ])
  })
  it("30 columns: labels under each other, a group split by its columns", () => {
    assert.deepStrictEqual(linesOf(30).slice(2, 18), [
      "          accuracy",
      "method    mean ±sd    paper",
      "  split   [95 % CI]",
      "───────────────────────────",
      "plain     .820 ±.020  .900",
      "  random  [.770 .870]",
      "plain     .620 ±.020  .900",
      "  word    [.570 .670]",
      "",
      "aware     .920 ±.020↑ .910",
      "  random  [.872 .968]",
      "aware ^1  .600 ±.000  .910",
      "  word",
      "",
      "          ────── fear ───────",
      "          P(f|fear)"
    ])
  })
  it("with notes says of every figure of the reference that contradicts itself how it does", () => {
    const lines = linesOf(100, "all")
    assert.include(lines.join("\n"), " .250!3")
    assert.include(lines, "  3  p(1-p) is .240")
    assert.include(lines, "paper: the figure printed there; ! marks one that contradicts itself.")
  })
  it("never is wider than it was told, at any width, and never loses a figure", () =>
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), (width) => {
        const text = toText(small, { width })
        for (const line of text.split("\n")) assert.isAtMost(displayWidth(line), width, line)
        for (const figure of [".820", "±.125", ".250!", "[.872 .968]", "(.500)", "1.000"])
          assert.include(text.replace(/\s+/g, " "), figure)
      })
    ))
  it("holds no escape codes", () => assert.notInclude(toText(small, { width: 80 }), "\u001b"))

  it("one run without seeds: no spread, and it says so", () => {
    const single = buildTable(
      {
        title: "Counts",
        rows: ["group"],
        columns: [{ metric: "count", label: "sentences", unit: "rows", digits: 0 }],
        caption: []
      },
      [{ labels: { group: "all" }, seed: null, metrics: { count: { value: 8640 } }, outputs: "x" }],
      { experiment: "counts", runId: null }
    )
    assert.deepStrictEqual(toText(single, { width: 80, notes: "all" }).split("\n").slice(0, 8), [
      "Counts",
      "",
      "       sentences (rows)",
      "group  value",
      "───────────────────────",
      "all    8640",
      "",
      "Figures of a single run, without seeds: no spread can be given."
    ])
  })
  it("no rows: a sentence instead of an empty table", () => {
    const none = buildTable({ title: "None", rows: [], columns: [], caption: [] }, [], { experiment: "e", runId: null })
    assert.include(toText(none, { width: 60 }), "No rows: no cell of the grid was asked for.")
  })
  it("labels with line breaks and wide characters keep the columns aligned", () => {
    const wide = buildTable(
      { title: "Wide", rows: ["name"], columns: [{ metric: "m", label: "m", digits: 1 }], caption: [] },
      ["模型", "a\nb", "e\u0301"].map((name) => ({
        labels: { name },
        seed: null,
        metrics: { m: { value: 0.5 } },
        outputs: name
      })),
      { experiment: "wide", runId: null }
    )
    const rows = toText(wide, { width: 40 }).split("\n").slice(5, 8)
    assert.deepStrictEqual(rows, ["模型  .5", "a b   .5", "e\u0301     .5"])
  })
})

describe("figures", () => {
  it("proportions lose their zero, others keep it; minus zero is zero", () => {
    assert.strictEqual(formatFigure(0.12345, 4, true), ".1235")
    assert.strictEqual(formatFigure(-0.5, 2, true), "-.50")
    assert.strictEqual(formatFigure(-0.00001, 2, true), ".00")
    assert.strictEqual(formatFigure(1, 3, true), "1.000")
    assert.strictEqual(formatFigure(0.5, 2, false), "0.50")
    assert.strictEqual(formatFigure(10.04, 1, true), "10.0")
  })
})

describe("display width", () => {
  it("counts terminal columns", () => {
    assert.strictEqual(displayWidth("abc"), 3)
    assert.strictEqual(displayWidth("模型"), 4)
    assert.strictEqual(displayWidth("e\u0301"), 1)
    assert.strictEqual(displayWidth("± · ─ …"), 7)
    assert.strictEqual(truncate("agnostic", 5), "agno…")
  })
  it("wrapping keeps all words and the width", () =>
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/)), fc.integer({ min: 4, max: 40 }), (words, width) => {
        const lines = wrap(words.join(" "), width)
        for (const line of lines) assert.isAtMost(displayWidth(line), width)
        assert.strictEqual(lines.join("").replaceAll(" ", ""), words.join(""))
      })
    ))
})
