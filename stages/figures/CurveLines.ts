/** Named curves over epochs, several runs pooled: what the figure of curves draws, before any pixel. */
import { Statistics } from "ablate"

/** One run: values by name, one an epoch, the first epoch being 1. */
export type Curves = { readonly [name: string]: ReadonlyArray<number> }

/** A curve to draw, by its name in the runs, and what the figure calls it. */
export interface CurveChoice {
  readonly name: string
  /** Default: its name. */
  readonly label?: string | undefined
}

export interface CurvePoint {
  /** 1, 2, … */
  readonly epoch: number
  /** Over the runs. */
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface CurveLine {
  readonly label: string
  readonly points: ReadonlyArray<CurvePoint>
}

/** Larger ones have no round numbers around them. */
const MOST = 1e300

/** What cannot be drawn of these runs; undefined where nothing is in the way. */
export const curvesProblem = (runs: ReadonlyArray<Curves>, choices: ReadonlyArray<CurveChoice>): string | undefined => {
  const [first] = runs
  if (first === undefined) return "it has no run to draw; wire at least one node"
  if (choices.length === 0) return "there is no curve to draw"
  for (const [index, run] of runs.entries())
    for (const { name } of choices) {
      const values = Object.hasOwn(run, name) ? run[name] : undefined
      if (values === undefined)
        return `run ${index + 1} has no curve ${JSON.stringify(name)}; it has ${Object.keys(run).sort().join(", ") || "none"}`
      if (values.length === 0) return `run ${index + 1}, curve ${JSON.stringify(name)}: it has no value`
      const at = values.findIndex((value) => !(Math.abs(value) <= MOST))
      if (at >= 0)
        return `run ${index + 1}, curve ${JSON.stringify(name)}, epoch ${at + 1}: found ${values[at]}, expected a number up to ${MOST}`
    }
  return undefined
}

/** The whole that others are terms of: it comes first. */
const WHOLE = "loss"

/** Every curve of the first run: "loss", then the others by name. */
export const allCurves = ([first = {}]: ReadonlyArray<Curves>): ReadonlyArray<CurveChoice> => {
  const others = Object.keys(first).filter((name) => name !== WHOLE)
  return [...(Object.hasOwn(first, WHOLE) ? [WHOLE] : []), ...others.sort()].map((name) => ({ name }))
}

/** The chosen curves, each as long as in the shortest run. */
export const curveLines = (
  runs: ReadonlyArray<Curves>,
  choices: ReadonlyArray<CurveChoice>
): ReadonlyArray<CurveLine> =>
  choices.map(({ label, name }) => {
    const values = runs.map((run) => run[name] ?? [])
    const length = Math.min(...values.map((each) => each.length))
    const points = Array.from({ length }, (_, at): CurvePoint => {
      const here = values.map((each) => each[at] ?? 0)
      return {
        epoch: at + 1,
        mean: Statistics.summarize(here).mean ?? 0,
        low: Math.min(...here),
        high: Math.max(...here)
      }
    })
    return { label: label ?? name, points }
  })

/**
 * At most `most` points or so: of each stretch of a longer curve, the points of its least and greatest value, so that no
 * spike is lost; the first and the last stay.
 */
export const thinned = (points: ReadonlyArray<CurvePoint>, most: number): ReadonlyArray<CurvePoint> => {
  if (points.length <= most) return points
  const stretch = Math.ceil((2 * points.length) / most)
  const kept = new Set<CurvePoint>()
  for (let from = 0; from < points.length; from += stretch) {
    const part = points.slice(from, from + stretch)
    const least = part.reduce((a, b) => (b.low < a.low ? b : a))
    const greatest = part.reduce((a, b) => (b.high > a.high ? b : a))
    for (const each of [least, greatest]) kept.add(each)
  }
  for (const end of [points[0], points.at(-1)]) if (end !== undefined) kept.add(end)
  return [...kept].sort((a, b) => a.epoch - b.epoch)
}
