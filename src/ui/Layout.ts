/** How the columns of the grid are laid out on a canvas. It hangs on the plan alone, so that nothing moves while a run goes on. */

import { displayWidth } from "../domain/DisplayWidth.ts"
import type { Plan } from "../observe/Plan.ts"
import type { Canvas } from "./Canvas.ts"
import type { Figures } from "./Figures.ts"
import { type LabelColumn, labelColumns, narrowed, staysDistinct } from "./Labels.ts"

/** Columns of a cell's figure, of a mean, of what stands behind ±, of a difference. */
export const CELL = 4
export const MEAN = 6
export const SPREAD = 5
export const DIFFERENCE = 7

/** What stands behind the cells of a row. */
interface Tail {
  readonly mean: boolean
  readonly spread: boolean
  readonly difference: boolean
  readonly differenceSpread: boolean
  readonly count: boolean
}

export interface Layout extends Tail {
  readonly labels: ReadonlyArray<LabelColumn>
  readonly labelWidth: number
  /** Columns of one cell: of a figure, or 1 for its sign alone. */
  readonly cell: number
  /** Seeds shown, and the gap between two. */
  readonly seeds: number
  readonly gap: string
}

const nothing: Tail = { mean: false, spread: false, difference: false, differenceSpread: false, count: false }

const spreadWidth = ({ glyphs }: Canvas): number => 1 + displayWidth(glyphs.plusMinus) + SPREAD

/** Columns of the finished and all cells of a row, with those that failed. */
export const countWidth = (plan: Plan): number => {
  const digits = String(plan.seeds.length).length
  return 2 + 2 * digits + 1 + 2 + 1 + digits
}

const tailWidth = (tail: Tail, plan: Plan, canvas: Canvas): number =>
  (tail.mean ? 2 + MEAN : 0) +
  (tail.spread ? spreadWidth(canvas) : 0) +
  (tail.difference ? 2 + DIFFERENCE : 0) +
  (tail.differenceSpread ? spreadWidth(canvas) : 0) +
  (tail.count ? countWidth(plan) : 0)

/** What could be shown, the most first. */
const choices = (
  plan: Plan,
  canvas: Canvas,
  figures: Figures,
  hasFigures: boolean
): ReadonlyArray<readonly [number, Tail]> => {
  const hasSeeds = plan.seeds.length > 1
  const count = hasSeeds && canvas.columns >= 40
  const signs: ReadonlyArray<readonly [number, Tail]> = [
    [1, { ...nothing, count }],
    [1, nothing]
  ]
  if (!hasFigures) return signs
  const difference = figures.baseline !== null
  const figure: Tail = { ...nothing, mean: hasSeeds, count }
  const spread = hasSeeds
  const tails: ReadonlyArray<Tail> = [
    { ...figure, spread, difference, differenceSpread: difference && spread },
    { ...figure, spread, difference },
    { ...figure, difference },
    { ...figure, spread },
    figure
  ]
  return [
    ...tails.map((tail) => [CELL, tail] as const),
    ...(hasSeeds ? tails.map((tail) => [1, tail] as const) : []),
    ...signs
  ]
}

export const layout = (plan: Plan, canvas: Canvas, figures: Figures, hasFigures: boolean): Layout => {
  const labels = labelColumns(plan)
  const count = plan.seeds.length
  const wanted = labels.reduce((sum, { width }) => sum + width, 2 * Math.max(0, labels.length - 1))
  // Labels are narrowed before figures give way, but not to less than this.
  const least = Math.min(wanted, Math.max(12, Math.floor(canvas.columns / 4)))
  const fitting = choices(plan, canvas, figures, hasFigures).filter(
    ([cell, tail]) => 1 + least + 2 + count * (cell + 1) - 1 + tailWidth(tail, plan, canvas) <= canvas.columns
  )
  // Figures of rows that cannot be told apart say nothing.
  const told = fitting.find(([cell, tail]) => {
    const columns = canvas.columns - 1 - tailWidth(tail, plan, canvas) - (count * (cell + 1) - 1) - 2
    const widths = narrowed(
      labels.map(({ width }) => width),
      columns
    )
    return labels.every(({ labels }, index) => staysDistinct(labels, widths[index] ?? 1, canvas.glyphs.ellipsis))
  })
  const [cell, tail] = told ?? fitting[0] ?? [1, { ...nothing, count: count > 1 && canvas.columns >= 40 }]
  const room = canvas.columns - 1 - tailWidth(tail, plan, canvas)
  // Labels may have at least half of the line before signs move together.
  const half = Math.min(wanted, Math.floor(room / 2))
  const gap = cell > 1 || 2 * count - 1 + 2 + half <= room ? " " : ""
  const seeds = Math.max(1, Math.min(count, gap === " " ? count : room - half - 2))
  const taken = gap === " " ? seeds * (cell + 1) - 1 : seeds
  const columns = Math.max(1, room - taken - 2)
  const widths = narrowed(
    labels.map(({ width }) => width),
    columns
  )
  const kept = labels.map((label, index) => ({ ...label, width: widths[index] ?? 1 }))
  const labelWidth = kept.reduce((sum, { width }) => sum + width, 2 * Math.max(0, kept.length - 1))
  return { ...tail, labels: kept, labelWidth: Math.min(labelWidth, columns), cell, seeds, gap }
}
