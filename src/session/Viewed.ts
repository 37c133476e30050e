/** The part of a table that the person asked for; a name that it does not have is told with the nearest one. */
import { Effect } from "effect"
import * as CellId from "../domain/CellId.ts"
import type { ReportTable } from "../report/ReportTable.ts"
import { type NotInTable, type TableView, viewOf } from "../report/TableView.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

const errorOf = ({ given, known, of, part }: NotInTable): UsageError => {
  const listed = (names: ReadonlyArray<string>) =>
    `${names.slice(0, 20).map(CellId.formatLabel).join(", ")}${names.length > 20 ? ", …" : ""}`
  switch (part) {
    case "column":
      return new UsageError({
        text: `the table has no column "${given}".${didYouMean(given, known)} It has ${listed(known)}`
      })
    case "one column":
      return new UsageError({
        about: { option: "sort", given: [] },
        text: `"${given}" is the name of ${known.length} columns. Name one of ${listed(known)}`
      })
    case "axis":
      return new UsageError({
        about: { option: "rows", given: [] },
        text: `the table's rows have no axis "${given}".${didYouMean(given, known)} Their axes are ${known.join(", ")}; seeds are pooled in each row`
      })
    case "label":
      return new UsageError({
        about: { option: "rows", given: [] },
        text: `no row has ${of} "${given}".${didYouMean(given, known)} Its labels are ${listed(known)}`
      })
    case "rows":
      return new UsageError({
        about: { option: "rows", given: [given] },
        text: "no row has all of these labels"
      })
  }
}

export const viewed = (table: ReportTable, view: TableView): Effect.Effect<ReportTable, UsageError> =>
  Effect.mapError(Effect.fromResult(viewOf(table, view)), errorOf)
