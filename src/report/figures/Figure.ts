/** What drawing a figure gives. */
import type { ReportTable } from "../ReportTable.ts"
import type { Drawing } from "./drawing/Drawing.ts"

export interface DrawnFigure {
  /** Its file name. */
  readonly file: string
  readonly title: string
  readonly svg: string
  /** What it shows, in sentences and figures, for those who do not see it. */
  readonly description: string
}

/** A figure that the experiment declares and that was not drawn. */
export interface LeftOutFigure {
  readonly file: string
  readonly title: string
  /** Why, in a sentence without a full stop. */
  readonly reason: string
}

/** Of the table, what figures read. */
export type FigureTable = Pick<ReportTable, "axes" | "columns" | "rows" | "baseline" | "effects" | "sources">

/** The drawing, or why there is none. */
export type Attempt = Drawing | { readonly leftOut: string }

export const leftOut = (reason: string): Attempt => ({ leftOut: reason })
