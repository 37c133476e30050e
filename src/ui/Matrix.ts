/** The grid: one line a variant, one sign a seed. Only the lines on screen are made. */
import * as Cell from "../observe/CellProgress.ts"
import type { Plan, Variant } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"
import type { Canvas } from "./Canvas.ts"
import { displayWidth, oneLine, pad, truncate } from "./DisplayWidth.ts"
import { runningGlyph } from "./Glyphs.ts"
import { cut, type Line, type Span, span, whole } from "./Line.ts"

/** Axes that tell variants apart: their positions, with the width of their widest label. */
interface LabelColumn {
  readonly axis: number
  readonly width: number
}

const columnsOf = new WeakMap<Plan, ReadonlyArray<LabelColumn>>()

const labelColumns = (plan: Plan): ReadonlyArray<LabelColumn> => {
  const known = columnsOf.get(plan)
  if (known !== undefined) return known
  const varying = plan.axes.flatMap((name, axis): ReadonlyArray<LabelColumn> => {
    const labels = new Set(plan.variants.map((variant) => variant.labels[axis] ?? ""))
    if (labels.size < 2) return []
    let width = displayWidth(name)
    for (const label of labels) width = Math.max(width, displayWidth(oneLine(label)))
    return [{ axis, width }]
  })
  columnsOf.set(plan, varying)
  return varying
}

/** The labels that tell a variant from the others, for a line of text. */
export const variantName = (plan: Plan, variant: Variant): string => {
  const axes = labelColumns(plan)
  const labels = axes.map(({ axis }) => oneLine(variant.labels[axis] ?? "")).filter((label) => label !== "")
  return labels.length > 0
    ? labels.join(" ")
    : axes.length === 0 && plan.variants.length === 1
      ? ""
      : oneLine(variant.id)
}

/** Width of every label column, the widest ones narrowed until all fit into `columns`. */
const narrowed = (wanted: ReadonlyArray<number>, columns: number): ReadonlyArray<number> => {
  const widths = wanted.slice()
  const gaps = 2 * Math.max(0, widths.length - 1)
  let over = widths.reduce((sum, width) => sum + width, gaps) - columns
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    const width = widths[widest] ?? 0
    if (width <= 1) break
    widths[widest] = width - 1
    over--
  }
  return widths
}

/** How the columns of the matrix are laid out on a canvas. */
interface Layout {
  readonly labels: ReadonlyArray<LabelColumn>
  readonly labelWidth: number
  /** Seeds shown, and the gap between two. */
  readonly seeds: number
  readonly gap: string
  readonly hasCounts: boolean
}

const layout = (plan: Plan, canvas: Canvas): Layout => {
  const labels = labelColumns(plan)
  const count = plan.seeds.length
  const countWidth = 2 + 2 * String(count).length + 1 + 2 + 1 + String(count).length
  const hasCounts = count > 1 && canvas.columns >= 40
  const room = canvas.columns - 1 - (hasCounts ? countWidth : 0)
  const wanted = labels.reduce((sum, { width }) => sum + width, 2 * Math.max(0, labels.length - 1))
  // Labels may have at least half of the line before the signs move together.
  const least = Math.min(wanted, Math.floor(room / 2))
  const gap = 2 * count - 1 + 2 + least <= room ? " " : ""
  const seeds = Math.max(1, Math.min(count, gap === " " ? count : room - least - 2))
  const signs = gap === " " ? 2 * seeds - 1 : seeds
  const columns = Math.max(1, room - signs - 2)
  const widths = narrowed(
    labels.map(({ width }) => width),
    columns
  )
  const kept = labels.map(({ axis }, index) => ({ axis, width: widths[index] ?? 1 }))
  const labelWidth = kept.reduce((sum, { width }) => sum + width, 2 * Math.max(0, kept.length - 1))
  return { labels: kept, labelWidth: Math.min(labelWidth, columns), seeds, gap, hasCounts }
}

const labelled = (texts: ReadonlyArray<string>, { labels, labelWidth }: Layout, ellipsis: string): string =>
  pad(
    truncate(
      labels.map(({ width }, index) => pad(truncate(texts[index] ?? "", width, ellipsis), width)).join("  "),
      labelWidth,
      ellipsis
    ),
    labelWidth
  )

export const heading = (progress: Progress, canvas: Canvas): Line => {
  const { plan } = progress
  if (plan === null) return []
  const form = layout(plan, canvas)
  const names = form.labels.map(({ axis }) => plan.axes[axis] ?? "")
  const left = ` ${labelled(names, form, canvas.glyphs.ellipsis)}${form.labels.length > 0 ? "  " : ""}`
  const seeds = plan.seeds.slice(0, form.seeds).map((seed) => (seed === null ? " " : String(seed)))
  const signs = form.gap === " " && seeds.every((seed) => seed.length === 1) ? seeds.join(" ") : "seeds"
  return cut([span(left + (plan.seeds.length > 1 ? signs : ""), "faint")], canvas.columns, canvas.glyphs.ellipsis)
}

/** The sign of one cell; a cell the grid does not have is a space. */
const sign = (progress: Progress, index: number, canvas: Canvas): Span => {
  const cell = index < 0 ? undefined : Vector.get(progress.cells, index)
  if (cell === undefined) return span(canvas.glyphs.absent)
  const state = Cell.state(cell)
  return state === "running"
    ? span(runningGlyph(canvas.glyphs, Cell.fraction(cell)), "running")
    : span(canvas.glyphs.cell[state], state)
}

/** Neighbours of one tone as one span: fewer things to draw. */
const merged = (spans: ReadonlyArray<Span>, gap: string): Line => {
  const line: Array<Span> = []
  for (const part of spans) {
    const last = line[line.length - 1]
    const text = last === undefined ? part.text : gap + part.text
    if (last !== undefined && last.tone === part.tone) line[line.length - 1] = span(last.text + text, part.tone)
    else line.push(span(text, part.tone))
  }
  return line
}

export const row = (progress: Progress, index: number, canvas: Canvas): Line => {
  const { plan } = progress
  const variant = plan?.variants[index]
  const counts = Vector.get(progress.variants, index)
  if (plan === null || variant === undefined || counts === undefined) return []
  const { glyphs, columns } = canvas
  const form = layout(plan, canvas)
  const labels = form.labels.map(({ axis }) => oneLine(variant.labels[axis] ?? ""))
  const signs = variant.cells.slice(0, form.seeds).map((cell) => sign(progress, cell, canvas))
  const done = counts.computed + counts.cached
  const all = variant.cells.filter((cell) => cell >= 0).length
  const digits = String(plan.seeds.length).length
  const isActive = counts.running > 0
  return cut(
    [
      span(
        ` ${labelled(labels, form, glyphs.ellipsis)}${form.labels.length > 0 ? "  " : ""}`,
        isActive ? "strong" : "plain"
      ),
      ...merged(signs, form.gap),
      ...(form.seeds < plan.seeds.length ? [span(glyphs.ellipsis, "faint")] : []),
      ...(form.hasCounts ? [span(`  ${String(done).padStart(digits)}/${all}`, done === all ? "plain" : "faint")] : []),
      ...(form.hasCounts && counts.failed > 0 ? [span(`  ${glyphs.cell.failed}${counts.failed}`, "failed")] : [])
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
