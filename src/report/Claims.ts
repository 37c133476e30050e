/** What is claimed of the rows, and whether the figures bear it out: told in the table, whichever way it went. */
import type { PairedDifference } from "../domain/ResultTable.ts"
import type { Claim } from "../domain/TableSpec.ts"
import type { Finding, Verdict } from "./Finding.ts"
import type { ReportColumn, ReportRow } from "./ReportTable.ts"

const judge = ({ direction }: Claim, difference: PairedDifference | undefined): Verdict => {
  if (difference === undefined || difference.ci95 === null) return "cannot be said"
  const [low, high] = difference.ci95
  if (low === 0 && high === 0) return "cannot be said"
  if (low <= 0 && high >= 0) return "not shown"
  return difference.mean > 0 === (direction === "higher") ? "supported" : "contradicted"
}

/**
 * Judges every claim in every row that it speaks of, by the paired 95 % interval of the difference from the baseline over
 * shared seeds. A claim of which no row or no column is there is left out.
 */
export const findings = (
  claims: ReadonlyArray<Claim>,
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>
): ReadonlyArray<Finding> =>
  claims.flatMap((claim): ReadonlyArray<Finding> => {
    const spoken = rows.filter((row) =>
      Object.entries(claim.labels).every(([axis, value]) => row.labels[axis] === value)
    )
    if (spoken.length === 0 || !columns.some((column) => column.id === claim.metric)) return []
    const varying = Object.keys(spoken[0]?.labels ?? {}).filter(
      (axis) => new Set(spoken.map((row) => row.labels[axis])).size > 1
    )
    const verdicts = spoken.map((row) => {
      const difference = row.cells[claim.metric]?.difference
      return {
        row: row.id,
        where: varying.map((axis) => row.labels[axis]).join(" · "),
        verdict: judge(claim, difference),
        difference: difference ?? null
      }
    })
    return [{ claim, verdicts }]
  })
