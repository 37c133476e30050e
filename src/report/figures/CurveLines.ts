/** Curves of several cells, pooled over their seeds: what the figure of curves draws, before any pixel. */
import type { Curves, FigureCellData } from "../../domain/FigureSpec.ts"
import { mean } from "../statistics/index.ts"
import type { LinePoint, PlotLine } from "./LinePlot.ts"
import { nameOf, varying } from "./Rows.ts"

/** A curve pooled over the seeds that have it. */
export interface CurveLine extends PlotLine {
  /** Cells behind it. */
  readonly cells: number
  /** Whether it goes on in some of them: it is drawn as far as all go. */
  readonly isCut: boolean
  /** Whether a cell has no value at some epoch. */
  readonly hasGaps: boolean
}

const pooled = (runs: ReadonlyArray<ReadonlyArray<number | null>>): ReadonlyArray<LinePoint> => {
  const length = Math.min(...runs.map((values) => values.length))
  return Array.from({ length }, (_, at) => at).flatMap((at) => {
    const here = runs.flatMap((values) => values[at] ?? [])
    const centre = mean(here)
    return centre === null ? [] : [{ x: at + 1, mean: centre, low: Math.min(...here), high: Math.max(...here) }]
  })
}

/** A line for each variant and curve, named by what tells them apart. */
export const curveLines = (
  cells: ReadonlyArray<FigureCellData<Curves>>,
  axes: ReadonlyArray<string>
): ReadonlyArray<CurveLine> => {
  const shown = varying(cells, axes)
  const variants = Map.groupBy(cells, (cell) => nameOf(cell, axes))
  const curves = [...new Set(cells.flatMap(({ data }) => Object.keys(data)))]
  return [...variants.values()].flatMap((of) =>
    curves.flatMap((curve): ReadonlyArray<CurveLine> => {
      const runs = of.flatMap(({ data }) => (Object.hasOwn(data, curve) ? [data[curve] ?? []] : []))
      const points = runs.length === 0 ? [] : pooled(runs)
      const [first] = of
      if (points.length === 0 || first === undefined) return []
      const variant = variants.size > 1 ? nameOf(first, shown) : ""
      const name = variant === "" ? curve : curves.length === 1 ? variant : `${variant}: ${curve}`
      const isCut = new Set(runs.map((values) => values.length)).size > 1
      const hasGaps = runs.some((values) => values.includes(null))
      return [{ name, points, cells: runs.length, isCut, hasGaps }]
    })
  )
}

/**
 * At most `most` points or so: of each stretch of a longer curve, the points of its least and greatest value, so that no
 * spike is lost; the first and the last stay.
 */
export const thinned = (points: ReadonlyArray<LinePoint>, most: number): ReadonlyArray<LinePoint> => {
  if (points.length <= most) return points
  const stretch = Math.ceil((2 * points.length) / most)
  const kept = new Set<LinePoint>()
  for (let from = 0; from < points.length; from += stretch) {
    const part = points.slice(from, from + stretch)
    const least = part.reduce((a, b) => (b.low < a.low ? b : a))
    const greatest = part.reduce((a, b) => (b.high > a.high ? b : a))
    for (const each of [least, greatest]) kept.add(each)
  }
  for (const end of [points[0], points.at(-1)]) if (end !== undefined) kept.add(end)
  return [...kept].sort((a, b) => a.x - b.x)
}
