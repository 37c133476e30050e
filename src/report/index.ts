/** Tables of results: built from metrics, compared, and printed in every format. */
export { buildTable, type CellOutcome, type TableMeta } from "./BuildTable.ts"
export { type Comparison, compareRuns, type RunSide } from "./CompareRuns.ts"
export { Finding } from "./Finding.ts"
export { comparisonToJson, comparisonToMarkdown, comparisonToText } from "./format/Comparison.ts"
export { SUMMARY_LINES, type SummaryOptions, toSummary } from "./format/Summary.ts"
export { TABLE_FORMATS, type TableFormat, type TableFormatName, tableFormats } from "./format/TableFormats.ts"
export type { CellNodes, NodeSummary } from "./InputDifferences.ts"
export { ReportCell, ReportColumn, ReportRow, ReportTable } from "./ReportTable.ts"
