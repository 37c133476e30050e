/** How near a table comes to the figures printed elsewhere, as the sentence beneath it says. */
import { Result } from "effect"
import type { ReportTable } from "../ReportTable.ts"
import { type HeldFigure, Unreadable } from "./Exported.ts"
import { flatText, type PrintedFormat, seenAs } from "./Sentences.ts"

interface Nearness {
  /** The rows that it is of: "" where it is of all. */
  readonly part: string
  readonly figures: ReadonlyArray<readonly [name: string, text: string]>
}

const BEGINNING = "there; root mean square "
const PART = /(\d+\.\d+) over (\d+) figures(?:, (\d+) without)?(?: \((.*?)\))?; /y
/** After the last part; a text of few notes is cut, wherever that is. */
const END = /^(?:its columns' own means would be 1\.|[^…]*… the rest:)/

/** Every part of the sentence: `1.99 over 100 figures (stratified); 2.24 over 97 figures, 3 without (by-emotion-word)`. */
const parsed = (text: string) => {
  const at = text.indexOf(BEGINNING)
  const parts: Array<Nearness> = []
  if (at < 0) return { parts, rest: undefined }
  PART.lastIndex = at + BEGINNING.length
  let end = PART.lastIndex
  for (let found = PART.exec(text); found !== null; found = PART.exec(text)) {
    const [, distance = "", figures = "", without = "0", part = ""] = found
    parts.push({
      part,
      figures: [
        ["root mean square", distance],
        ["figures", figures],
        ["without", without]
      ]
    })
    end = PART.lastIndex
  }
  const rest = text.slice(end)
  return { parts, rest: END.test(rest) ? undefined : rest }
}

const SUBJECT = "distance from the print"

/** Of a sentence as the table has it: a text in which it stands, from the line on. */
export const nearnessFigures = (
  text: string,
  line: number,
  table: ReportTable,
  seen: (label: string) => string
): Result.Result<ReadonlyArray<HeldFigure>, Unreadable> => {
  const known = new Map(parsed(table.nearness ?? "").parts.map(({ figures, part }) => [seen(part), new Map(figures)]))
  const { parts, rest } = parsed(text)
  if (rest !== undefined) return Result.fail(new Unreadable({ line, expected: `the ${SUBJECT}`, found: rest }))
  return Result.succeed(
    parts.flatMap(({ figures, part }) => {
      const own = known.get(part.replaceAll(/\s/g, ""))
      const row = `${SUBJECT}${part === "" ? "" : ` (${part})`}`
      return figures.map(
        ([name, figure]): HeldFigure => ({
          figure: {
            ...{ line, row, column: name, part: "mean", text: figure },
            rowId: own === undefined ? undefined : row,
            columnId: name
          },
          now: own?.get(name) ?? null
        })
      )
    })
  )
}

/** Those in a table for people. */
export const printedNearness = (
  format: PrintedFormat,
  text: string,
  table: ReportTable
): Result.Result<ReadonlyArray<HeldFigure>, Unreadable> => {
  const at = text.search(/there;\s+root\s+mean\s+square/)
  return at < 0
    ? Result.succeed([])
    : nearnessFigures(flatText(format, text), text.slice(0, at).split("\n").length, table, (label) =>
        seenAs(format, label)
      )
}
