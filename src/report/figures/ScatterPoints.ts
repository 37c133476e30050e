/** The points of every label over the seeds: what the scatter draws, before any pixel. */
import type { FigureCellData, LabelPoint } from "../../domain/FigureSpec.ts"
import { mean } from "../statistics/index.ts"

/** The mean of some seeds' values, and their lowest and highest. */
export interface Spread {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Seeds in which there is a value. */
  readonly seeds: number
}

export interface PooledPoint {
  readonly label: string
  /** Null where no seed has one. */
  readonly x: Spread | null
  readonly y: Spread | null
}

/** Null for no value. */
export const spread = (values: ReadonlyArray<number | null>): Spread | null => {
  const known = values.flatMap((value) => (value === null ? [] : value))
  const centre = mean(known)
  if (centre === null) return null
  return { mean: centre, low: Math.min(...known), high: Math.max(...known), seeds: known.length }
}

/** One point a label, in the order in which the seeds name them. */
export const pooledPoints = (
  cells: ReadonlyArray<FigureCellData<ReadonlyArray<LabelPoint>>>
): ReadonlyArray<PooledPoint> => {
  const byLabel = Map.groupBy(
    cells.flatMap(({ data }) => data),
    ({ label }) => label
  )
  return [...byLabel].map(([label, points]) => ({
    label,
    x: spread(points.map(({ x }) => x)),
    y: spread(points.map(({ y }) => y))
  }))
}

/** A label that a cell names twice; undefined where none does. */
export const labelTwice = (cells: ReadonlyArray<FigureCellData<ReadonlyArray<LabelPoint>>>): string | undefined => {
  for (const { data } of cells) {
    const labels = data.map(({ label }) => label)
    const twice = labels.find((label, index) => labels.indexOf(label) !== index)
    if (twice !== undefined) return twice
  }
  return undefined
}
