/** The table as one HTML page without outside resources: readable by screen readers, on paper, in light and dark. */
import { withoutShared } from "../Constants.ts"
import type { ReportTable } from "../ReportTable.ts"
import { columnGroups, columnHeading, columnParts, type Figures, figured } from "./Figures.ts"
import { saidOf } from "./Said.ts"
import { stampOf } from "./Stamp.ts"
import type { TextOptions } from "./Text.ts"

const SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign)

const TEXTS = new Map(Object.entries(SIGNS).map(([sign, text]) => [text, sign] as const))

/** What {@link escapeHtml} made it of. */
export const unescapeHtml = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (found) => TEXTS.get(found) ?? found)

const STYLE = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { caption-side: top; text-align: left; font-size: 1.25rem; font-weight: 600; padding-bottom: .75rem; }
th, td { padding: .25rem .6rem; vertical-align: top; white-space: nowrap; }
th { text-align: left; font-weight: 500; }
thead th { border-bottom: 1px solid; vertical-align: bottom; }
thead th[scope="colgroup"] { text-align: center; }
td { text-align: right; }
tbody tr + tr > * { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
tbody tr:last-child > * { border-bottom: 1px solid; }
.ci, .aside { font-size: .8rem; opacity: .75; display: block; }
.notes { font-size: .9rem; max-width: 60rem; }
.notes code { overflow-wrap: anywhere; }
li.row { margin-inline-start: 1.5rem; list-style: circle; }
@media print { .scroll { overflow: visible; } body { margin: 0; } }
`

/** A page that needs nothing from outside; ends with a newline. `body` is markup. */
export const htmlPage = (title: string, body: ReadonlyArray<string>): string =>
  `${[
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    ...body,
    "</body>",
    "</html>"
  ].join("\n")}\n`

const link = (number: number): string =>
  number === 0 ? "" : `<sup><a href="#note-${number}" aria-label="note ${number}">${number}</a></sup>`

const main = (cell: Figures): string =>
  (cell.mean === "–"
    ? '<span aria-label="undefined">–</span>'
    : cell.isBest
      ? `<strong title="best of its column">${cell.mean}</strong>`
      : escapeHtml(cell.mean)) +
  (cell.sd === "" ? "" : ` ± ${cell.sd}`) +
  (cell.differs ? '<abbr title="differs from the baseline">*</abbr>' : "") +
  link(cell.note) +
  (cell.low === "" ? "" : `<span class="ci">[${cell.low}, ${cell.high}]</span>`)

const reference = (cell: Figures): string =>
  cell.reference === ""
    ? ""
    : cell.reference +
      (cell.isFlawed ? `<abbr title="contradicts itself">!</abbr>${link(cell.mark)}` : "") +
      (cell.distance && ` ${cell.distance}`)

/** Prints a complete page; ends with a newline. */
export const toHtml = (whole: ReportTable, { notes = "all" }: Partial<TextOptions> = {}): string => {
  const said = saidOf(whole, notes)
  const table = withoutShared(whole)
  const printed = figured(table, said)
  const columns = table.columns.map((column, index) => {
    const cells = printed.columns[index] ?? []
    const parts = columnParts(cells)
    return {
      heading: escapeHtml(columnHeading(column)),
      fields: [
        {
          heading: parts.interval ? "mean ± sd, 95 % CI" : parts.spread ? "mean ± sd" : "value",
          cells: cells.map(main)
        },
        ...(parts.beside
          ? [{ heading: escapeHtml(column.beside?.label ?? ""), cells: cells.map((cell) => cell.beside) }]
          : []),
        ...(parts.reference
          ? [{ heading: escapeHtml(table.referenceLabel ?? "reference"), cells: cells.map(reference) }]
          : [])
      ]
    }
  })
  const groups = columnGroups(table)
  const grouped = groups.some((group) => group.heading !== "")
  const groupCells = groups.map((group) => {
    const width = group.columns.reduce((total, index) => total + (columns[index]?.fields.length ?? 0), 0)
    return group.heading === ""
      ? `<td colspan="${width}"></td>`
      : `<th scope="colgroup" colspan="${width}">${escapeHtml(group.heading)}</th>`
  })
  const depth = grouped ? 3 : 2
  const axes = table.axes.map((axis) => `<th scope="col" rowspan="${depth}">${escapeHtml(axis)}</th>`)
  const headings = columns.map(
    (column) => `<th scope="colgroup" colspan="${column.fields.length}">${column.heading}</th>`
  )
  const fieldHeadings = columns.flatMap((column) =>
    column.fields.map((field) => `<th scope="col">${field.heading}</th>`)
  )
  const head = grouped ? [[...axes, ...groupCells], headings, fieldHeadings] : [[...axes, ...headings], fieldHeadings]
  const body = table.rows.map((row, at) => [
    ...table.axes.map(
      (axis, index) =>
        `<th scope="row">${escapeHtml(row.labels[axis] ?? "")}${index === 0 ? link(printed.rowNotes[at] ?? 0) : ""}</th>`
    ),
    ...columns.flatMap((column) => column.fields.map((field) => `<td>${field.cells[at] ?? ""}</td>`))
  ])
  const tr = (cells: ReadonlyArray<string>): string => `<tr>${cells.join("")}</tr>`
  return htmlPage(table.title, [
    '<div class="scroll" role="region" tabindex="0" aria-labelledby="title">',
    "<table>",
    `<caption id="title">${escapeHtml(table.title)}</caption>`,
    "<thead>",
    ...head.map(tr),
    "</thead>",
    "<tbody>",
    ...body.map(tr),
    "</tbody>",
    "</table>",
    "</div>",
    '<div class="notes">',
    ...said.paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    ...(printed.footnotes.length === 0 || notes === "none"
      ? []
      : [
          "<ol>",
          ...printed.footnotes.map((text, index) => `<li id="note-${index + 1}">${escapeHtml(text)}</li>`),
          "</ol>"
        ]),
    ...(said.notes.length === 0
      ? []
      : [
          "<ul>",
          ...said.notes.map((text) =>
            text.startsWith("· ") ? `<li class="row">${escapeHtml(text.slice(2))}</li>` : `<li>${escapeHtml(text)}</li>`
          ),
          "</ul>"
        ]),
    `<p><code>${escapeHtml(stampOf(table))}</code></p>`,
    "</div>"
  ])
}
