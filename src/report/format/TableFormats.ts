/** The formats of a table, each declared here and nowhere else. */
import type { ReportTable } from "../ReportTable.ts"
import { toCsv, toWideCsv } from "./Csv.ts"
import { toHtml } from "./Html.ts"
import { toJson } from "./Json.ts"
import { toLatex } from "./Latex.ts"
import { toMarkdown } from "./Markdown.ts"
import { type TextOptions, toText } from "./Text.ts"

export interface TableFormat {
  /** Of a file, without the dot. */
  readonly extension: string
  readonly media: string
  /** Ends with a line end. `notes` matters to the formats for people, the others to `text` only. */
  readonly print: (table: ReportTable, options: TextOptions) => string
}

/** By the name that `--format` takes. */
export const tableFormats = {
  text: { extension: "txt", media: "text/plain", print: toText },
  md: { extension: "md", media: "text/markdown", print: toMarkdown },
  csv: { extension: "csv", media: "text/csv", print: toCsv },
  "csv-wide": { extension: "csv", media: "text/csv", print: toWideCsv },
  json: { extension: "json", media: "application/json", print: toJson },
  latex: { extension: "tex", media: "application/x-latex", print: toLatex },
  html: { extension: "html", media: "text/html", print: toHtml }
} as const satisfies { readonly [name: string]: TableFormat }

export type TableFormatName = keyof typeof tableFormats

export const TABLE_FORMATS = Object.keys(tableFormats) as ReadonlyArray<TableFormatName>
