/** What a paired difference says by itself, and the mark that says so without colour too. */
import type { PairedDifference } from "../../domain/ResultTable.ts"
import type { ReportColumn } from "../ReportTable.ts"
import type { Glyph } from "./drawing/Drawing.ts"
import { COLOURS } from "./drawing/Look.ts"

/** What a difference says by itself. */
export type Verdict = "better" | "worse" | "higher" | "lower" | "open" | "same" | "single"

export const GLYPHS: { readonly [V in Verdict]: Omit<Glyph, "x" | "y"> } = {
  better: { shape: "circle", radius: 3.6, fill: COLOURS.blue, stroke: COLOURS.blue, width: 1 },
  worse: { shape: "square", radius: 3.6, fill: COLOURS.vermilion, stroke: COLOURS.vermilion, width: 1 },
  higher: { shape: "triangle-right", radius: 4, fill: "#000", width: 1 },
  lower: { shape: "triangle-left", radius: 4, fill: "#000", width: 1 },
  open: { shape: "circle", radius: 3.3, fill: "#fff", stroke: "#444", width: 1.2 },
  same: { shape: "square", radius: 2.8, fill: "#fff", stroke: "#444", width: 1.2 },
  single: { shape: "diamond", radius: 3.2, fill: "#fff", stroke: "#444", width: 1.2 }
}

export const MEANING: { readonly [V in Verdict]: string } = {
  better: "better: the interval excludes 0",
  worse: "worse: the interval excludes 0",
  higher: "higher: the interval excludes 0",
  lower: "lower: the interval excludes 0",
  open: "the interval does not exclude 0",
  same: "the same in every seed: no evidence",
  single: "no interval (one seed)"
}

export const verdictOf = ({ ci95, mean, sd }: PairedDifference, better: ReportColumn["better"]): Verdict => {
  if (ci95 === null) return sd === 0 ? "same" : "single"
  const [low, high] = ci95
  if (low >= high) return "same"
  if (low <= 0 && high >= 0) return "open"
  if (better === undefined) return mean > 0 ? "higher" : "lower"
  return mean > 0 === (better === "higher") ? "better" : "worse"
}

/** In the order of a legend. */
export const VERDICTS: ReadonlyArray<Verdict> = ["better", "worse", "higher", "lower", "open", "same", "single"]
