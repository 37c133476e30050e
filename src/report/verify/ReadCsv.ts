/** The figures of a table that was exported as CSV: a line a figure, or a line a row. */
import {
  axisNames,
  type CsvCell,
  type CsvField,
  cellFields,
  effectFields,
  fieldText,
  IDENTITY,
  wideFields,
  wideName
} from "../format/CsvFields.ts"
import type { ReportColumn, ReportTable } from "../ReportTable.ts"
import type { CsvFile } from "./CsvRecords.ts"
import type { HeldFigure } from "./Exported.ts"
import { effectPlace } from "./ReadEffects.ts"

/** The elements of a list each by itself, so that one that changed is named. */
const elements = (field: CsvField, text: string): ReadonlyArray<readonly [part: string, text: string]> =>
  ["values", "seeds", "sizes"].includes(field.name) && text !== ""
    ? text.split(";").map((each, at) => [`${field.name}[${at}]`, each] as const)
    : [[field.name, text]]

/** What the table has in a field, or in one place of a list. */
const fieldValue = (field: CsvField, part: string, cell: CsvCell, column: ReportColumn): HeldFigure["now"] => {
  const value = field.of(cell, column)
  if (typeof value !== "object" || value === null) return value ?? null
  const index = /\[(\d+)\]$/.exec(part)?.[1]
  return index === undefined ? fieldText(value) : (value[Number(index)] ?? null)
}

/** One line of the file: of a row, or of an effect. */
interface CsvPlace {
  readonly line: number
  readonly row: string
  /** Undefined where the table has none. */
  readonly cellOf: ((column: string) => CsvCell) | undefined
}

/** The figures that one line has in one column of the table. */
const figuresOf = (
  { cellOf, line, row }: CsvPlace,
  column: string,
  known: ReportColumn | undefined,
  fields: ReadonlyArray<readonly [field: CsvField, text: string]>
): ReadonlyArray<HeldFigure> =>
  fields.flatMap(([field, written]) =>
    elements(field, written).map(
      ([part, text]): HeldFigure => ({
        figure: {
          ...{ line, row, column, part, text },
          rowId: cellOf === undefined ? undefined : row,
          columnId: known?.id
        },
        now: cellOf === undefined || known === undefined ? null : fieldValue(field, part, cellOf(known.id), known)
      })
    )
  )

/** In the wide form fields of effects stand right behind the axes: a metric may be called like one of them. */
const hasEffects = ({ header, isWide }: CsvFile, table: ReportTable): boolean => {
  const names = effectFields.map(({ name }) => name)
  const at = IDENTITY.length + table.axes.length
  return isWide
    ? names.every((name, index) => header[at + index] === name)
    : names.every((name) => header.includes(name))
}

const placesOf = (
  file: CsvFile,
  table: ReportTable
): ReadonlyArray<CsvPlace & { readonly fields: ReadonlyArray<string> }> => {
  const { header, records } = file
  const rows = new Map(table.rows.map((row) => [row.id, row]))
  const effectsOf = Map.groupBy(table.effects ?? [], effectPlace)
  const isOfEffects = hasEffects(file, table)
  return records.map(({ fields, line }) => {
    const field = (name: string) => fields[header.indexOf(name)] ?? ""
    if (!isOfEffects || field("effect") === "") {
      const row = rows.get(field("row"))
      return { fields, line, row: field("row"), cellOf: row && ((column) => row.cells[column]) }
    }
    const labels = axisNames(table.axes)
      .map(field)
      .filter((label) => label !== "")
    const row = `effect of ${field("effect")}${labels.length === 0 ? "" : ` in ${labels.join(" · ")}`}`
    const effects = effectsOf.get(row)
    return { fields, line, row, cellOf: effects && ((column) => effects.find((each) => each.column === column)) }
  })
}

export const csvFigures = (file: CsvFile, table: ReportTable): ReadonlyArray<HeldFigure> => {
  const { header, isWide } = file
  const isOfEffects = hasEffects(file, table)
  const columns = new Map(table.columns.map((column) => [column.id, column]))
  const named = new Set(table.columns.flatMap(({ id }) => wideFields.map(({ name }) => wideName(id, name))))
  const told = new Set([
    ...table.axes.flatMap((axis) => [axis, `axis_${axis}`]),
    ...(isOfEffects ? effectFields.map(({ name }) => name) : [])
  ])
  const first = isWide && isOfEffects ? IDENTITY.length + table.axes.length + effectFields.length : 0
  // What is neither the row's identity nor a column of the table is a column that it does not have.
  const others = header.filter((name, at) => at >= IDENTITY.length && !named.has(name) && !told.has(name))
  return placesOf(file, table).flatMap(({ fields, ...place }) => {
    const field = (name: string) => fields[header.indexOf(name)] ?? ""
    const textsOf = (all: ReadonlyArray<CsvField>, nameOf: (name: string) => string) =>
      all.flatMap((each) => {
        const at = header.indexOf(nameOf(each.name), first)
        return at < 0 ? [] : [[each, fields[at] ?? ""] as const]
      })
    if (!isWide) {
      const column = field("column")
      return figuresOf(
        place,
        column,
        columns.get(column),
        textsOf(cellFields, (name) => name)
      )
    }
    return [
      ...table.columns.flatMap((column) =>
        figuresOf(
          place,
          column.id,
          column,
          textsOf(wideFields, (name) => wideName(column.id, name))
        )
      ),
      ...others.flatMap((name) =>
        figuresOf(
          place,
          name,
          undefined,
          textsOf(wideFields.slice(0, 1), () => name)
        )
      )
    ]
  })
}
