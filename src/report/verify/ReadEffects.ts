/** Main effects and interactions that stand beneath an exported table: a heading for each column, and a line an effect. */
import { Result } from "effect"
import type { FactorEffect, PairedDifference } from "../../domain/ResultTable.ts"
import { type EffectGroup, effectGroups, effectName } from "../EffectTexts.ts"
import type { ReportTable } from "../ReportTable.ts"
import { type ExportedFigure, type HeldFigure, type Part, Unreadable } from "./Exported.ts"
import { NUMBER } from "./PrintedFigure.ts"
import { type PrintedFormat, seenAs, sentencesIn } from "./Sentences.ts"

/** What names an effect in a report on a file. */
export const effectPlace = (effect: Pick<FactorEffect, "terms" | "labels">): string => {
  const place = Object.values(effect.labels)
    .filter((label) => label !== "")
    .join(" · ")
  return `effect of ${effectName(effect)}${place === "" ? "" : ` in ${place}`}`
}

const HEADING = /^Main effects(?: and interactions of two)? on (.+), over (\d+) seeds?:$/
const LINE = new RegExp(
  String.raw`^· (.+): (\+?${NUMBER})(?: \[(\+?${NUMBER}), (\+?${NUMBER})\])?(?: \*)?(?:, p (${NUMBER}))?$`
)

const isWhole = (text: string): boolean =>
  text.startsWith("· ") ? LINE.test(text) : !text.startsWith("Main effects") || text.endsWith(":")

const partValue = ({ ci95, mean, pHolm }: PairedDifference, part: Part): number | null => {
  switch (part) {
    case "mean":
      return mean
    case "ci95_low":
      return ci95?.[0] ?? null
    case "ci95_high":
      return ci95?.[1] ?? null
    default:
      return pHolm ?? null
  }
}

const PARTS = ["mean", "ci95_low", "ci95_high", "p"] as const

/** The effects beneath a table, each with what the table says of it now. */
export const printedEffects = (
  format: PrintedFormat,
  text: string,
  table: ReportTable
): Result.Result<ReadonlyArray<HeldFigure>, Unreadable> => {
  const groups = effectGroups(table.effects ?? [], table.columns)
  const held: Array<HeldFigure> = []
  const used = new Set<EffectGroup>()
  let group: EffectGroup | undefined
  let on: string | undefined
  const sentences = sentencesIn(format, text, isWhole)
  for (const [at, { line, text: sentence }] of sentences.entries()) {
    const heading = HEADING.exec(sentence)
    const found = LINE.exec(sentence)
    const figure = (row: string, part: Part, of: string, known: FactorEffect | undefined): ExportedFigure => ({
      line,
      row,
      rowId: known === undefined ? undefined : row,
      column: group?.column.id ?? on ?? "",
      columnId: group?.column.id,
      part,
      text: of.replace("+", "")
    })
    if (heading !== null) {
      const [, place = "", seeds = ""] = heading
      on = place
      // Columns may be called alike: each is meant once.
      group = groups.find((each) => !used.has(each) && seenAs(format, each.on) === place.replaceAll(/\s/g, ""))
      if (group !== undefined) used.add(group)
      held.push({ figure: figure("effects", "seeds", seeds, group?.effects[0]?.effect), now: group?.seeds ?? null })
    } else if (on !== undefined && found !== null) {
      const [, name = "", ...figures] = found
      const effect = group?.effects.find((each) => seenAs(format, each.name) === name.replaceAll(/\s/g, ""))?.effect
      const row = effect === undefined ? `effect of ${name}` : effectPlace(effect)
      for (const [index, part] of PARTS.entries())
        if (figures[index] !== undefined || part === "mean")
          held.push({
            figure: figure(row, part, figures[index] ?? "", effect),
            now: effect === undefined ? null : partValue(effect.difference, part)
          })
    } else if (!sentence.startsWith("· ")) on = undefined
    // A text of few notes is cut, wherever that is.
    else if (on !== undefined && sentences[at + 1]?.text.startsWith("… ") !== true)
      return Result.fail(new Unreadable({ line, expected: "an effect with its interval", found: sentence.slice(2) }))
  }
  return Result.succeed(held)
}
