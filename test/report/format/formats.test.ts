import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { toCsv } from "../../../src/report/format/Csv.ts"
import { toHtml } from "../../../src/report/format/Html.ts"
import { toLatex } from "../../../src/report/format/Latex.ts"
import { toMarkdown } from "../../../src/report/format/Markdown.ts"
import { TABLE_FORMATS, tableFormats } from "../../../src/report/index.ts"
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
      `Experiment \`small\`, content hash \`${small.contentHash}\`.`
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
      if (format !== "csv") assert.include(text, "ten made-up sentences", format)
      if (format !== "csv" && format !== "json") assert.include(text, "3 seeds (0, 1, 2)", format)
    }
  })
})
