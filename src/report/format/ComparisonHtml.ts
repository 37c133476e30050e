/** A comparison as one HTML page without outside resources: a table a column, with the rows that differ. */
import type { Comparison } from "../CompareRuns.ts"
import {
  type ColumnLines,
  changedColumns,
  comparisonNotes,
  FIELDS,
  HEADING,
  inputLine,
  noInputs,
  sideLine,
  verdict
} from "./ComparisonLines.ts"
import { escapeHtml, htmlPage } from "./Html.ts"

const section = (
  { heading, identical, lines, rows }: ColumnLines,
  axes: ReadonlyArray<string>
): ReadonlyArray<string> => [
  '<div class="scroll" role="region" tabindex="0">',
  "<table>",
  `<caption>${escapeHtml(heading)}${identical === 0 ? "" : ` (${identical} of ${rows} rows identical)`}</caption>`,
  `<thead><tr>${[...axes, ...FIELDS.map((field) => HEADING[field])].map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("")}</tr></thead>`,
  "<tbody>",
  ...lines.map(
    (line) =>
      `<tr>${line.labels.map((label) => `<th scope="row">${escapeHtml(label)}</th>`).join("")}${FIELDS.map((field) => `<td>${escapeHtml(line[field])}</td>`).join("")}</tr>`
  ),
  "</tbody>",
  "</table>",
  "</div>"
]

const list = (items: ReadonlyArray<string>): ReadonlyArray<string> =>
  items.length === 0 ? [] : ["<ul>", ...items.map((item) => `<li>${escapeHtml(item)}</li>`), "</ul>"]

/** Prints a complete page; ends with a newline. */
export const comparisonToHtml = (comparison: Comparison): string => {
  const nothing = noInputs(comparison)
  return htmlPage(`${comparison.a.experiment}: a and b compared`, [
    '<div class="notes">',
    `<p>${escapeHtml(sideLine("a", comparison))}<br>${escapeHtml(sideLine("b", comparison))}</p>`,
    nothing === undefined ? "<p>What differs in the inputs (a → b):</p>" : `<p>${escapeHtml(nothing)}</p>`,
    ...list(comparison.inputs.map((difference) => inputLine(difference, comparison.sharedCells))),
    `<p><strong>${escapeHtml(verdict(comparison))}</strong></p>`,
    "</div>",
    ...(comparison.identical ? [] : changedColumns(comparison).flatMap((column) => section(column, comparison.axes))),
    '<div class="notes">',
    ...list(comparisonNotes(comparison)),
    "</div>"
  ])
}
