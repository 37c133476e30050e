import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { Result } from "effect"
import { toCsv, toWideCsv } from "../../../src/report/format/Csv.ts"
import { toHtml } from "../../../src/report/format/Html.ts"
import { toLatex } from "../../../src/report/format/Latex.ts"
import { toMarkdown } from "../../../src/report/format/Markdown.ts"
import { buildTable, TABLE_FORMATS, tableFormats, tableInFile } from "../../../src/report/index.ts"
import { small } from "./fixture.ts"

describe("csv", () => {
  const text = toCsv(small)
  const records: ReadonlyArray<Record<string, string>> = parse(text, { columns: true })
  it("one record a row and column, read back by an independent parser with nothing lost", () => {
    assert.strictEqual(records.length, small.rows.length * small.columns.length)
    const record = records.find((each) => each.row === "method=aware,split=random" && each.column === "accuracy")
    const cell = small.rows[2]?.cells.accuracy
    assert.strictEqual(record?.method, "aware")
    assert.strictEqual(record?.split, "random")
    assert.deepStrictEqual(record?.values?.split(";").map(Number), [...(cell?.values ?? [])])
    assert.deepStrictEqual(record?.seeds, "0;1;2")
    assert.strictEqual(Number(record?.mean), cell?.mean)
    assert.strictEqual(Number(record?.ci95_low), cell?.ci95?.[0])
    assert.strictEqual(Number(record?.difference_p), 0.25)
    assert.strictEqual(record?.reference, "0.91")
  })
  it("a missing figure is an empty field, not 0", () => {
    const plain = records.find((each) => each.row === "method=plain,split=random" && each.column === "F")
    assert.strictEqual(plain?.reference, "")
    assert.strictEqual(plain?.difference_p, "")
  })
  it("how far a figure is from the printed one, and effects as lines of no row with the fields of a difference", () => {
    const cells = ["x", "y"].flatMap((data) =>
      [0, 1, 2, 3].flatMap((at) =>
        [0, 1, 2].map((seed) => ({
          labels: { data, a: String(at % 2 === 1), b: String(at > 1) },
          seed,
          metrics: { y: { value: at + (data === "y" ? at * at : 0) + ((seed * at) % 2) }, z: { value: seed } },
          outputs: `${data}${at}${seed}`
        }))
      )
    )
    const table = buildTable(
      {
        title: "T",
        rows: ["data", "a", "b"],
        columns: [
          { metric: "y", label: "yield" },
          { metric: "z", label: "z" }
        ],
        effects: { factors: ["a", "b"] },
        reference: {
          label: "paper",
          distance: true,
          rows: [
            { labels: { a: "true" }, figures: { y: { value: 1 } } },
            { labels: { a: "false" }, figures: { y: { value: 3 } } }
          ]
        },
        caption: []
      },
      cells,
      { experiment: "t", runId: "r1" }
    )
    const { effects = [] } = table
    assert.lengthOf(effects, 12)
    const tidy: ReadonlyArray<Record<string, string>> = parse(toCsv(table), { columns: true })
    assert.strictEqual(tidy[0]?.reference_distance, String(table.rows[0]?.cells.y?.referenceDistance))
    assert.strictEqual(tidy[0]?.effect, "")
    const lines = tidy.slice(table.rows.length * 2)
    const isOf = (line: Record<string, string>, { column, labels, terms }: (typeof effects)[number]) =>
      line.column === column &&
      line.data === labels.data &&
      line.effect === terms.map(({ axis }) => `${axis} (false → true)`).join(" × ")
    assert.lengthOf(lines, effects.length)
    for (const effect of effects) {
      const { ci95, mean, n, pHolm } = effect.difference
      const line = lines.find((each) => isOf(each, effect))
      assert.deepStrictEqual(
        ["row", "a", "mean", "difference_mean", "difference_n"].map((name) => line?.[name]),
        ["", "", "", String(mean), String(n)]
      )
      assert.strictEqual(line?.difference_ci95_high, ci95 === null ? "" : String(ci95[1]))
      assert.strictEqual(line?.difference_p_holm, String(pHolm))
    }
    const wide: ReadonlyArray<Record<string, string>> = parse(toWideCsv(table), { columns: true })
    assert.lengthOf(wide, table.rows.length + effects.length / 2)
    const line = wide.find(({ data, effect }) => data === "y" && effect === "a (false → true)")
    const known = effects.find((each) => isOf({ column: "y", data: "y", effect: "a (false → true)" }, each))
    assert.deepStrictEqual(
      [line?.["y:difference_mean"], line?.["y:difference_ci95_low"], line?.y],
      [String(known?.difference.mean), String(known?.difference.ci95?.[0]), ""]
    )
    assert.strictEqual(wide[0]?.["y:reference_distance"], tidy[0]?.reference_distance)
    // What was read back for a comparison has the rows alone.
    const read = Result.getOrThrow(tableInFile(toCsv(table)))
    assert.deepStrictEqual(
      read.rows.map(({ labels }) => labels),
      table.rows.map(({ labels }) => labels)
    )
  })
  it("lines end as RFC 4180 asks, and fields with commas are quoted", () => {
    assert.isTrue(text.endsWith("\r\n"))
    assert.isTrue(
      text
        .split("\r\n")
        .slice(0, -1)
        .every((line) => !line.includes("\n"))
    )
    assert.include(text, '"method=plain,split=word"')
  })
})

describe("markdown", () => {
  const lines = toMarkdown(small).split("\n")
  it("a table for each group", () => {
    assert.deepStrictEqual(lines.slice(0, 13), [
      "## A small table",
      "",
      "| method | split | accuracy | paper |",
      "| :-- | :-- | --: | --: |",
      "| plain | random | .820 ± .020<br>[.770, .870] | .900 |",
      "| plain | word | .620 ± .020<br>[.570, .670] | .900 |",
      "| aware | random | .920 ± .020\\*<br>[.872, .968] | .910 |",
      "| aware <sup>1</sup> | word | .600 ± .000 | .910 |",
      "",
      "### fear",
      "",
      "| method | split | P(f\\|fear) | base | paper | F | paper |",
      "| :-- | :-- | --: | --: | --: | --: | --: |"
    ])
  })
  it("footnotes, notes and the content hash", () => {
    assert.includeMembers(lines, [
      "3. p(1-p) is .240",
      "- 1 word has no vector.",
      `\`small · run r1 · content ${small.contentHash}\``
    ])
  })
})

describe("latex", () => {
  const text = toLatex(small)
  const body = text.slice(text.indexOf("\\toprule"), text.indexOf("\\bottomrule"))
  it("every line of the tabular has as many cells as the preamble declares", () => {
    const preamble = /\\begin\{tabular\}\{([lr]+)\}/.exec(text)?.[1] ?? ""
    assert.strictEqual(preamble, "llrrrrrr")
    for (const line of body.split("\n").filter((each) => each.endsWith("\\\\"))) {
      const spans = [...line.matchAll(/\\multicolumn\{(\d+)\}/g)].reduce(
        (total, match) => total + Number(match[1]) - 1,
        0
      )
      assert.strictEqual(line.split(" & ").length + spans, preamble.length, line)
    }
  })
  it("braces and dollars balance, special characters are escaped", () => {
    const plain = text.replace(/\\[{}$]/g, "")
    assert.strictEqual(plain.split("{").length, plain.split("}").length)
    assert.strictEqual(plain.split("$").length % 2, 1)
    assert.include(text, "95~\\% interval")
    assert.include(text, "P(f\\textbar{}fear)")
    assert.include(text, "$.250$!$^{3}$")
  })
})

describe("html", () => {
  const html = toHtml({ ...small, title: 'A <b> & "c"' })
  it("needs nothing from outside and escapes what it is given", () => {
    assert.notMatch(html, /(src|href)="(?!#)/)
    assert.notInclude(html, "<b>")
    assert.include(html, "<title>A &lt;b&gt; &amp; &quot;c&quot;</title>")
  })
  it("every row has as many cells as the headings span; headers have a scope", () => {
    const rows = html.slice(html.indexOf("<tbody>"), html.indexOf("</tbody>")).split("<tr>").slice(1)
    assert.strictEqual(rows.length, small.rows.length)
    const width = (row: string) => row.split(/<t[dh]\b/).length - 1
    const [first = ""] = html.slice(html.indexOf("<thead>")).split("</tr>")
    const spanned = [...first.matchAll(/<t[dh]\b([^>]*)>/g)].reduce(
      (total, match) => total + Number(/colspan="(\d+)"/.exec(match[1] ?? "")?.[1] ?? 1),
      0
    )
    for (const row of rows) assert.strictEqual(width(row), spanned)
    for (const match of html.matchAll(/<th\b([^>]*)>/g)) assert.include(match[1] ?? "", "scope=")
  })
  it("every footnote that is referred to is there", () => {
    const targets = [...html.matchAll(/href="#(note-\d+)"/g)].map((match) => match[1])
    assert.isAbove(targets.length, 0)
    for (const target of targets) assert.include(html, `id="${target}"`)
  })
})

describe("every format", () => {
  it("ends with a line end and names data and seeds", () => {
    for (const format of TABLE_FORMATS) {
      const text = tableFormats[format].print(small, { width: 80 })
      assert.isTrue(text.endsWith("\n"), format)
      const isCsv = format.startsWith("csv")
      if (!isCsv) assert.include(text, "ten made-up sentences", format)
      if (!isCsv && format !== "json") assert.include(text, "3 seeds (0, 1, 2)", format)
    }
  })
})
