/** Markdown as GitHub draws it: held to an independent parser of its dialect, whatever is in labels and notes. */
import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { marked, type Token, type Tokens } from "marked"
import { toMarkdown } from "../../../src/report/format/Markdown.ts"
import { singleLine } from "../../../src/report/format/TextLines.ts"
import { buildTable, type ReportTable } from "../../../src/report/index.ts"
import { small } from "./fixture.ts"

const tableOf = (labels: ReadonlyArray<string>, note: string): ReportTable =>
  buildTable(
    { title: note, rows: ["a_b"], columns: [{ metric: "x", label: "P(a|b)", digits: 2 }], caption: [note] },
    labels.map((label, at) => ({
      labels: { a_b: label },
      seed: 0,
      metrics: { x: { value: at / 8 } },
      outputs: `${at}`
    })),
    { experiment: "e", runId: "r", notes: [note] }
  )

/** What a reader sees of a piece of Markdown. */
const seen = (markdown: string): string =>
  marked
    .parseInline(markdown, { async: false, gfm: true })
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")

const isTable = (token: Token): token is Tokens.Table => token.type === "table"
const isList = (token: Token): token is Tokens.List => token.type === "list"
const tablesIn = (markdown: string) => marked.lexer(markdown, { gfm: true }).filter(isTable)

describe("Markdown", () => {
  it("is a table a group, with a cell under every heading", () => {
    const tables = tablesIn(toMarkdown(small))
    assert.strictEqual(tables.length, 2)
    for (const table of tables) {
      assert.strictEqual(table.rows.length, small.rows.length)
      for (const row of table.rows) assert.strictEqual(row.length, table.header.length)
    }
  })
  it("shows labels and sentences as they are, whatever signs are in them", () => {
    const text = fc
      .string({ unit: fc.constantFrom(..."ab1 |*_`~<>[]()#+-.!&\\$:/=\"'"), minLength: 1, maxLength: 14 })
      .map((each) => `x${each}`)
    return fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 2, maxLength: 4, selector: singleLine }), text, (labels, note) => {
        const markdown = toMarkdown(tableOf(labels, note))
        const [table] = tablesIn(markdown)
        assert.deepStrictEqual(
          table?.rows.map(([cell]) => seen(cell?.text ?? "")),
          labels.map(singleLine)
        )
        const items = marked.lexer(markdown, { gfm: true }).filter(isList)
        assert.strictEqual(seen(items.at(-1)?.items[0]?.text ?? ""), singleLine(note))
      }),
      { numRuns: 100 }
    )
  })
  it("begins no heading and no list with a sentence", () => {
    for (const note of ["# one", "1. two", "- three", "+ four", "12) five"]) {
      const kinds = marked.lexer(toMarkdown(tableOf(["p", "q"], note)), { gfm: true }).map(({ type }) => type)
      assert.deepStrictEqual(
        kinds.filter((type) => type !== "space"),
        ["heading", "table", "paragraph", "paragraph", "list", "paragraph"],
        note
      )
    }
  })
})
