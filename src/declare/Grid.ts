/** Grids: the points of an experiment, as rows × axes × seeds. Axes are types: an unknown one does not compile. */
import type { SeedRule } from "../domain/SeedRule.ts"
import { DeclarationError } from "./DeclarationError.ts"

/** The value of an axis at a point: what labels a row, and what the pipeline is given. */
export type Label = string | number | boolean | null
/** A value for every axis, the seed among them. */
export type Point = { readonly [axis: string]: Label }

const SeedsId = "~ablate/Grid/Seeds"

/** The seed axis: values that repeat a variant rather than make another one. */
export interface Seeds {
  readonly [SeedsId]: typeof SeedsId
  readonly values: ReadonlyArray<number>
  /** When no more are added; null where all of them are run. */
  readonly rule: SeedRule | null
}

/** What {@link seeds} `.until` takes. */
export interface Until {
  /** The metric whose paired difference from the baseline is looked at. */
  readonly metric: string
  /** Labels of the baseline rows: `{ method: "plain" }`. A row is compared with the one that agrees on all other axes. */
  readonly versus: { readonly [axis: string]: Label }
  /** A difference that is known to ± this is known well enough: above 0, in the metric's own scale. */
  readonly resolve: number
  /** The most seeds of a variant: at least 2. */
  readonly max: number
}

type AxisValues = { readonly [axis: string]: ReadonlyArray<Label> | Seeds }
type PointOf<A extends AxisValues> = {
  readonly [K in keyof A]: A[K] extends ReadonlyArray<infer V> ? V : number
}
type Flat<T> = { readonly [K in keyof T]: T[K] }

/**
 * Points in an order that is kept, and what can be added to them. Each method gives another grid and throws {@link
 * DeclarationError} for an axis that is there twice, has no values, or does not fit.
 */
export interface Grid<P> {
  /** In the order of the table's rows. */
  readonly points: ReadonlyArray<P>
  /** Axis names in order; the seed axis is not among them. */
  readonly axes: ReadonlyArray<string>
  /** The seed axis, if there is one. */
  readonly seedAxis: string | null
  /** When no more seeds are added: `points` has the most that there can be. Null where all are run. */
  readonly rule: SeedRule | null
  /** Every point with every combination of the new axes' values. */
  cross<const A extends AxisValues>(axes: A): Grid<Flat<P & PointOf<A>>>
  /** Every point with every point of another grid. */
  product<Q>(other: Grid<Q>): Grid<Flat<P & Q>>
  /** The n-th point with the n-th value of each new axis; lengths must agree. */
  zip<const A extends AxisValues>(axes: A): Grid<Flat<P & PointOf<A>>>
  /** Only the points for which `keep` holds. */
  filter(keep: (point: P) => boolean): Grid<P>
  /** These points and those of another grid with the same axes. */
  concat(other: Grid<P>): Grid<P>
}

const fail = (problem: string): never => {
  throw new DeclarationError({ subject: "grid", problem })
}

const named = (axis: string | null) => (axis === null ? "none" : `"${axis}"`)

const isSeeds = (values: ReadonlyArray<Label> | Seeds): values is Seeds => SeedsId in values

const listed = (values: number | ReadonlyArray<number>): Seeds => {
  const list = typeof values === "number" ? Array.from({ length: values }, (_, index) => index) : values
  if (list.length === 0) fail("seeds: at least one seed is needed")
  for (const seed of list)
    if (!Number.isSafeInteger(seed) || seed < 0) fail(`seeds: a seed is a whole number ≥ 0, found ${seed}`)
  if (new Set(list).size !== list.length) fail(`seeds: a seed stands twice in [${list.join(", ")}]`)
  return { [SeedsId]: SeedsId, values: list, rule: null }
}

const until = ({ max, metric, resolve, versus }: Until): Seeds => {
  if (!(resolve > 0) || !Number.isFinite(resolve))
    fail(`seeds.until: resolve is a number above 0 (the difference is to be known to ± it), found ${resolve}`)
  if (!Number.isSafeInteger(max) || max < 2)
    fail(`seeds.until: max is a whole number of seeds, at least 2, found ${max}`)
  if (Object.keys(versus).length === 0)
    fail(`seeds.until: versus names no baseline; write its labels: versus: { method: "plain" }`)
  const labels = Object.fromEntries(Object.entries(versus).map(([axis, label]) => [axis, String(label)]))
  return { ...listed(max), rule: { metric, versus: labels, resolve, max } }
}

/**
 * Seeds 0 … n−1, or the given ones: whole numbers, none twice. `seeds.until` adds seeds 0, 1, … in rounds until the difference of
 * every variant from its baseline is settled: decided (its 95 % confidence sequence excludes 0), known to ± `resolve`, or at
 * `max` seeds.
 */
export const seeds: {
  (values: number | ReadonlyArray<number>): Seeds
  readonly until: (options: Until) => Seeds
} = Object.assign(listed, { until })

interface SeedAxis {
  readonly name: string | null
  readonly rule: SeedRule | null
}

const noSeeds: SeedAxis = { name: null, rule: null }

const make = <P>(points: ReadonlyArray<Point>, axes: ReadonlyArray<string>, own: SeedAxis): Grid<P> => {
  const { name: seedAxis, rule } = own
  const extend = (added: AxisValues) => {
    const names = Object.keys(added)
    let seed = own
    for (const name of names) {
      if (axes.includes(name) || name === seedAxis) fail(`axis "${name}" is there already`)
      const values = added[name]
      if (values !== undefined && isSeeds(values)) {
        if (seed.name !== null) fail(`"${name}" is a second seed axis beside "${seed.name}"`)
        seed = { name, rule: values.rule }
      } else if (values?.length === 0) fail(`axis "${name}" has no values`)
    }
    const lists = names.map((name) => {
      const values = added[name] ?? []
      return isSeeds(values) ? values.values : values
    })
    return { names, lists, seed, axes: [...axes, ...names.filter((name) => name !== seed.name)] }
  }
  return {
    // Every point was built from the axes that the type names.
    points: points as unknown as ReadonlyArray<P>,
    axes,
    seedAxis,
    rule,
    cross: (added) => {
      const { axes: all, lists, names, seed } = extend(added)
      const crossed = lists.reduce<ReadonlyArray<Point>>(
        (partial, list, at) =>
          partial.flatMap((point) => list.map((value) => ({ ...point, [names[at] ?? ""]: value }))),
        points
      )
      return make(crossed, all, seed)
    },
    product: (other) => {
      for (const axis of [...other.axes, ...(other.seedAxis === null ? [] : [other.seedAxis])])
        if (axes.includes(axis) || axis === seedAxis) fail(`axis "${axis}" is there already`)
      if (seedAxis !== null && other.seedAxis !== null)
        fail(`"${other.seedAxis}" is a second seed axis beside "${seedAxis}"`)
      const others = other.points as unknown as ReadonlyArray<Point>
      return make(
        points.flatMap((point) => others.map((each) => ({ ...point, ...each }))),
        [...axes, ...other.axes],
        seedAxis === null ? { name: other.seedAxis, rule: other.rule } : own
      )
    },
    zip: (added) => {
      const { axes: all, lists, names, seed } = extend(added)
      if (seed.rule !== rule) fail("zip: seeds that are added in rounds belong to every point; cross them")
      for (const [at, list] of lists.entries())
        if (list.length !== points.length)
          fail(`zip: axis "${names[at]}" has ${list.length} values for ${points.length} points`)
      const zipped = points.map((point, row) => ({
        ...point,
        ...Object.fromEntries(names.map((name, at) => [name, lists[at]?.[row] ?? null]))
      }))
      return make(zipped, all, seed)
    },
    filter: (keep) =>
      make(
        points.filter((point) => keep(point as unknown as P)),
        axes,
        own
      ),
    concat: (other) => {
      if (other.axes.join() !== axes.join()) fail(`concat: axes [${axes}] and [${other.axes}] differ`)
      if (other.seedAxis !== seedAxis) fail(`concat: seed axes ${named(seedAxis)} and ${named(other.seedAxis)} differ`)
      if (JSON.stringify(other.rule) !== JSON.stringify(rule))
        fail("concat: the two grids add seeds by different rules")
      return make([...points, ...(other.points as unknown as ReadonlyArray<Point>)], axes, own)
    }
  }
}

/** A grid from rows: each row is one point, its fields are axes. All rows have the same fields. */
export const rows = <const P extends Point>(list: ReadonlyArray<P>): Grid<P> => {
  const axes = Object.keys(list[0] ?? fail("rows: at least one row is needed"))
  for (const [at, row] of list.entries())
    if (Object.keys(row).join() !== axes.join())
      fail(`rows: row ${at + 1} has the fields [${Object.keys(row)}], the first has [${axes}]`)
  return make<P>(list, axes, noSeeds)
}

/** A grid from axes alone: every combination. */
export const axes = <const A extends AxisValues>(values: A): Grid<Flat<PointOf<A>>> =>
  make<Record<never, never>>([{}], [], noSeeds).cross(values) as Grid<Flat<PointOf<A>>>
