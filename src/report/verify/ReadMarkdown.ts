/** The figures of a table that was exported as Markdown. */
import { Result } from "effect"
import { escapeMarkdown } from "../format/Markdown.ts"
import type { ReportColumn, ReportTable } from "../ReportTable.ts"
import { Unreadable } from "./Exported.ts"
import { columnFinder, type PrintedCell } from "./Place.ts"
import { isNumber, partsOf, referenceTexts } from "./PrintedFigure.ts"

const cellsIn = (line: string): ReadonlyArray<string> =>
  line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((text) => text.trim())

const withoutSigns = (text: string): string =>
  text
    .replaceAll(/<sup>\d+<\/sup>/g, "")
    .replaceAll(/\\\*|\*\*/g, "")
    .replaceAll("<br>", " ")
    .trim()

type Field =
  | { readonly _tag: "Axis"; readonly axis: string }
  | { readonly _tag: "Main" | "Beside" | "Reference"; readonly column: ReportColumn | string }

/** What each column of a printed table is. A figure's neighbours are what stands beside it, and the reference. */
const fieldsOf = (
  table: ReportTable,
  headings: ReadonlyArray<string>,
  find: (heading: string) => ReportColumn | undefined
): ReadonlyArray<Field> => {
  const fields: Array<Field> = []
  let current: ReportColumn | undefined
  let isBesideDue = false
  let isReferenceDue = false
  for (const heading of headings) {
    const axis = table.axes.find((each) => escapeMarkdown(each) === heading)
    if (current === undefined && axis !== undefined) {
      fields.push({ _tag: "Axis", axis })
      continue
    }
    if (current !== undefined && isBesideDue && escapeMarkdown(current.beside?.label ?? "") === heading) {
      fields.push({ _tag: "Beside", column: current })
      isBesideDue = false
      continue
    }
    if (current !== undefined && isReferenceDue && escapeMarkdown(table.referenceLabel ?? "reference") === heading) {
      fields.push({ _tag: "Reference", column: current })
      isReferenceDue = false
      isBesideDue = false
      continue
    }
    const column = find(heading)
    fields.push({ _tag: "Main", column: column ?? heading })
    current = column
    isBesideDue = column?.beside !== undefined
    isReferenceDue = true
  }
  return fields
}

const partsIn = (field: Exclude<Field, { _tag: "Axis" }>, text: string, line: number) => {
  if (field._tag === "Main") return partsOf(withoutSigns(text))?.map(([part, figure]) => ({ part, text: figure, line }))
  const { distances, reference } = referenceTexts(withoutSigns(text), line)
  const figure = reference.replace(/!\s*$/, "").trim()
  if (figure === "") return []
  const part = field._tag === "Beside" ? ("beside_mean" as const) : ("reference" as const)
  return isNumber(figure) ? [{ part, text: figure, line }, ...distances] : undefined
}

export const readMarkdown = (text: string, table: ReportTable): Result.Result<ReadonlyArray<PrintedCell>, Unreadable> =>
  Result.gen(function* () {
    const lines = text.split(/\r?\n/)
    const cells: Array<PrintedCell> = []
    const finder = columnFinder(table, escapeMarkdown)
    let group = ""
    let fields: ReadonlyArray<Field> | undefined
    for (const [at, line] of lines.entries()) {
      const heading = /^### (.*)$/.exec(line)?.[1]
      if (heading !== undefined) group = heading.trim()
      if (!line.trimStart().startsWith("|")) {
        if (fields !== undefined) group = heading?.trim() ?? ""
        fields = undefined
        continue
      }
      const texts = cellsIn(line)
      if (fields === undefined) {
        const under = group
        fields = fieldsOf(table, texts, (name) => finder(under, name))
        continue
      }
      if (texts.every((each) => /^:?-+:?$/.test(each))) continue
      if (texts.length !== fields.length)
        return yield* Result.fail(
          new Unreadable({ line: at + 1, expected: `${fields.length} cells as in the heading`, found: line })
        )
      const labels: Array<readonly [string, string]> = []
      for (const [index, field] of fields.entries()) {
        const cell = texts[index] ?? ""
        if (field._tag === "Axis") {
          labels.push([field.axis, cell.replaceAll(/ ?<sup>\d+<\/sup>$/g, "")])
          continue
        }
        const parts = partsIn(field, cell, at + 1)
        if (parts === undefined)
          return yield* Result.fail(new Unreadable({ line: at + 1, expected: "a figure", found: cell }))
        cells.push({ labels, column: field.column, parts })
      }
    }
    return cells
  })
