/**
 * Figures over the runs of several tasks, as Agarwal et al. (2021) recommend them: interquartile mean, probability of
 * improvement on the baseline, performance profile. Intervals are percentile bootstraps, stratified by task.
 */
import type { Aggregate } from "../domain/Aggregate.ts"
import type { AggregateName, Aggregates } from "../domain/TableSpec.ts"
import { formatFigure } from "./format/Figures.ts"
import type { ReportColumn, ReportRow } from "./ReportTable.ts"
import { quantileSorted } from "./statistics/Bootstrap.ts"
import { improvement, interquartileMean } from "./statistics/index.ts"
import { randomStream } from "./statistics/RandomStream.ts"

const DRAWS = 2000
/** Thresholds of a profile, evenly from the least to the greatest figure of the column. */
const THRESHOLDS = 21

type Labels = Readonly<Record<string, string>>
/** The runs of one variant, task by task. */
type Runs = ReadonlyMap<string, ReadonlyArray<number>>

interface Variant {
  readonly labels: Labels
  readonly runs: Runs
}

const without = (labels: Labels, axes: ReadonlyArray<string>): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([axis]) => !axes.includes(axis)))

const taskOf = (labels: Labels, axes: ReadonlyArray<string>) => JSON.stringify(axes.map((axis) => labels[axis] ?? ""))

const variantsOf = (
  rows: ReadonlyArray<ReportRow>,
  column: string,
  tasks: ReadonlyArray<string>
): ReadonlyArray<Variant> =>
  [...Map.groupBy(rows, ({ labels }) => JSON.stringify(without(labels, tasks))).values()].flatMap((alike) => {
    const [first] = alike
    const runs = new Map(
      alike.flatMap(({ cells, labels }) => {
        const values = cells[column]?.values ?? []
        return values.length === 0 ? [] : [[taskOf(labels, tasks), values] as const]
      })
    )
    return first === undefined || runs.size === 0 ? [] : [{ labels: without(first.labels, tasks), runs }]
  })

/** The estimate with its interval; `statistic` is given resampled runs, the same list for each task. */
const estimated = (
  name: string,
  strata: ReadonlyArray<ReadonlyArray<number>>,
  statistic: (strata: ReadonlyArray<ReadonlyArray<number>>) => number | null
) => {
  const value = statistic(strata)
  if (value === null) return undefined
  if (strata.every(({ length }) => length < 2)) return { value, ci95: null }
  const below = randomStream(`aggregate\n${name}`)
  const drawn = Float64Array.from({ length: DRAWS }, () => {
    const resampled = strata.map((runs) => runs.map(() => runs[below(runs.length)] ?? 0))
    return statistic(resampled) ?? value
  }).sort()
  const low = quantileSorted(drawn, 0.025) ?? value
  const high = quantileSorted(drawn, 0.975) ?? value
  // Runs that are all alike resample to themselves: no evidence.
  return { value, ci95: low === high ? null : ([low, high] as const) }
}

const total = (values: ReadonlyArray<number>) => values.reduce((before, value) => before + value, 0)

const improvementOf = (name: string, { runs }: Variant, base: Variant, sign: number) => {
  const shared = [...runs].flatMap(([task, own]) => {
    const theirs = base.runs.get(task)
    return theirs === undefined
      ? []
      : [{ own: own.map((value) => sign * value), theirs: theirs.map((value) => sign * value) }]
  })
  return shared.length === 0
    ? undefined
    : estimated(
        name,
        shared.flatMap(({ own, theirs }) => [own, theirs]),
        (strata) =>
          total(shared.map((_, task) => improvement(strata[2 * task] ?? [], strata[2 * task + 1] ?? []) ?? 0.5)) /
          shared.length
      )
}

const profileOf = ({ runs }: Variant, thresholds: ReadonlyArray<number>) => {
  const all = [...runs.values()].flat()
  return thresholds.map((above) => ({ above, share: all.filter((value) => value > above).length / all.length }))
}

const thresholdsOf = (variants: ReadonlyArray<Variant>): ReadonlyArray<number> => {
  const all = variants.flatMap(({ runs }) => [...runs.values()].flat())
  const low = Math.min(...all)
  const high = Math.max(...all)
  return Array.from({ length: THRESHOLDS }, (_, at) => low + ((high - low) * at) / (THRESHOLDS - 1))
}

export const aggregatesOf = (
  { figures, tasks = [] }: Aggregates,
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>,
  baseline: Labels | undefined
): ReadonlyArray<Aggregate> => {
  const asked = (name: AggregateName) => figures.includes(name)
  return columns.flatMap(({ better, id }) => {
    const variants = variantsOf(rows, id, tasks)
    const thresholds = thresholdsOf(variants)
    const free = Object.entries(baseline ?? {}).filter(([axis]) => !tasks.includes(axis))
    const isBase = ({ labels }: Variant) =>
      baseline !== undefined && free.every(([axis, value]) => labels[axis] === value)
    const fixed = free.map(([axis]) => axis)
    const key = ({ labels }: Variant) => JSON.stringify(without(labels, fixed))
    const bases = new Map(variants.filter(isBase).map((variant) => [key(variant), variant]))
    return variants.map((variant): Aggregate => {
      const strata = [...variant.runs.values()]
      const base = isBase(variant) ? undefined : bases.get(key(variant))
      const name = `${id}\n${JSON.stringify(variant.labels)}`
      const middle = asked("interquartile-mean")
        ? estimated(name, strata, (resampled) => interquartileMean(resampled.flat()))
        : undefined
      const improved =
        asked("improvement") && base !== undefined && better !== undefined
          ? improvementOf(name, variant, base, better === "higher" ? 1 : -1)
          : undefined
      return {
        column: id,
        labels: variant.labels,
        tasks: strata.length,
        runs: strata.flat().length,
        ...(middle === undefined ? {} : { interquartileMean: middle }),
        ...(improved === undefined ? {} : { improvement: improved }),
        ...(asked("profile") ? { profile: profileOf(variant, thresholds) } : {})
      }
    })
  })
}

const estimateText = ({ ci95, value }: NonNullable<Aggregate["improvement"]>, digits: number) => {
  const print = (each: number) => formatFigure(each, digits, true)
  return `${print(value)}${ci95 === null ? "" : ` [${print(ci95[0])}, ${print(ci95[1])}]`}`
}

/** A sentence a column and figure: what a table of text has of them. Profiles are for figures and the JSON. */
export const aggregateSentences = (
  aggregates: ReadonlyArray<Aggregate>,
  columns: ReadonlyArray<ReportColumn>,
  { tasks = [] }: Aggregates
): ReadonlyArray<string> =>
  columns.flatMap(({ digits = 4, group, id, label }) => {
    const own = aggregates.filter(({ column }) => column === id)
    const heading = group === undefined ? label : `${group} ${label}`
    const over = tasks.length === 0 ? "" : ` over all ${tasks.join(" × ")}`
    const told = (what: string, of: (aggregate: Aggregate) => Aggregate["improvement"], decimals: number) => {
      const parts = own.flatMap((each) => {
        const found = of(each)
        return found === undefined ? [] : [`${Object.values(each.labels).join(" · ")} ${estimateText(found, decimals)}`]
      })
      return parts.length === 0 ? [] : [`${what} of ${heading}${over}: ${parts.join("; ")}.`]
    }
    return [
      ...told("Interquartile mean", (each) => each.interquartileMean, digits),
      ...told("Probability of improvement on the baseline", (each) => each.improvement, 2)
    ]
  })
