/** One door to all table formats. */
import { toCsv } from "./format/Csv.ts"
import { toHtml } from "./format/Html.ts"
import { toJson } from "./format/Json.ts"
import { toLatex } from "./format/Latex.ts"
import { toMarkdown } from "./format/Markdown.ts"
import { type TextOptions, toText } from "./format/Text.ts"
import type { ReportTable } from "./ReportTable.ts"

export const TABLE_FORMATS = ["text", "md", "csv", "json", "latex", "html"] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]

/** Prints the table; the options matter to `text` only. Ends with a line end. */
export const printTable = (table: ReportTable, format: TableFormat, options: TextOptions): string => {
  switch (format) {
    case "text":
      return toText(table, options)
    case "md":
      return toMarkdown(table)
    case "csv":
      return toCsv(table)
    case "json":
      return toJson(table)
    case "latex":
      return toLatex(table)
    case "html":
      return toHtml(table)
  }
}
