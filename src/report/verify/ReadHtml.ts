/** The figures of a table that was exported as HTML. */
import { Result } from "effect"
import { escapeHtml } from "../format/Html.ts"
import type { ReportColumn, ReportTable } from "../ReportTable.ts"
import { Unreadable } from "./Exported.ts"
import { columnFinder, type PrintedCell } from "./Place.ts"
import { isNumber, partsOf, referenceTexts } from "./PrintedFigure.ts"

interface Cell {
  readonly text: string
  readonly attributes: string
}

interface Row {
  readonly line: number
  readonly cells: ReadonlyArray<Cell>
}

const rowsIn = (text: string, part: "thead" | "tbody"): ReadonlyArray<Row> | undefined => {
  const start = text.indexOf(`<${part}`)
  const end = text.indexOf(`</${part}>`)
  if (start < 0 || end < start) return undefined
  return [...text.slice(start, end).matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map((found) => ({
    line: text.slice(0, start + found.index).split("\n").length,
    cells: [...(found[1] ?? "").matchAll(/<t[hd]([^>]*)>(.*?)<\/t[hd]>/gs)].map(
      ([, attributes = "", content = ""]): Cell => ({ text: content.trim(), attributes })
    )
  }))
}

const spanOf = ({ attributes }: Cell): number => Number(/colspan="?(\d+)/.exec(attributes)?.[1] ?? 1)

/** A figure's text without its signs and notes. */
const withoutMarkup = (text: string): string =>
  text
    .replaceAll(/<sup>.*?<\/sup>|<abbr[^>]*>.*?<\/abbr>/gs, "")
    .replaceAll(/<[^>]*>/g, " ")
    .trim()

type Field = { readonly part: "main" | "reference" | "beside_mean"; readonly column: ReportColumn | string }

/** The fields of the body behind the axes. */
const fieldsOf = (table: ReportTable, head: ReadonlyArray<Row>): ReadonlyArray<Field> => {
  const find = columnFinder(table, escapeHtml)
  const isGrouped = head.length === 3
  const spread = (cells: ReadonlyArray<Cell>) =>
    cells.flatMap((cell) => Array.from({ length: spanOf(cell) }, () => cell.text))
  const groups = isGrouped
    ? spread((head[0]?.cells ?? []).filter(({ attributes }) => !attributes.includes("rowspan")))
    : []
  const headings =
    (isGrouped ? head[1]?.cells : head[0]?.cells.filter(({ attributes }) => !attributes.includes("rowspan"))) ?? []
  const names = head.at(-1)?.cells ?? []
  let at = 0
  return headings.flatMap((heading) => {
    const column = find(groups[at] ?? "", heading.text) ?? heading.text
    return Array.from({ length: spanOf(heading) }, (_, index): Field => {
      const name = names[at]?.text
      at += 1
      if (index === 0) return { part: "main", column }
      return { part: name === escapeHtml(table.referenceLabel ?? "reference") ? "reference" : "beside_mean", column }
    })
  })
}

export const readHtml = (text: string, table: ReportTable): Result.Result<ReadonlyArray<PrintedCell>, Unreadable> =>
  Result.gen(function* () {
    const head = rowsIn(text, "thead")
    const body = rowsIn(text, "tbody")
    if (head === undefined || body === undefined)
      return yield* Result.fail(
        new Unreadable({ line: 1, expected: "a table with thead and tbody", found: "none that ends" })
      )
    const axes = (head[0]?.cells ?? []).filter(({ attributes }) => attributes.includes("rowspan"))
    const names = axes.map((cell) => table.axes.find((axis) => escapeHtml(axis) === cell.text) ?? cell.text)
    const fields = fieldsOf(table, head)
    const cells: Array<PrintedCell> = []
    for (const { cells: found, line } of body) {
      if (found.length !== names.length + fields.length)
        return yield* Result.fail(
          new Unreadable({
            line,
            expected: `${names.length + fields.length} cells as in the heading`,
            found: `${found.length}`
          })
        )
      const labels = names.map(
        (axis, at) => [axis, (found[at]?.text ?? "").replaceAll(/<sup>.*?<\/sup>/gs, "").trim()] as const
      )
      for (const [at, { column, part }] of fields.entries()) {
        const { distances, reference } = referenceTexts(withoutMarkup(found[names.length + at]?.text ?? ""), line)
        const figure = reference.trim()
        const parts =
          part === "main"
            ? partsOf(figure)?.map(([name, printed]) => ({ part: name, text: printed, line }))
            : figure === ""
              ? []
              : isNumber(figure)
                ? [{ part, text: figure, line }, ...distances]
                : undefined
        if (parts === undefined)
          return yield* Result.fail(new Unreadable({ line, expected: "a figure", found: figure }))
        cells.push({ labels, column, parts })
      }
    }
    return cells
  })
