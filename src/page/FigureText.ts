/** Figures as a page prints them. */
import type { PairedDifference } from "../domain/ResultTable.ts"
import { formatFigure } from "../report/format/Figures.ts"
import type { ReportCell, ReportColumn } from "../report/ReportTable.ts"

/** A column's way to print its figures. */
export interface Printer {
  readonly digits: number
  /** Without the zero before the point, as is usual for proportions. */
  readonly isBare: boolean
}

export const plain = (value: number, { digits, isBare }: Printer): string =>
  formatFigure(value, digits, isBare).replace("-", "−")

export const signed = (value: number, printer: Printer): string => {
  const text = plain(value, printer)
  return value > 0 && Number(value.toFixed(printer.digits)) !== 0 ? `+${text}` : text
}

export const interval = ([low, high]: readonly [number, number], print: (value: number) => string): string =>
  `[${print(low)}, ${print(high)}]`

/** `p = .031`, `p < .001`. */
export const probability = (p: number): string => (p < 0.001 ? "< .001" : p.toFixed(3).replace(/^0/, ""))

/** `+.012 [+.003, +.021]` */
export const differenceText = ({ ci95, mean }: PairedDifference, printer: Printer): string => {
  const print = (value: number) => signed(value, printer)
  return ci95 === null ? print(mean) : `${print(mean)} ${interval(ci95, print)}`
}

/** A difference's colour: it is better or worse where the column says which is, and else only different. */
export type Tone = "better" | "worse" | "different" | "same"

export const toneOf = (cell: ReportCell | undefined, column: ReportColumn | undefined): Tone => {
  const ci = cell?.difference?.ci95
  if (ci === undefined || ci === null || (ci[0] <= 0 && ci[1] >= 0)) return "same"
  if (column?.better === undefined) return "different"
  return ci[0] > 0 === (column.better === "higher") ? "better" : "worse"
}

/** The same in words. */
export const toneWords: { readonly [Each in Tone]: string } = {
  better: "better than the baseline",
  worse: "worse than the baseline",
  different: "differs from the baseline",
  same: "not told from the baseline"
}
