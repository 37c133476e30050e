/** What is claimed of the rows, and whether the figures bear it out: told in the table, whichever way it went. */
import type { PairedDifference } from "../domain/ResultTable.ts"
import type { Claim } from "../domain/TableSpec.ts"
import type { Baselines } from "./Baseline.ts"
import type { Finding, RowVerdict } from "./Finding.ts"
import type { ReportCell, ReportColumn, ReportRow } from "./ReportTable.ts"
import { seedsFor } from "./statistics/index.ts"

/** A share of fewer rows than this moves by more than 5 % with a single one. */
export const FEWEST_ROWS = 20

export const VERDICT_RULE = `Verdicts go by the paired 95\u00A0% interval of the difference from the baseline over shared seeds: supported where it lies on the claimed side of 0, contradicted on the other, not shown where it holds 0 (with the seeds that would show a difference of the size found, with a power of 80\u00A0%). It cannot be said where there are fewer than two shared seeds, where all give the same difference, where the figure is undefined in some, or is a share of fewer than ${FEWEST_ROWS} rows.`

/** The fewest rows behind a share; undefined where the figure is none, or does not say. */
const fewestRows = (cell: ReportCell, { kind, unit }: ReportColumn): number | undefined => {
  const { sizes, values } = cell
  if (sizes === undefined || (kind !== undefined && kind !== "share")) return undefined
  const whole = kind === "share" && unit === "%" ? 100 : 1
  // A figure of no declared kind is a share where it is a whole number of rows among them.
  const isShare = values.every((value, at) => {
    const count = (value / whole) * (sizes[at] ?? 0)
    return value >= 0 && value <= whole && Math.abs(count - Math.round(count)) < 1e-6 * Math.max(1, count)
  })
  return kind === "share" || isShare ? Math.min(...sizes) : undefined
}

/** Why nothing can be said; undefined where something can. */
const obstacle = (cells: ReadonlyArray<ReportCell>, column: ReportColumn, difference: PairedDifference | undefined) => {
  const undefinedIn = Math.max(...cells.map((cell) => cell.undefinedIn ?? 0))
  if (undefinedIn > 0) return `undefined in ${undefinedIn} ${undefinedIn === 1 ? "seed" : "seeds"}`
  if (difference === undefined) return "no figures of both rows"
  if (difference.n < 2) return "one seed"
  if (difference.sd === 0 && difference.ci95 === null)
    return difference.mean === 0 ? "no difference in any seed" : "the same difference in every seed"
  const rows = Math.min(...cells.flatMap((cell) => fewestRows(cell, column) ?? []))
  if (rows < FEWEST_ROWS) return `a share of ${rows} ${rows === 1 ? "row" : "rows"}`
  return difference.ci95 === null ? "no interval" : undefined
}

/** Seeds that would show a difference as large as the one found. What the test rows add does not shrink with seeds. */
const needed = ({ mean, n, sd, se }: PairedDifference): number | null => {
  const ofSeeds = (sd ?? 0) ** 2
  const ofRows = Math.max(0, (se ?? 0) ** 2 - ofSeeds / n)
  return mean === 0 ? null : seedsFor((seeds) => mean / Math.sqrt(ofSeeds + seeds * ofRows))
}

type Judged = Pick<RowVerdict, "verdict" | "why" | "seedsNeeded">

const judge = (
  { direction }: Claim,
  cells: ReadonlyArray<ReportCell>,
  column: ReportColumn,
  difference: PairedDifference | undefined
): Judged => {
  const why = obstacle(cells, column, difference)
  if (why !== undefined || difference === undefined || difference.ci95 === null)
    return { verdict: "cannot be said", why: why ?? "no figures of both rows" }
  const [low, high] = difference.ci95
  const isAbove = difference.mean > 0
  const isClaimedSide = isAbove === (direction === "higher")
  if (low > 0 || high < 0) return { verdict: isClaimedSide ? "supported" : "contradicted" }
  return { verdict: "not shown", seedsNeeded: isClaimedSide ? needed(difference) : null }
}

/**
 * Judges every claim in every row that it speaks of, by {@link VERDICT_RULE}. A claim of which no row or no column is
 * there is left out.
 */
export const findings = (
  claims: ReadonlyArray<Claim>,
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>,
  baselines?: Baselines
): ReadonlyArray<Finding> =>
  claims.flatMap((claim): ReadonlyArray<Finding> => {
    const spoken = rows.filter((row) =>
      Object.entries(claim.labels).every(([axis, value]) => row.labels[axis] === value)
    )
    const column = columns.find(({ id }) => id === claim.metric)
    if (spoken.length === 0 || column === undefined) return []
    const varying = Object.keys(spoken[0]?.labels ?? {}).filter(
      (axis) => new Set(spoken.map((row) => row.labels[axis])).size > 1
    )
    const verdicts = spoken.map((row) => {
      const own = row.cells[claim.metric]
      const base = baselines?.of(row)?.cells[claim.metric]
      const difference = own?.difference
      return {
        row: row.id,
        where: varying.map((axis) => row.labels[axis]).join(" · "),
        ...judge(
          claim,
          [own, base].filter((cell) => cell !== undefined),
          column,
          difference
        ),
        difference: difference ?? null
      }
    })
    return [{ claim, verdicts }]
  })
