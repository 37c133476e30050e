/** What the figures of a row come to so far: its mean over the seeds and its difference to the baseline over those both have. */
import type { Plan } from "../observe/Plan.ts"
import type { Progress } from "../observe/Progress.ts"
import { type Column, type Figures, figureOf } from "./Figures.ts"
import { HEATS, type Heat } from "./Line.ts"

/** A mean with half the width of its interval. */
export interface Mean {
  readonly mean: number
  /** null for too few values. */
  readonly half: number | null
}

export interface RowFigures {
  /** How many figures there are. */
  readonly n: number
  readonly mean: Mean | null
  /** null for the baseline itself, and where there is none. */
  readonly difference: Mean | null
  readonly isBaseline: boolean
}

const meanOf = (
  values: ReadonlyArray<number>,
  column: Pick<Column, "kind" | "unit">,
  { interval }: Figures
): Mean | null => {
  if (values.length === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const ends = interval(values, column)
  return { mean, half: ends === null ? null : (ends[1] - ends[0]) / 2 }
}

const baselines = new WeakMap<Plan, { readonly of: Figures["baseline"]; readonly rows: ReadonlyArray<number> }>()

/** By variant the one it is compared with, itself for a baseline, -1 for none: the one that agrees with it on all other axes. */
export const baselineRows = (plan: Plan, baseline: Figures["baseline"]): ReadonlyArray<number> => {
  const known = baselines.get(plan)
  if (known !== undefined && known.of === baseline) return known.rows
  const identity = (labels: ReadonlyArray<string>) => JSON.stringify(labels)
  const row = new Map(plan.variants.map(({ labels }, index) => [identity(labels), index]))
  const rows = plan.variants.map(({ labels }) => {
    if (baseline === null) return -1
    return row.get(identity(plan.axes.map((axis, at) => baseline[axis] ?? labels[at] ?? ""))) ?? -1
  })
  baselines.set(plan, { of: baseline, rows })
  return rows
}

export const rowFigures = (progress: Progress, variant: number, column: Column, figures: Figures): RowFigures => {
  const { metric } = column
  const { plan } = progress
  if (plan === null) return { n: 0, mean: null, difference: null, isBaseline: false }
  const baseline = baselineRows(plan, figures.baseline)[variant] ?? -1
  const base = baseline === variant ? undefined : plan.variants[baseline]?.cells
  const values: Array<number> = []
  const differences: Array<number> = []
  plan.variants[variant]?.cells.forEach((cell, seed) => {
    const value = figureOf(progress, cell, metric)
    if (value === undefined || value === null) return
    values.push(value)
    const other = base === undefined ? undefined : figureOf(progress, base[seed] ?? -1, metric)
    if (other !== undefined && other !== null) differences.push(value - other)
  })
  return {
    n: values.length,
    mean: meanOf(values, column, figures),
    // A difference of shares is no share.
    difference: meanOf(differences, { kind: "score" }, figures),
    isBaseline: baseline === variant
  }
}

export interface Overview {
  readonly least: number
  readonly greatest: number
  /** By variant; null where there is none yet. */
  readonly means: ReadonlyArray<number | null>
}

const overviews = new WeakMap<Progress["metrics"], Map<string, Overview>>()

/** A metric over all cells. Found once for every change. */
export const overview = (progress: Progress, metric: string): Overview => {
  const known = overviews.get(progress.metrics) ?? new Map<string, Overview>()
  overviews.set(progress.metrics, known)
  const found = known.get(metric)
  if (found !== undefined) return found
  let least = Number.POSITIVE_INFINITY
  let greatest = Number.NEGATIVE_INFINITY
  const means = (progress.plan?.variants ?? []).map(({ cells }) => {
    let sum = 0
    let n = 0
    for (const cell of cells) {
      const value = figureOf(progress, cell, metric)
      if (value === undefined || value === null) continue
      sum += value
      n++
      least = Math.min(least, value)
      greatest = Math.max(greatest, value)
    }
    return n === 0 ? null : sum / n
  })
  const made = { least, greatest, means }
  known.set(metric, made)
  return made
}

/** How warm a figure is: the better, the warmer, where it is known which is better. */
export const heatOf = (value: number, { greatest, least }: Overview, { better }: Column): Heat => {
  const part = greatest > least ? (value - least) / (greatest - least) : 0.5
  const step = Math.min(
    HEATS.length - 1,
    Math.max(0, Math.floor((better === "lower" ? 1 - part : part) * HEATS.length))
  )
  return HEATS[step] ?? "heat2"
}
