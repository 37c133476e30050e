/** Findings in words. Claims that fared alike are told together: whole for a table, in a line or two for the summary. */
import type { PairedDifference } from "../domain/ResultTable.ts"
import { type Finding, type RowVerdict, Verdict } from "./Finding.ts"
import type { ReportColumn } from "./ReportTable.ts"

const DEFAULT_DIGITS = 4

const signed = (value: number, digits: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`

/** `+0.0086 [+0.0023, +0.0150]`; "" where nothing is to be told. */
const evidence = (difference: PairedDifference | null, digits: number): string => {
  if (difference === null) return "no figures of both rows"
  const { ci95, mean } = difference
  if (ci95 === null) return signed(mean, digits)
  const [low, high] = ci95
  return low === 0 && high === 0 ? "" : `${signed(mean, digits)} [${signed(low, digits)}, ${signed(high, digits)}]`
}

const digitsOf = (columns: ReadonlyArray<ReportColumn>, { claim }: Finding): number =>
  columns.find((column) => column.id === claim.metric)?.digits ?? DEFAULT_DIGITS

const sentence = (text: string) => text.replace(/\.$/, "")

/** Findings of one source that came out alike in every row. */
const alike = (findings: ReadonlyArray<Finding>): ReadonlyArray<ReadonlyArray<Finding>> => [
  ...Map.groupBy(findings, ({ claim, verdicts }) =>
    JSON.stringify([claim.source, verdicts.map(({ verdict, where }) => [where, verdict])])
  ).values()
]

const seedsOf = (group: ReadonlyArray<Finding>): string => {
  const counts = new Set(group.flatMap(({ verdicts }) => verdicts.flatMap(({ difference }) => difference?.n ?? [])))
  const [count] = counts
  return count === undefined || counts.size > 1 ? "" : count === 1 ? ", one seed" : `, ${count} seeds`
}

/** `: x +0.020 [+0.010, +0.030], y …, 5 seeds` */
const evidences = (finding: Finding, columns: ReadonlyArray<ReportColumn>, seeds: string): string => {
  const digits = digitsOf(columns, finding)
  const parts = finding.verdicts.flatMap(({ difference, where }) => {
    const text = evidence(difference, digits)
    return text === "" ? [] : [`${where === "" ? "" : `${where} `}${text}`]
  })
  const inside = `${parts.join(", ")}${seeds}`.replace(/^, /, "")
  return inside === "" ? "" : `: ${inside}`
}

const byVerdict = (verdicts: ReadonlyArray<RowVerdict>): ReadonlyArray<readonly [Verdict, ReadonlyArray<string>]> =>
  [...Map.groupBy(verdicts, ({ verdict }) => verdict)].map(
    ([verdict, rows]) => [verdict, rows.map(({ where }) => where)] as const
  )

/** `no difference (stratified), not borne out (by-emotion-word)` */
const verdictsOf = ({ verdicts }: Finding): string => {
  const groups = byVerdict(verdicts)
  const [first] = groups
  return groups.length === 1 && first !== undefined
    ? `${first[0]}${first[1].length > 1 ? ` (${first[1].join(", ")})` : ""}`
    : groups.map(([verdict, rows]) => `${verdict} (${rows.join(", ")})`).join(", ")
}

/** For a table's notes: a sentence or some for claims that fared alike, with the evidence of each. */
export const findingNotes = (
  findings: ReadonlyArray<Finding>,
  columns: ReadonlyArray<ReportColumn>
): ReadonlyArray<string> =>
  alike(findings).flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const source = first.claim.source === undefined ? "" : ` (${first.claim.source})`
    const seeds = seedsOf(group)
    if (group.length === 1)
      return [
        `Claim${source}: ${sentence(first.claim.text)}. Here ${verdictsOf(first)}${evidences(first, columns, seeds)}.`
      ]
    const each = group.map((finding) => sentence(finding.claim.text) + evidences(finding, columns, ""))
    return [`${group.length} claims${source}: ${verdictsOf(first)}${seeds}: ${each.join("; ")}.`]
  })

const headingOf = (columns: ReadonlyArray<ReportColumn>, metric: string): string => {
  const column = columns.find(({ id }) => id === metric)
  return [column?.group, column?.label].filter((part) => part !== undefined).join(" ")
}

/** `aware-joint higher in fear × race F, accuracy` */
const shortened = (group: ReadonlyArray<Finding>, columns: ReadonlyArray<ReportColumn>): string =>
  [...Map.groupBy(group, ({ claim }) => `${Object.values(claim.labels).join(" · ")} ${claim.direction}`)]
    .map(([subject, of]) => `${subject} in ${of.map(({ claim }) => headingOf(columns, claim.metric)).join(", ")}`)
    .join("; ")

const order = (finding: Finding): number =>
  Math.min(...finding.verdicts.map(({ verdict }) => Verdict.literals.indexOf(verdict)))

/** For the summary: the plainest verdicts first; a claim alone in its own words, several alike by rows and columns. */
export const findingLines = (
  findings: ReadonlyArray<Finding>,
  columns: ReadonlyArray<ReportColumn>
): ReadonlyArray<string> =>
  alike(findings.toSorted((left, right) => order(left) - order(right))).flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const verdict = verdictsOf(first).replace(/^./, (letter) => letter.toUpperCase())
    const of = [
      ...(first.claim.source === undefined ? [] : [first.claim.source]),
      ...(group.length === 1 ? [] : [`${group.length} claims${seedsOf(group)}`])
    ]
    const head = of.length === 0 ? verdict : `${verdict} · ${of.join(", ")}`
    return group.length === 1
      ? [`${head}: ${sentence(first.claim.text)}${evidences(first, columns, seedsOf(group))}.`]
      : [`${head}: ${shortened(group, columns)}.`]
  })
