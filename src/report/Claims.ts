/** What is claimed of the rows, and whether the figures bear it out: told in the table, whichever way it went. */
import type { Claim } from "../domain/TableSpec.ts"
import type { ReportColumn, ReportRow } from "./ReportTable.ts"

const signed = (value: number, digits: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`

type Verdict = "holds" | "the opposite holds" | "is not borne out" | "no difference at all" | "cannot be told"

const judge = (claim: Claim, row: ReportRow, digits: number): readonly [verdict: Verdict, evidence: string] => {
  const difference = row.cells[claim.metric]?.difference
  if (difference === undefined) return ["cannot be told", "no figures of both rows"]
  const { ci95, mean, n } = difference
  if (ci95 === null) return ["cannot be told", `${signed(mean, digits)}, from one seed`]
  const [low, high] = ci95
  const evidence = `${signed(mean, digits)} [${signed(low, digits)}, ${signed(high, digits)}], ${n} seeds`
  if (low === 0 && high === 0) return ["no difference at all", `${n} seeds`]
  if (low <= 0 && high >= 0) return ["is not borne out", evidence]
  return [mean > 0 === (claim.direction === "higher") ? "holds" : "the opposite holds", evidence]
}

/**
 * A sentence a claim: its words, then for every row that it speaks of the verdict by the paired 95 % interval of the
 * difference from the baseline over shared seeds. `fixed` are the axes that the baseline fixes.
 */
export const findings = (
  claims: ReadonlyArray<Claim>,
  rows: ReadonlyArray<ReportRow>,
  columns: ReadonlyArray<ReportColumn>,
  fixed: ReadonlyArray<string>
): ReadonlyArray<string> =>
  claims.flatMap((claim) => {
    const digits = columns.find((column) => column.id === claim.metric)?.digits ?? 4
    const spoken = rows.filter((row) =>
      Object.entries(claim.labels).every(([axis, value]) => row.labels[axis] === value)
    )
    if (spoken.length === 0 || !columns.some((column) => column.id === claim.metric)) return []
    const varying = Object.keys(spoken[0]?.labels ?? {}).filter(
      (axis) =>
        !(axis in claim.labels) && !fixed.includes(axis) && new Set(rows.map((row) => row.labels[axis])).size > 1
    )
    const verdicts = spoken.map((row) => {
      const [verdict, evidence] = judge(claim, row, digits)
      const where = varying.map((axis) => row.labels[axis]).join(" · ")
      const hasSubject = verdict === "the opposite holds" || verdict === "no difference at all"
      return `${where !== "" ? `${where}: ` : hasSubject ? "Here: " : "Here it "}${verdict} (${evidence})`
    })
    return [`Claim: ${claim.text} ${verdicts.join("; ")}.`]
  })
