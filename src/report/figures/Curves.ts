/** Curves over epochs: the mean of a variant's seeds, and the lowest to the highest of them as a band. */
import type { Curves, CurvesSpec, FigureCellData } from "../../domain/FigureSpec.ts"
import { type CurveLine, curveLines, thinned } from "./CurveLines.ts"
import type { Axis } from "./drawing/Drawing.ts"
import type { LegendEntry } from "./drawing/Furniture.ts"
import { significant } from "./drawing/Numerals.ts"
import { LEAST, logRange, MOST, roundRange, tickLabels, ticksWithin } from "./drawing/Ticks.ts"
import { type Attempt, type FigureTable, leftOut } from "./Figure.ts"
import { linePlot } from "./LinePlot.ts"
import { noneMeant } from "./Rows.ts"

const MOST_POINTS = 1200

const epochAxis = (last: number): Axis => {
  const end = Math.max(last, 2)
  const ticks = [1, ...ticksWithin(1, end, 9).filter((tick) => Number.isInteger(tick) && tick > 1)]
  return { kind: "linear", domain: [1, end], ticks, labels: ticks.map(String) }
}

const valueAxis = (lines: ReadonlyArray<CurveLine>, scale: CurvesSpec["scale"]): Axis => {
  const values = lines.flatMap(({ points }) => points.flatMap(({ high, low }) => [low, high]))
  const { domain, ticks } = scale === "log" ? logRange(values) : roundRange(values)
  return { kind: scale, domain, ticks, labels: scale === "log" ? ticks.map(significant) : tickLabels(ticks) }
}

const range = (counts: ReadonlyArray<number>) => {
  const least = Math.min(...counts)
  const most = Math.max(...counts)
  return least === most ? `${most}` : `${least} to ${most}`
}

const notesOf = (lines: ReadonlyArray<CurveLine>, lost: ReadonlyArray<string>) => {
  const notes: Array<LegendEntry> = []
  const counts = range(lines.map(({ cells }) => cells))
  notes.push({
    sample: null,
    text: counts === "1" ? "One seed each." : `Lines: mean of ${counts} seeds. Bands: lowest to highest seed.`
  })
  if (lines.some(({ isCut }) => isCut))
    notes.push({ sample: null, text: "Seeds are of different length; each curve ends with its shortest." })
  if (lines.some(({ hasGaps }) => hasGaps))
    notes.push({
      sample: null,
      text: "Where a seed has no value, the mean is of the others; where none has, the line goes on."
    })
  if (lost.length > 0)
    notes.push({ sample: null, text: `Not drawn on this logarithmic axis, values of 0 or less: ${lost.join(", ")}.` })
  return notes
}

const describe = (lines: ReadonlyArray<CurveLine>, { xTitle, yTitle }: CurvesSpec) =>
  [
    `${yTitle} by ${xTitle}.`,
    ...lines.map(({ name, points }) => {
      const means = points.map(({ mean }) => mean)
      const lowest = means.reduce((a, b) => Math.min(a, b))
      return `${name}: first ${significant(means[0] ?? 0)}, lowest ${significant(lowest)}, last ${significant(means.at(-1) ?? 0)}.`
    })
  ].join(" ")

/** The drawing, or why there is none. `cells`: those that have the output. */
export const curves = (
  spec: CurvesSpec & { readonly cells: ReadonlyArray<FigureCellData<Curves>> },
  { axes, sources }: Pick<FigureTable, "axes" | "sources">
): Attempt => {
  const { scale } = spec
  if (spec.cells.length === 0) return leftOut(noneMeant(`cells with the output ${spec.from}`, [], spec.where))
  const lines = curveLines(spec.cells, axes)
  if (lines.length === 0) return leftOut("its cells have no values")
  const beyond = lines.find(({ points }) => points.some(({ high, low }) => !(Math.max(-low, high) <= MOST)))
  if (beyond !== undefined) return leftOut(`the curve ${beyond.name} has a value beyond ${MOST}`)
  const lost: Array<string> = []
  const drawn = lines.flatMap((line): ReadonlyArray<CurveLine> => {
    const points = scale === "log" ? line.points.filter(({ low }) => low >= LEAST) : line.points
    if (points.length < line.points.length)
      lost.push(`${line.name} (${line.points.length - points.length} of ${line.points.length})`)
    return points.length === 0 ? [] : [{ ...line, points: thinned(points, MOST_POINTS) }]
  })
  if (drawn.length === 0) return leftOut("a logarithmic axis has no place for values of 0 or less")
  const notes = notesOf(lines, lost)
  return linePlot(
    drawn.map((line) => ({ ...line, name: `${line.name}: ${significant(line.points.at(-1)?.mean ?? 0)}` })),
    {
      title: spec.title,
      subtitle: spec.subtitle,
      width: spec.width,
      x: epochAxis(Math.max(...drawn.map(({ points }) => points.at(-1)?.x ?? 1))),
      y: valueAxis(drawn, scale),
      xTitle: spec.xTitle,
      yTitle: spec.yTitle,
      marks: false,
      notes,
      sources,
      description: [describe(lines, spec), ...notes.map(({ text }) => text)].join(" ")
    }
  )
}
