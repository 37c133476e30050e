/** Main effects and interactions in words: a line each, under the column that they are of. */
import type { EffectTerm, FactorEffect, PairedDifference } from "../domain/ResultTable.ts"
import { columnName } from "./ColumnName.ts"
import { termName } from "./Design.ts"
import type { EffectBlock, FoundEffects } from "./Effects.ts"
import { formatFigure } from "./format/Figures.ts"
import type { ReportColumn } from "./ReportTable.ts"

const DEFAULT_DIGITS = 4
const ROMAN = ["", "I", "II", "III", "IV", "V", "VI"]

const signed = (value: number, digits: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`

const termText = ({ axis, from, to }: EffectTerm): string => `${axis} (${from} → ${to})`

const inPlace = (labels: Readonly<Record<string, string>>): string => {
  const place = Object.values(labels).join(" · ")
  return place === "" ? "" : ` in ${place}`
}

/** `augment (false → true)`; of an interaction both factors with their levels. */
export const effectName = ({ terms }: Pick<FactorEffect, "terms">): string => terms.map(termText).join(" × ")

/** Effects on one column, of rows that agree on all axes that are no factors: those that stand under one heading. */
export interface EffectGroup {
  readonly column: ReportColumn
  readonly labels: FactorEffect["labels"]
  /** What they are effects on: the column's name, and what the rows share. */
  readonly on: string
  readonly seeds: number
  readonly effects: ReadonlyArray<{
    /** With what cannot be told from it; unlike every other of the group. */
    readonly name: string
    readonly effect: FactorEffect
  }>
}

/** How many levels of a factor effects lead to, by its axis. */
const changesIn = (effects: ReadonlyArray<FactorEffect>): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    [
      ...Map.groupBy(
        effects.flatMap(({ terms }) => terms),
        ({ axis }) => axis
      )
    ].map(([axis, terms]) => [axis, new Set(terms.map(({ to }) => to))])
  )

/** Of an interaction without the levels where its factors have but two: their main effects tell them. */
const shortName = ({ terms }: FactorEffect, changes: ReturnType<typeof changesIn>): string =>
  terms.length === 2 && terms.every(({ axis }) => changes.get(axis)?.size === 1)
    ? terms.map(({ axis }) => axis).join(" × ")
    : effectName({ terms })

/** By column, then by what the rows share, in the order in which they come. */
export const effectGroups = (
  effects: ReadonlyArray<FactorEffect>,
  columns: ReadonlyArray<ReportColumn>
): ReadonlyArray<EffectGroup> =>
  columns.flatMap((column) =>
    [
      ...Map.groupBy(
        effects.filter((each) => each.column === column.id),
        ({ labels }) => JSON.stringify(labels)
      ).values()
    ].map((own): EffectGroup => {
      const labels = own[0]?.labels ?? {}
      const changes = changesIn(own)
      return {
        column,
        labels,
        on: `${columnName(column)}${inPlace(labels)}`,
        seeds: own[0]?.difference.n ?? 0,
        effects: own.map((effect) => ({
          name: `${shortName(effect, changes)}${effect.aliases.length === 0 ? "" : ` (or ${effect.aliases.join(", ")})`}`,
          effect
        }))
      }
    })
  )

const pText = ({ pHolm }: PairedDifference): string =>
  pHolm === null || pHolm === undefined ? "" : `, p ${formatFigure(pHolm, 4, true)}`

/** `augment (false → true): +0.0123 [+0.0050, +0.0196] *, p .0312` */
const effectText = ({ effect: { difference }, name }: EffectGroup["effects"][number], digits: number): string => {
  const { ci95, mean } = difference
  const interval = ci95 === null ? "" : ` [${ci95.map((end) => signed(end, digits)).join(", ")}]`
  const clear = ci95 !== null && (ci95[0] > 0 || ci95[1] < 0) ? " *" : ""
  return `${name}: ${signed(mean, digits)}${interval}${clear}${pText(difference)}`
}

const fractionText = ({ factors, fraction, labels }: EffectBlock): ReadonlyArray<string> => {
  if (fraction === undefined) return []
  const { of, rows, word } = fraction
  const resolution = word === undefined ? "above VI" : (ROMAN[word.length] ?? `${word.length}`)
  const same = word === undefined ? "" : `, since ${termName(word).replaceAll(" × ", "·")} is the same in all rows`
  return [
    `The rows${inPlace(labels)} are a fraction, ${rows} of the ${of} combinations of ${factors.length} factors, of resolution ${resolution}${same}: what stands behind "or" cannot be told from the effect before it.`
  ]
}

const blockNotes = (block: EffectBlock, columns: ReadonlyArray<ReportColumn>): ReadonlyArray<string> => {
  const { incomplete, labels, problem } = block
  const lacking = columns.filter(({ id }) => incomplete.includes(id)).map(columnName)
  return [
    ...(problem === undefined ? [] : [`No effects of the rows${inPlace(labels)}: ${problem}.`]),
    ...fractionText(block),
    ...(lacking.length === 0
      ? []
      : [`Effects on ${lacking.join(", ")}${inPlace(labels)} leave out the seeds in which some row has no figure.`])
  ]
}

const METHOD =
  "Main effect: mean of the rows at one level less that at another. Interaction: that difference at one level of the second factor less that at the other (twice the interaction of Box, Hunter and Hunter). Both are taken in each seed, and averaged over seeds: paired 95\u00A0% t interval of the seeds alone, * where it excludes 0; exact sign-flip p by Holm over all effects of the table"

/** Under a sentence for each column and block a line an effect, which begins with `· `. */
export const effectNotes = (
  { blocks, found, isOfTwo }: FoundEffects,
  columns: ReadonlyArray<ReportColumn>
): ReadonlyArray<string> => {
  const what = isOfTwo ? "Main effects and interactions of two" : "Main effects"
  const lines = effectGroups(found, columns).flatMap(({ column, effects, on, seeds }) => [
    `${what} on ${on}, over ${seeds} seed${seeds === 1 ? "" : "s"}:`,
    ...effects.map((each) => `· ${effectText(each, column.digits ?? DEFAULT_DIGITS)}`)
  ])
  return [
    ...lines,
    ...blocks.flatMap((block) => blockNotes(block, columns)),
    ...(found.length === 0 ? [] : [`${METHOD}, ${found.length}.`])
  ]
}
