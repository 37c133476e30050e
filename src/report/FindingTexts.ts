/** Findings in words. Claims of one thing are told together: whole for a table, in a line or two for the summary. */
import type { PairedDifference } from "../domain/ResultTable.ts"
import { columnName } from "./ColumnName.ts"
import type { Finding, RowVerdict, Verdict } from "./Finding.ts"
import type { ReportColumn } from "./ReportTable.ts"
import { MOST_SEEDS } from "./statistics/index.ts"
import { VERDICTS } from "./Verdicts.ts"

const DEFAULT_DIGITS = 4

const signed = (value: number, digits: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`

/** `+0.0086 [+0.0023, +0.0150]` */
const evidence = ({ ci95, mean }: PairedDifference, digits: number): string =>
  ci95 === null
    ? signed(mean, digits)
    : `${signed(mean, digits)} [${ci95.map((end) => signed(end, digits)).join(", ")}]`

const digitsOf = (columns: ReadonlyArray<ReportColumn>, { claim }: Finding): number =>
  columns.find((column) => column.id === claim.metric)?.digits ?? DEFAULT_DIGITS

const sentence = (text: string) => text.replace(/\.$/, "")

const headingOf = (columns: ReadonlyArray<ReportColumn>, metric: string): string => {
  const column = columns.find(({ id }) => id === metric)
  return column === undefined ? metric : columnName(column)
}

const seedCount = (n: number) => (n === 1 ? "one seed" : `${n} seeds`)

/** The seeds of all verdicts, where they are as many; else undefined. */
const commonSeeds = (verdicts: ReadonlyArray<RowVerdict>): number | undefined => {
  const counts = new Set(verdicts.flatMap(({ difference }) => difference?.n ?? []))
  const [count] = counts
  return counts.size === 1 ? count : undefined
}

/** One row's verdict, under the name that tells it from the others. */
interface Told {
  readonly name: string
  readonly row: RowVerdict
  /** On which side of the baseline it is claimed to be. */
  readonly direction: Finding["claim"]["direction"]
}

const withName = (name: string, text: string) => (name === "" ? text : `${name} ${text}`)

/** `a +0.010 [−0.002, +0.022] (34 seeds would show it)` */
const remark = ({ direction, row: { difference, seedsNeeded, verdict } }: Told): string => {
  if (verdict !== "not shown" || difference === null) return ""
  if (difference.mean === 0 || difference.mean > 0 !== (direction === "higher")) return " (not on the claimed side)"
  return typeof seedsNeeded === "number"
    ? ` (${seedsNeeded} seeds would be needed)`
    : ` (more than ${MOST_SEEDS} seeds would be needed)`
}

/** `not shown with 5 seeds: a …, b …` */
const ofVerdict = (verdict: Verdict, told: ReadonlyArray<Told>, digits: number): string => {
  if (verdict === "cannot be said") {
    const byReason = Map.groupBy(told, ({ row }) => row.why ?? "no figures of both rows")
    const parts = [...byReason].map(([why, alike]) => {
      const names = alike.flatMap(({ name }) => (name === "" ? [] : [name]))
      return names.length === 0 ? why : `${why} (${names.join(", ")})`
    })
    return `${verdict}: ${parts.join("; ")}`
  }
  const seeds = commonSeeds(told.map(({ row }) => row))
  const items = told.map((each) => {
    const { difference } = each.row
    const text = difference === null ? "" : `${evidence(difference, digits)}${remark(each)}`
    return withName(each.name, seeds === undefined ? `${text}, ${seedCount(difference?.n ?? 0)}` : text)
  })
  return `${verdict}${seeds === undefined ? "" : ` with ${seedCount(seeds)}`}: ${items.join(", ")}`
}

const byVerdict = (told: ReadonlyArray<Told>): ReadonlyArray<readonly [Verdict, ReadonlyArray<Told>]> =>
  VERDICTS.flatMap((verdict) => {
    const of = told.filter(({ row }) => row.verdict === verdict)
    return of.length === 0 ? [] : [[verdict, of] as const]
  })

const verdictTexts = (told: ReadonlyArray<Told>, digits: number): string =>
  byVerdict(told)
    .map(([verdict, of]) => ofVerdict(verdict, of, digits))
    .join("; ")

const toldOf = (finding: Finding, names: (finding: Finding, where: string) => string): ReadonlyArray<Told> =>
  finding.verdicts.map((row) => ({ name: names(finding, row.where), row, direction: finding.claim.direction }))

const subjectOf = ({ claim }: Finding) => Object.values(claim.labels).join(" · ")

/** For a table's notes: one for all claims of one source that speak of one column in one direction, with the evidence. */
export const findingNotes = (
  findings: ReadonlyArray<Finding>,
  columns: ReadonlyArray<ReportColumn>
): ReadonlyArray<string> =>
  [
    ...Map.groupBy(findings, ({ claim }) => JSON.stringify([claim.source, claim.metric, claim.direction])).values()
  ].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const source = first.claim.source === undefined ? "" : ` (${first.claim.source})`
    const digits = digitsOf(columns, first)
    if (group.length === 1)
      return [
        `Claim${source}: ${sentence(first.claim.text)}. Here ${verdictTexts(
          toldOf(first, (_, where) => where),
          digits
        )}.`
      ]
    const told = group.flatMap((finding) =>
      toldOf(finding, (of, where) => [subjectOf(of), where].filter((part) => part !== "").join(" "))
    )
    const what = `${headingOf(columns, first.claim.metric)} ${first.claim.direction} than the baseline's`
    return [`${group.length} claims${source}, ${what}: ${verdictTexts(told, digits)}.`]
  })

/** `cannot be said (stratified), not shown (by-emotion-word)` */
const verdictsOf = ({ verdicts }: Finding): string =>
  [...Map.groupBy(verdicts, ({ verdict }) => verdict)]
    .map(([verdict, rows]) => {
      const where = rows.flatMap((row) => (row.where === "" ? [] : [row.where]))
      return where.length === 0 ? verdict : `${verdict} (${where.join(", ")})`
    })
    .join(", ")

/** Findings of one source that came out alike in every row. */
const alike = (findings: ReadonlyArray<Finding>): ReadonlyArray<ReadonlyArray<Finding>> => [
  ...Map.groupBy(findings, ({ claim, verdicts }) =>
    JSON.stringify([claim.source, verdicts.map(({ verdict, where }) => [where, verdict])])
  ).values()
]

/** `aware-joint higher in fear × race F, accuracy` */
const shortened = (group: ReadonlyArray<Finding>, columns: ReadonlyArray<ReportColumn>): string =>
  [...Map.groupBy(group, (finding) => `${subjectOf(finding)} ${finding.claim.direction}`)]
    .map(([subject, of]) => `${subject} in ${of.map(({ claim }) => headingOf(columns, claim.metric)).join(", ")}`)
    .join("; ")

const order = (finding: Finding): number =>
  Math.min(...finding.verdicts.map(({ verdict }) => VERDICTS.indexOf(verdict)))

const seedsOf = (group: ReadonlyArray<Finding>): ReadonlyArray<string> => {
  const seeds = commonSeeds(group.flatMap(({ verdicts }) => verdicts))
  return seeds === undefined ? [] : [seedCount(seeds)]
}

const capital = (text: string) => text.replace(/^./, (letter) => letter.toUpperCase())

/** For the summary: the plainest verdicts first; a claim alone in its own words, several alike by rows and columns. */
export const findingLines = (
  findings: ReadonlyArray<Finding>,
  columns: ReadonlyArray<ReportColumn>
): ReadonlyArray<string> =>
  alike(findings.toSorted((left, right) => order(left) - order(right))).flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { source, text } = first.claim
    if (group.length === 1) {
      const told = verdictTexts(
        toldOf(first, (_, where) => where),
        digitsOf(columns, first)
      )
      return [`${capital(sentence(text))}${source === undefined ? "" : ` (${source})`}: ${told}.`]
    }
    const of = [...(source === undefined ? [] : [source]), `${group.length} claims`, ...seedsOf(group)]
    return [`${capital(verdictsOf(first))} · ${of.join(", ")}: ${shortened(group, columns)}.`]
  })
