/** The grid: one line a variant, one figure or sign a seed, then what the row comes to. Only the lines on screen are made. */

import { padEnd, padStart, truncate } from "../domain/DisplayWidth.ts"
import * as Cell from "../observe/CellProgress.ts"
import type { Plan } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"
import type { Canvas } from "./Canvas.ts"
import { type Column, columnsOf, decimalsOf, type Figures, figureOf } from "./Figures.ts"
import { runningGlyph } from "./Glyphs.ts"
import { abbreviated } from "./Labels.ts"
import { DIFFERENCE, type Layout, layout, MEAN, SPREAD } from "./Layout.ts"
import { cut, HEATS, type Line, type Span, span, spread, whole, width } from "./Line.ts"
import { heatOf, type Mean, overview, rowFigures } from "./RowFigures.ts"
import { shortNumber, signedNumber } from "./ShortNumber.ts"
import { oneLine } from "./TextLines.ts"
import type { View } from "./View.ts"

/** The metric that is shown; undefined where the cells show their state alone. */
export const shownColumn = (progress: Progress, view: View, figures: Figures): Column | undefined => {
  const columns = columnsOf(progress, figures)
  return view.metric === null ? undefined : columns[view.metric % Math.max(1, columns.length)]
}

const formOf = (progress: Progress, plan: Plan, canvas: Canvas, figures: Figures): Layout =>
  layout(plan, canvas, figures, columnsOf(progress, figures).length > 0)

const labelled = (texts: ReadonlyArray<string>, { labels, labelWidth }: Layout, ellipsis: string): string =>
  padEnd(
    truncate(
      labels.map(({ width }, index) => padEnd(truncate(texts[index] ?? "", width, ellipsis), width)).join("  "),
      labelWidth,
      ellipsis
    ),
    labelWidth
  )

/** What is shown, from the least to the greatest figure of it so far. */
export const scale = (progress: Progress, view: View, canvas: Canvas, figures: Figures): Line => {
  const { columns, glyphs } = canvas
  const column = shownColumn(progress, view, figures)
  if (column === undefined) return cut([span(" states", "faint")], columns, glyphs.ellipsis)
  const { greatest, least } = overview(progress, column.metric)
  const decimals = decimalsOf(column)
  const isDown = column.better === "lower"
  const ends = (isDown ? [greatest, least] : [least, greatest]).map((end) => shortNumber(end, MEAN, decimals))
  const range: Line =
    greatest < least
      ? [span("no figure yet", "faint")]
      : [span(`${ends[0]} `), ...HEATS.map((heat) => span(glyphs.heat, heat)), span(` ${ends[1]}`)]
  const parts: ReadonlyArray<Line> = [
    [span(` ${oneLine(column.label)}`, "strong")],
    view.sort === "grid"
      ? []
      : [span(`${glyphs.sorted[view.sort === "best" ? "down" : "up"]} ${view.sort} first`, "faint")],
    column.better === undefined ? [] : [span(`${column.better} is better`, "faint")]
  ]
  return spread(whole(parts, "  ", columns - width(range) - 2, glyphs.ellipsis), range, columns, glyphs.ellipsis)
}

export const heading = (progress: Progress, view: View, canvas: Canvas, figures: Figures): Line => {
  const { plan } = progress
  if (plan === null) return []
  const { glyphs } = canvas
  const form = formOf(progress, plan, canvas, figures)
  const names = form.labels.map(({ axis }) => plan.axes[axis] ?? "")
  const left = ` ${labelled(names, form, glyphs.ellipsis)}${form.labels.length > 0 ? "  " : ""}`
  const seeds = plan.seeds.slice(0, form.seeds).map((seed) => (seed === null ? "" : String(seed)))
  const fits = form.gap === " " && seeds.every((seed) => seed.length <= form.cell)
  const signs = fits
    ? seeds.map((seed) => padStart(seed, form.cell)).join(" ")
    : padEnd("seeds", form.seeds * (form.cell + form.gap.length) - form.gap.length)
  const hasTail = shownColumn(progress, view, figures) !== undefined
  const plusMinus = (isShown: boolean) =>
    isShown ? ` ${padEnd(`${glyphs.plusMinus}95%`, glyphs.plusMinus.length + SPREAD)}` : ""
  const tail = hasTail
    ? [
        form.mean ? `  ${padStart("mean", MEAN)}` : "",
        plusMinus(form.spread),
        form.difference ? `  ${padStart(glyphs.difference, DIFFERENCE)}` : "",
        plusMinus(form.differenceSpread),
        form.count ? "  n" : ""
      ].join("")
    : ""
  return cut(
    [span(left + (plan.seeds.length > 1 || tail.trim() !== "" ? signs : "") + tail, "faint")],
    canvas.columns,
    glyphs.ellipsis
  )
}

/** One cell: its figure, else the sign of its state; a cell the grid does not have is blank. */
const cellSpan = (
  progress: Progress,
  index: number,
  column: Column | undefined,
  { cell: columns }: Layout,
  { glyphs }: Canvas
): Span => {
  const cell = index < 0 ? undefined : Vector.get(progress.cells, index)
  if (cell === undefined) return span(padStart(glyphs.absent, columns))
  const state = Cell.state(cell)
  const figure = column === undefined || columns === 1 ? undefined : figureOf(progress, index, column.metric)
  if (column !== undefined && figure !== undefined && (state === "computed" || state === "cached"))
    return figure === null
      ? span(padStart("n/a", columns), "faint")
      : span(
          padStart(shortNumber(figure, columns, decimalsOf(column)), columns),
          heatOf(figure, overview(progress, column.metric), column)
        )
  return state === "running"
    ? span(padStart(runningGlyph(glyphs, Cell.fraction(cell)), columns), "running")
    : span(padStart(glyphs.cell[state], columns), state)
}

/** Neighbours of one tone as one span: fewer things to draw. The gap between two tones has none. */
const merged = (spans: ReadonlyArray<Span>, gap: string): Line => {
  const line: Array<Span> = []
  for (const part of spans) {
    const last = line.at(-1)
    if (last === undefined) line.push(part)
    else if (last.tone === part.tone && !part.tone.startsWith("heat"))
      line[line.length - 1] = span(last.text + gap + part.text, part.tone)
    else line.push(...(gap === "" ? [] : [span(gap)]), part)
  }
  return line
}

const means = (
  value: Mean | null,
  hasSpread: boolean,
  absent: string,
  print: (value: number) => string,
  columns: number,
  decimals: number,
  { glyphs }: Canvas
): string => {
  const half = value?.half ?? null
  const spread = half === null ? "" : glyphs.plusMinus + shortNumber(half, SPREAD, decimals)
  return `  ${padStart(value === null ? absent : print(value.mean), columns)}${hasSpread ? ` ${padEnd(spread, glyphs.plusMinus.length + SPREAD)}` : ""}`
}

export const row = (progress: Progress, index: number, view: View, canvas: Canvas, figures: Figures): Line => {
  const { plan } = progress
  const variant = plan?.variants[index]
  const counts = Vector.get(progress.variants, index)
  if (plan === null || variant === undefined || counts === undefined) return []
  const { glyphs, columns } = canvas
  const form = formOf(progress, plan, canvas, figures)
  const column = shownColumn(progress, view, figures)
  const labels = form.labels.map(({ axis, labels, width }) => {
    const label = oneLine(variant.labels[axis] ?? "")
    return abbreviated(labels, width, glyphs.ellipsis).get(label) ?? label
  })
  const selected = view.cursor?.variant === index ? view.cursor.seed : -1
  const cells = variant.cells.slice(0, form.seeds).map((cell, seed): Span => {
    const made = cellSpan(progress, cell, column, form, canvas)
    return seed === selected ? { ...made, tone: "selected" } : made
  })
  const done = counts.computed + counts.cached
  const all = variant.cells.filter((cell) => cell >= 0).length
  const digits = String(plan.seeds.length).length
  const isActive = counts.running > 0
  const tail: Array<Span> = []
  const told = column === undefined ? null : rowFigures(progress, index, column, figures)
  const decimals = column === undefined ? 0 : decimalsOf(column)
  if (form.mean)
    tail.push(
      span(
        means(told?.mean ?? null, form.spread, "", (mean) => shortNumber(mean, MEAN, decimals), MEAN, decimals, canvas)
      )
    )
  if (form.difference)
    tail.push(
      span(
        means(
          told?.difference ?? null,
          form.differenceSpread,
          told?.isBaseline === true ? "base" : "",
          (mean) => signedNumber(mean, DIFFERENCE, decimals),
          DIFFERENCE,
          decimals,
          canvas
        )
      )
    )
  const n = told?.n ?? done
  if (form.count) tail.push(span(`  ${String(n).padStart(digits)}/${all}`, n === all ? "plain" : "faint"))
  if (form.count && counts.failed > 0) tail.push(span(`  ${glyphs.cell.failed}${counts.failed}`, "failed"))
  return cut(
    [
      span(
        `${view.cursor?.variant === index ? glyphs.selected : " "}${labelled(labels, form, glyphs.ellipsis)}${form.labels.length > 0 ? "  " : ""}`,
        isActive || selected >= 0 ? "strong" : "plain"
      ),
      ...merged(cells, form.gap),
      ...(form.seeds < plan.seeds.length ? [span(glyphs.ellipsis, "faint")] : []),
      ...tail
    ],
    columns,
    glyphs.ellipsis
  )
}

/** Cells by state, beside the sign of each: the legend. */
export const legend = (progress: Progress, canvas: Canvas): Line => {
  const { glyphs, columns } = canvas
  const counts = progress.cellCounts
  const signOf = (state: Cell.CellState): string => (state === "running" ? glyphs.runningLegend : glyphs.cell[state])
  const order: ReadonlyArray<Cell.CellState> = ["failed", "running", "computed", "cached", "skipped", "waiting"]
  const total = progress.cells.length
  const parts = order
    .filter((state) => counts[state] > 0)
    .map((state): Line => [span(`${signOf(state)} ${state} ${counts[state]}`, state)])
  return [
    span(columns > 1 ? " " : ""),
    ...whole([[span(`${total} cell${total === 1 ? "" : "s"}`, "faint")], ...parts], "  ", columns - 1, glyphs.ellipsis)
  ]
}
