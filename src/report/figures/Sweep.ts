/** A metric along an axis of numbers: the means with their 95 % intervals, a line for each of the other labels. */
import type { SweepSpec } from "../../domain/FigureSpec.ts"
import type { ReportRow } from "../ReportTable.ts"
import type { Axis } from "./drawing/Drawing.ts"
import type { LegendEntry } from "./drawing/Furniture.ts"
import { significant } from "./drawing/Numerals.ts"
import { logRange, MOST, roundRange, tickLabels } from "./drawing/Ticks.ts"
import { type Attempt, type FigureTable, leftOut } from "./Figure.ts"
import { type LinePoint, linePlot, type PlotLine } from "./LinePlot.ts"
import { columnTitle, countsOf, isMeant, nameOf, noneMeant, varying } from "./Rows.ts"

const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i

/** Where a label stands on the axis; undefined where it has no place. */
export const placeOf = (label: string, at: SweepSpec["at"]): number | undefined => {
  if (at !== undefined) return Object.hasOwn(at, label) ? at[label] : undefined
  return isNumber.test(label.trim()) ? Number(label) : undefined
}

interface Placed {
  readonly row: ReportRow
  readonly x: number
  readonly point: LinePoint
}

const axisOf = (values: ReadonlyArray<number>, scale: SweepSpec["scale"]): Axis => {
  if (scale === "even")
    return {
      kind: "linear",
      domain: [-0.4, Math.max(values.length - 0.6, 0.4)],
      ticks: values.map((_, index) => index),
      labels: values.map(significant)
    }
  if (scale === "log") {
    const { domain, ticks } = logRange(values)
    return { kind: "log", domain, ticks, labels: ticks.map(significant) }
  }
  const { domain, ticks } = roundRange(values)
  return { kind: "linear", domain, ticks, labels: tickLabels(ticks) }
}

/** The drawing, or why there is none. */
export const sweep = (spec: SweepSpec, table: FigureTable): Attempt => {
  const { axis, metric, scale, where } = spec
  const meant = table.rows.filter(({ labels }) => isMeant(labels, where))
  if (meant.length === 0) return leftOut(noneMeant("rows", table.rows, where))
  const labels = meant.map((row) => row.labels[axis] ?? "")
  const placeless = [...new Set(labels.filter((label) => placeOf(label, spec.at) === undefined))]
  const unnumbered = `labels of ${axis} that have no place on it: ${placeless.join(", ")}`
  const numbered = meant.flatMap((row) => {
    const x = placeOf(row.labels[axis] ?? "", spec.at)
    return x === undefined ? [] : [{ row, x }]
  })
  if (numbered.length === 0) return leftOut(unnumbered)
  const placed = numbered.flatMap(({ row, x }): ReadonlyArray<Placed> => {
    const cell = row.cells[metric]
    if (cell === undefined || cell.mean === null) return []
    const [low, high] = cell.ci95 ?? [cell.mean, cell.mean]
    return [{ row, x, point: { x, mean: cell.mean, low, high } }]
  })
  if (placed.length === 0) return leftOut(`${metric} is undefined in all of its rows`)
  const beyond = placed.find(({ point, x }) => [x, point.low, point.high].some((value) => !(Math.abs(value) <= MOST)))
  if (beyond !== undefined) return leftOut(`row ${beyond.row.id} has a figure beyond ${MOST}`)
  const flat = placed.find(({ x }) => scale === "log" && x <= 0)
  if (flat !== undefined)
    return leftOut(`a logarithmic axis has no place for ${axis}=${flat.row.labels[axis]}; take the scale "even"`)
  const places = [...new Set(placed.map(({ x }) => x))].sort((a, b) => a - b)
  const xOf = (x: number) => (scale === "even" ? places.indexOf(x) : x)
  // Labels that only say where on the axis a row stands name no line.
  const names = varying(
    numbered.map(({ row }) => row),
    table.axes
  ).filter((each) => each !== axis)
  const byLine = Map.groupBy(placed, ({ row }) => (names.length === 0 ? "" : nameOf(row, names)))
  const lines = [...byLine].map(
    ([name, of]): PlotLine => ({
      name: name === "" ? (table.columns.find(({ id }) => id === metric)?.label ?? metric) : name,
      points: of.map(({ point, x }) => ({ ...point, x: xOf(x) })).sort((a, b) => a.x - b.x)
    })
  )
  const { domain, ticks } = roundRange(placed.flatMap(({ point }) => [point.low, point.high]))
  const cells = placed.flatMap(({ row }) => row.cells[metric] ?? [])
  const counts = countsOf(cells)
  const notes: Array<LegendEntry> = [
    {
      sample: null,
      text:
        counts === "1"
          ? "One seed each: no interval."
          : `Means of ${counts} seeds; bands and bars: 95 % interval of the mean.`
    }
  ]
  const undefinedRows = numbered.length - placed.length
  if (undefinedRows > 0)
    notes.push({
      sample: null,
      text: `Not drawn, undefined in every seed: ${undefinedRows} of ${numbered.length} rows.`
    })
  if (placeless.length > 0) notes.push({ sample: null, text: `Not drawn, ${unnumbered}.` })
  const title = columnTitle(table, metric)
  const { better } = table.columns.find(({ id }) => id === metric) ?? {}
  return linePlot(lines, {
    title: spec.title,
    subtitle: spec.subtitle,
    width: spec.width,
    x: axisOf(places, scale),
    y: { kind: "linear", domain, ticks, labels: tickLabels(ticks) },
    xTitle: spec.xTitle ?? axis,
    yTitle: better === undefined ? title : `${title} (${better} is better)`,
    marks: true,
    notes,
    sources: table.sources,
    description: [
      `${title} along ${spec.xTitle ?? axis}.`,
      ...placed.map(
        ({ point, row, x }) =>
          `${names.length === 0 ? "" : `${nameOf(row, names)}, `}${significant(x)}: ${significant(point.mean)}${point.high > point.low ? ` (${significant(point.low)} to ${significant(point.high)})` : ""}.`
      ),
      ...notes.map(({ text }) => text)
    ].join(" ")
  })
}
