/** Tables of results: built from metrics, compared, and printed in every format. */
export { buildTable, type CellOutcome, type TableMeta } from "./BuildTable.ts"
export { toJson, toJsonValue } from "./format/Json.ts"
export { type TextOptions, toText } from "./format/Text.ts"
export { BesideFigure, ReportCell, ReportColumn, ReportRow, ReportTable } from "./ReportTable.ts"
export * as Statistics from "./statistics/index.ts"
