/** Main effects and interactions in words: a line each, under the column that they are of. */
import type { EffectTerm, FactorEffect, PairedDifference } from "../domain/ResultTable.ts"
import { columnName } from "./ColumnName.ts"
import { type Factor, termName } from "./Design.ts"
import type { EffectBlock, FoundEffects } from "./Effects.ts"
import { formatFigure } from "./format/Figures.ts"
import type { ReportColumn } from "./ReportTable.ts"

const DEFAULT_DIGITS = 4
const ROMAN = ["", "I", "II", "III", "IV", "V", "VI"]

const signed = (value: number, digits: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`

const termText = ({ axis, from, to }: EffectTerm): string => `${axis} (${from} → ${to})`

/** Of an interaction without the levels where its factors have but two: their main effects tell them. */
const contrastText = (terms: ReadonlyArray<EffectTerm>, factors: ReadonlyArray<Factor>): string =>
  terms.length === 2 && terms.every(({ axis }) => factors.find((each) => each.axis === axis)?.levels.length === 2)
    ? terms.map(({ axis }) => axis).join(" × ")
    : terms.map(termText).join(" × ")

const pText = ({ pHolm }: PairedDifference): string =>
  pHolm === null || pHolm === undefined ? "" : `, p ${formatFigure(pHolm, 4, true)}`

/** `augment (false → true): +0.0123 [+0.0050, +0.0196] *, p .0312` */
const effectText = (
  { aliases, difference, terms }: FactorEffect,
  factors: ReadonlyArray<Factor>,
  digits: number
): string => {
  const { ci95, mean } = difference
  const interval = ci95 === null ? "" : ` [${ci95.map((end) => signed(end, digits)).join(", ")}]`
  const clear = ci95 !== null && (ci95[0] > 0 || ci95[1] < 0) ? " *" : ""
  const alike = aliases.length === 0 ? "" : ` (or ${aliases.join(", ")})`
  return `${contrastText(terms, factors)}${alike}: ${signed(mean, digits)}${interval}${clear}${pText(difference)}`
}

const placeOf = (labels: Readonly<Record<string, string>>): string => Object.values(labels).join(" · ")

const inPlace = (labels: Readonly<Record<string, string>>): string => {
  const place = placeOf(labels)
  return place === "" ? "" : ` in ${place}`
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
  const lines = columns.flatMap((column) =>
    blocks.flatMap(({ factors, labels }) => {
      const own = found.filter((each) => each.column === column.id && placeOf(each.labels) === placeOf(labels))
      const [first] = own
      if (first === undefined) return []
      const { n } = first.difference
      return [
        `${what} on ${columnName(column)}${inPlace(labels)}, over ${n} seed${n === 1 ? "" : "s"}:`,
        ...own.map((each) => `· ${effectText(each, factors, column.digits ?? DEFAULT_DIGITS)}`)
      ]
    })
  )
  return [
    ...lines,
    ...blocks.flatMap((block) => blockNotes(block, columns)),
    ...(found.length === 0 ? [] : [`${METHOD}, ${found.length}.`])
  ]
}
