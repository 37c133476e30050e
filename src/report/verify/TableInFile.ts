/** An exported table as a table again: of JSON all of it, of CSV (a line a figure) what a comparison needs. */
import { Result } from "effect"
import type { ReportCell, ReportColumn, ReportRow, ReportTable } from "../ReportTable.ts"
import { mean, sampleSd } from "../statistics/index.ts"
import { readCsv } from "./CsvRecords.ts"
import { Unreadable } from "./Exported.ts"
import { isNumber } from "./PrintedFigure.ts"
import { readJson } from "./ReadJson.ts"
import { recognise } from "./VerifyTable.ts"

const listOf = (text: string): ReadonlyArray<string> => (text === "" ? [] : text.split(";"))

const tableInCsv = (text: string): Result.Result<ReportTable, Unreadable> =>
  Result.gen(function* () {
    const { header, isWide, records, stamp } = yield* readCsv(text)
    if (isWide || !header.includes("values") || !header.includes("seeds"))
      return yield* Result.fail(
        new Unreadable({
          line: 1,
          expected: "values and seeds of each figure (--format csv or json)",
          found: "a line a row, without them"
        })
      )
    const rowAt = header.indexOf("row")
    const columnAt = header.indexOf("column")
    const axes = header.slice(rowAt + 1, columnAt)
    const columns = new Map<string, ReportColumn>()
    const rows = new Map<
      string,
      { readonly labels: Record<string, string>; readonly cells: Record<string, ReportCell> }
    >()
    for (const { fields, line } of records) {
      const of = (name: string) => fields[header.indexOf(name)] ?? ""
      if (of("effect") !== "") continue
      const id = of("column")
      const values = listOf(of("values"))
      const seeds = listOf(of("seeds"))
      const wrong = [...values, ...seeds].find((each) => each !== "" && !isNumber(each))
      if (wrong !== undefined || values.length !== seeds.length)
        return yield* Result.fail(
          new Unreadable({ line, expected: "as many seeds as values, all numbers", found: wrong ?? of("values") })
        )
      const numbers = values.map(Number)
      const [group, unit, note] = [of("group"), of("unit"), of("note")]
      if (!columns.has(id))
        columns.set(id, {
          id,
          label: of("label"),
          ...(group === "" ? {} : { group }),
          ...(unit === "" ? {} : { unit })
        })
      const row = rows.get(of("row")) ?? {
        labels: Object.fromEntries(axes.map((axis, at) => [axis.replace(/^axis_/, ""), fields[rowAt + 1 + at] ?? ""])),
        cells: {}
      }
      row.cells[id] = {
        values: numbers,
        // Of one value without seeds the field is empty.
        seeds: seeds.map((seed) => (seed === "" ? null : Number(seed))),
        n: numbers.length,
        mean: mean(numbers),
        sd: sampleSd(numbers),
        ci95: null,
        ...(note === "" ? {} : { note })
      }
      rows.set(of("row"), row)
    }
    const table: ReportTable = {
      experiment: stamp?.experiment ?? "",
      runId: stamp?.runId ?? null,
      contentHash: stamp?.contentHash ?? "",
      title: "",
      caption: [],
      sources: [],
      findings: [],
      failures: [],
      notes: [],
      axes: axes.map((axis) => axis.replace(/^axis_/, "")),
      columns: [...columns.values()],
      rows: [...rows].map(([id, row]): ReportRow => ({ id, ...row }))
    }
    return table
  })

export const tableInFile = (text: string): Result.Result<ReportTable, Unreadable> =>
  Result.gen(function* () {
    const { format } = yield* recognise(text)
    if (format === "json") return yield* readJson(text)
    if (format === "csv" || format === "csv-wide") return yield* tableInCsv(text)
    return yield* Result.fail(
      new Unreadable({ line: 1, expected: "a table exported as csv or json, with the values by seed", found: format })
    )
  })
