/** The table as LaTeX with booktabs rules: a `table*` float scaled to the text width. */
import { sharedSentence, withoutShared } from "../Constants.ts"
import type { ReportTable } from "../ReportTable.ts"
import { columnGroups, columnHeading, columnParts, type Figures, figured } from "./Figures.ts"
import { saidOf } from "./Said.ts"
import { stampOf } from "./Stamp.ts"
import type { TextOptions } from "./Text.ts"
import { singleLine } from "./TextLines.ts"

const GREEK: Readonly<Record<string, string>> = Object.fromEntries(
  (
    "α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho " +
    "σ sigma τ tau υ upsilon φ varphi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi " +
    "Ω Omega"
  )
    .split(" ")
    .flatMap((sign, at, all) => (at % 2 === 0 ? [[sign, `$\\${all[at + 1]}$`]] : []))
)

const SIGNS: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "|": "\\textbar{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  // At the beginning of a row they would be an argument of the line end or the rule before.
  "[": "{[}",
  "]": "{]}",
  "*": "{*}",
  '"': "\\textquotedblright{}",
  "`": "{\\textasciigrave}",
  "\u00A0": "~",
  "±": "$\\pm$",
  "−": "$-$",
  "·": "\\textperiodcentered{}",
  "–": "--",
  "—": "---",
  "…": "\\ldots{}",
  "→": "$\\to$",
  "←": "$\\leftarrow$",
  "↑": "$\\uparrow$",
  "↓": "$\\downarrow$",
  "≥": "$\\ge$",
  "≤": "$\\le$",
  "≠": "$\\neq$",
  "≈": "$\\approx$",
  "×": "$\\times$",
  "∞": "$\\infty$",
  "√": "$\\surd$",
  "′": "$'$",
  µ: "$\\mu$",
  "°": "\\textdegree{}",
  ...GREEK
}

/** Text with LaTeX's special characters made plain. */
export const escapeLatex = (text: string): string =>
  singleLine(text)
    .replace(/[^\w .,:;!?()/=+-]/gu, (sign) => SIGNS[sign] ?? sign)
    .replaceAll("_", "\\_")

const TEXTS = new Map([...Object.entries(SIGNS).map(([sign, text]) => [text, sign] as const), ["\\_", "_"] as const])
const ESCAPED = new RegExp(
  [...TEXTS.keys()]
    .toSorted((left, right) => right.length - left.length)
    .map((text) => text.replaceAll(/[\\{}$^*[\]|?+.()]/g, "\\$&"))
    .join("|"),
  "g"
)

/** What {@link escapeLatex} made it of, but for several hyphens in a row, which are a dash. */
export const unescapeLatex = (text: string): string => text.replaceAll(ESCAPED, (found) => TEXTS.get(found) ?? found)

/** Letters that pdfTeX knows without any package. */
const isKnown = (text: string): boolean => !/[^\p{Script=Latin}\p{ASCII}\u0080-\u00FF\u2010-\u2026]/u.test(text)

const superscript = (number: number): string => (number === 0 ? "" : `$^{${number}}$`)

const main = (cell: Figures): string =>
  (cell.mean === "–"
    ? "--"
    : `$${cell.isBest ? `\\mathbf{${cell.mean}}` : cell.mean}${cell.sd === "" ? "" : ` \\pm ${cell.sd}`}${cell.differs ? "^{*}" : ""}$`) +
  superscript(cell.note)

const interval = (cell: Figures): string => (cell.low === "" ? "" : `{\\scriptsize$[${cell.low}, ${cell.high}]$}`)

const reference = (cell: Figures): string =>
  cell.reference === ""
    ? ""
    : `$${cell.reference}$${cell.isFlawed ? `!${superscript(cell.mark)}` : ""}${cell.distance && ` ${cell.distance}`}`

const beside = (cell: Figures): string => (cell.beside === "" ? "" : `{\\scriptsize$(${cell.beside})$}`)

interface Printed {
  readonly heading: string
  readonly width: number
  readonly upper: (row: number) => ReadonlyArray<string>
  readonly lower: (row: number) => ReadonlyArray<string>
}

/** Prints a float with caption and notes; ends with a newline. Needs the packages booktabs and graphicx. */
export const toLatex = (whole: ReportTable, { notes: level = "all" }: Partial<TextOptions> = {}): string => {
  const said = saidOf(whole, level)
  const table = withoutShared(whole)
  const printed = figured(table, said)
  const columns = table.columns.map((column, index): Printed => {
    const cells = printed.columns[index] ?? []
    const parts = columnParts(cells)
    const aside = parts.reference || parts.beside
    const pick = (row: number, text: (cell: Figures) => string): string => {
      const cell = cells[row]
      return cell === undefined ? "" : text(cell)
    }
    return {
      heading: escapeLatex(columnHeading(column)),
      width: aside ? 2 : 1,
      upper: (row) => [pick(row, main), ...(aside ? [pick(row, reference)] : [])],
      lower: (row) => [pick(row, interval), ...(aside ? [pick(row, beside)] : [])]
    }
  })
  const cells = columns.reduce((total, column) => total + column.width, 0)
  const line = (fields: ReadonlyArray<string>): string => `${fields.join(" & ")} \\\\`
  const blank = table.axes.map(() => "")
  const multi = (width: number, text: string): string => `\\multicolumn{${width}}{c}{${text}}`
  const rules: Array<string> = []
  const groups: Array<string> = []
  let position = table.axes.length + 1
  for (const group of columnGroups(table)) {
    const width = group.columns.reduce((total, index) => total + (columns[index]?.width ?? 0), 0)
    groups.push(multi(width, escapeLatex(group.heading)))
    if (group.heading !== "") rules.push(`\\cmidrule(lr){${position}-${position + width - 1}}`)
    position += width
  }
  const body = table.rows.flatMap((row, at) => {
    const labels = table.axes.map(
      (axis, index) => escapeLatex(row.labels[axis] ?? "") + (index === 0 ? superscript(printed.rowNotes[at] ?? 0) : "")
    )
    const lower = columns.flatMap((column) => column.lower(at))
    return [
      line([...labels, ...columns.flatMap((column) => column.upper(at))]),
      ...(lower.some((text) => text !== "") ? [line([...blank, ...lower])] : [])
    ]
  })
  const sentences = said.paragraphs.map(escapeLatex)
  const notes = [
    ...(level === "none" ? [] : printed.footnotes).map(
      (text, index) => `${superscript(index + 1)}~${escapeLatex(text)}`
    ),
    ...said.notes.map((text) =>
      text.startsWith("· ") ? `\\hspace*{1em}${escapeLatex(text.slice(2))}` : escapeLatex(text)
    )
  ]
  const lines = [
    "% needs \\usepackage{booktabs,graphicx}",
    `% ${singleLine(stampOf(table))}`,
    ...sharedSentence(whole).map((text) => `% ${singleLine(text)}`),
    "\\begin{table*}",
    "\\centering",
    `\\caption{${[`${escapeLatex(table.title)}.`, ...sentences].join(" ")}}`,
    `\\label{tab:${table.experiment.replaceAll(/[^\w:.-]/g, "-").replaceAll("_", "-")}}`,
    // Never larger than it is.
    "\\resizebox{\\ifdim\\width>\\textwidth\\textwidth\\else\\width\\fi}{!}{%",
    `\\begin{tabular}{${"l".repeat(table.axes.length)}${"r".repeat(cells)}}`,
    "\\toprule",
    ...(rules.length === 0 ? [] : [line([...blank, ...groups]), rules.join(" ")]),
    line([...table.axes.map(escapeLatex), ...columns.map((column) => multi(column.width, column.heading))]),
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}}",
    ...(notes.length === 0 ? [] : ["", "\\smallskip", "\\raggedright\\footnotesize", notes.join("\\\\\n")]),
    "\\end{table*}"
  ]
  const known = lines.every((text) => text.startsWith("%") || isKnown(text))
  return `${[...(known ? [] : ["% holds letters that pdfTeX does not know: use LuaLaTeX or XeLaTeX with a font that has them"]), ...lines].join("\n")}\n`
}
