/** How near a whole table of the emotion study comes to the printed one: every printed figure beside ours, and what that comes to. */
import { type Measure, Statistics } from "ablate"
import { Schema } from "effect"
import type { EmotionFigures } from "./EmotionFigures.ts"
import { combinedAsPrinted, type Denominator, fairness } from "./Posterior.ts"

const PAIRS = ["fear_gender", "fear_race", "anger_gender"] as const
const PARTS = ["p", "F", "H"] as const

/** The printed figures: accuracy, and for each of three pairs p, F and H. */
export const PRINTED = [
  "accuracy",
  ...PAIRS.flatMap((pair) => PARTS.map((part) => `${pair}_${part}` as const))
] as const
export type PrintedName = (typeof PRINTED)[number]

/** One row of the printed table. */
export const PrintedRow = Schema.Struct({
  row: Schema.String,
  figures: Schema.Array(
    Schema.Struct({
      figure: Schema.Literals(PRINTED),
      value: Schema.Finite,
      /** It contradicts another figure of the same table. */
      isFlawed: Schema.Boolean
    })
  )
})
export type PrintedRow = typeof PrintedRow.Type

/** A printed figure beside ours. */
export const ComparedFigure = Schema.Struct({
  row: Schema.String,
  figure: Schema.Literals(PRINTED),
  printed: Schema.Finite,
  isFlawed: Schema.Boolean,
  /** Null where ours is undefined. */
  ours: Schema.NullOr(Schema.Finite),
  /** (ours − printed) in units of the printed column's spread; null where ours is undefined or the column has no spread. */
  distance: Schema.NullOr(Schema.Finite)
})
export type ComparedFigure = typeof ComparedFigure.Type

/** Names of {@link distanceFigures}. */
export const DISTANCE_FIGURES = [
  "distance",
  "explained",
  "level",
  "pattern",
  "distance_sound",
  "distance_accuracy",
  "distance_p",
  "distance_F",
  "distance_H",
  "said",
  "unsaid"
] as const
export type DistanceFigures = { readonly [F in (typeof DISTANCE_FIGURES)[number]]: Measure }

/** Our figures by the names that are printed; rows without a race count in the denominator, or do not. */
const ourFigures = (
  figures: EmotionFigures,
  denominator: Denominator
): { readonly [F in PrintedName]: number | null } => {
  const accuracy = figures.accuracy.value
  const ours = PAIRS.flatMap((pair): ReadonlyArray<readonly [PrintedName, number | null]> => {
    const p = figures[denominator === "exclude" ? (`${pair}_p` as const) : (`${pair}_p_include` as const)].value
    const F = p === null ? null : fairness([p, 1 - p])
    const H = F === null || accuracy === null ? null : combinedAsPrinted(accuracy, F)
    return [
      [`${pair}_p`, p],
      [`${pair}_F`, F],
      [`${pair}_H`, H]
    ]
  })
  // Object.fromEntries forgets the names of its keys.
  return { accuracy, ...Object.fromEntries(ours) } as { readonly [F in PrintedName]: number | null }
}

/** Every printed figure beside ours, row by row; `tables` are the figures of the rows, in their order. */
export const comparedFigures = (
  printed: ReadonlyArray<PrintedRow>,
  tables: ReadonlyArray<EmotionFigures>,
  denominator: Denominator
): ReadonlyArray<ComparedFigure> => {
  const columns = Map.groupBy(
    printed.flatMap(({ figures }) => figures),
    ({ figure }) => figure
  )
  const spreads = new Map(
    [...columns].map(([name, column]) => [name, Statistics.printedSpread(column.map(({ value }) => value))])
  )
  return printed.flatMap(({ figures, row }, at) => {
    const table = tables[at]
    const ours = table === undefined ? undefined : ourFigures(table, denominator)
    return figures.map(({ figure, isFlawed, value }): ComparedFigure => {
      const own = ours?.[figure] ?? null
      const spread = spreads.get(figure) ?? null
      const distance = own === null || spread === null ? null : (own - value) / spread
      return { row, figure, printed: value, isFlawed, ours: own, distance }
    })
  })
}

const NOTHING = "none of these figures can be said"

const rms = (values: ReadonlyArray<number>): Measure => {
  const value = Statistics.rootMeanSquare(values)
  return value === null ? { value, n: 0, note: NOTHING } : { value, n: values.length }
}

const distancesOf = (figures: ReadonlyArray<ComparedFigure>) => figures.flatMap(({ distance }) => distance ?? [])

/** Each column's mean distance, and what is left of every distance when that is taken away. */
const levelAndPattern = (figures: ReadonlyArray<ComparedFigure>) => {
  const columns = PRINTED.map((name) => distancesOf(figures.filter(({ figure }) => figure === name)))
  const centred = columns.map((distances) => {
    const centre = Statistics.mean(distances) ?? 0
    return { levels: distances.map(() => centre), patterns: distances.map((distance) => distance - centre) }
  })
  return {
    level: rms(centred.flatMap(({ levels }) => levels)),
    pattern: rms(centred.flatMap(({ patterns }) => patterns))
  }
}

/**
 * What the distances come to. `distance`: their root mean square over the figures that can be said; 1 is what the printed
 * column's own mean in every row would come to. distance² = `level`² + `pattern`²: what is wrong with the columns' means, and
 * with the differences between rows. `explained`: 1 − the mean square over all printed figures, where one that cannot be said
 * counts as the column's mean does (1); below 0 the column's mean is the better guess. `distance_sound`: over the figures
 * that contradict no other one.
 */
export const distanceFigures = (figures: ReadonlyArray<ComparedFigure>): DistanceFigures => {
  const distances = distancesOf(figures)
  const unsaid = figures.length - distances.length
  const square = distances.reduce((total, distance) => total + distance * distance, unsaid)
  const of = (name: string) => rms(distancesOf(figures.filter(({ figure }) => figure.endsWith(name))))
  return {
    distance: rms(distances),
    explained:
      figures.length === 0 ? { value: null, note: NOTHING } : { value: 1 - square / figures.length, n: figures.length },
    ...levelAndPattern(figures),
    distance_sound: rms(distancesOf(figures.filter(({ isFlawed }) => !isFlawed))),
    distance_accuracy: of("accuracy"),
    distance_p: of("_p"),
    distance_F: of("_F"),
    distance_H: of("_H"),
    said: { value: distances.length },
    unsaid: { value: unsaid }
  }
}
