/**
 * The figures of a table that was printed as text. Its headings say where the columns begin: each block is headed by groups,
 * columns and fields, closed by a rule, and its rows stand under them.
 */
import { Result } from "effect"
import { columnsBetween, displayWidth } from "../../domain/DisplayWidth.ts"
import { BEST } from "../format/TextFields.ts"
import { singleLine } from "../format/TextLines.ts"
import type { ReportColumn, ReportTable } from "../ReportTable.ts"
import { Unreadable } from "./Exported.ts"
import { columnFinder, type PrintedCell } from "./Place.ts"
import { isNumber, partsOf, referenceTexts } from "./PrintedFigure.ts"

interface Chunk {
  readonly text: string
  /** In columns of the terminal. */
  readonly from: number
  readonly to: number
}

/** Texts with at least two spaces between them. */
const chunksOf = (line: string): ReadonlyArray<Chunk> =>
  [...line.matchAll(/\S(?:\S| (?! ))*/g)].map((found) => {
    const from = displayWidth(line.slice(0, found.index))
    const text = found[0].trimEnd()
    return { text, from, to: from + displayWidth(text) }
  })

const isRule = (line: string): boolean => /^─+$/.test(line)

interface Block {
  readonly axes: ReadonlyArray<readonly [axis: string, from: number]>
  /** Axes that stand under the first one, in one text. */
  readonly isStacked: boolean
  readonly columns: ReadonlyArray<{ readonly column: ReportColumn | string; readonly from: number }>
}

const groupOver = (groups: ReadonlyArray<Chunk>, from: number): string => {
  const group = groups.find((each) => each.from - 1 <= from && from <= each.to)
  return group === undefined ? "" : group.text.replaceAll("─", "").trim()
}

/** The block above a rule; undefined where its headings are not those of a table. */
const blockAbove = (
  lines: ReadonlyArray<string>,
  rule: number,
  find: (group: string, heading: string) => ReportColumn | undefined
): Block | undefined => {
  for (const at of [rule - 1, rule - 2]) {
    const fields = lines[at] ?? ""
    const headings = chunksOf(lines[at - 1] ?? "")
    const [first] = headings
    const isHeading =
      first !== undefined &&
      headings.every(({ from }) => /^(?:mean|value)(?: ±sd)?(?:\s|$)/.test(columnsBetween(fields, from)))
    if (!isHeading) continue
    // A blank line stands above the block; what is between that and the headings is the groups'.
    const groups = chunksOf(lines[at - 2] ?? "")
    const names = chunksOf(columnsBetween(fields, 0, first.from))
    return {
      axes: names.map(({ from, text }) => [text, from]),
      isStacked: at === rule - 2 && columnsBetween(lines[rule - 1] ?? "", 0, first.from).trim() !== "",
      columns: headings.map(({ from, text }) => ({ column: find(groupOver(groups, from), text) ?? text, from }))
    }
  }
  return undefined
}

/** Whether a line begins a row: a label, then the gap before the first column. Sentences have no two spaces in them. */
const rowTest = (block: Block, start: number) => (line: string) =>
  block.axes.length === 0
    ? line.startsWith("  ")
    : /^\S/.test(line) && columnsBetween(line, start - 2, start) === "  " && displayWidth(line) > start

/** `split: stratified`, above the rows that it holds for. */
const sectionIn = (line: string, table: ReportTable): readonly [axis: string, label: string] | undefined => {
  const axis = table.axes.find((each) => line.startsWith(`${each}: `))
  return axis === undefined ? undefined : [axis, line.slice(axis.length + 2)]
}

const SIGN = new RegExp(`[${BEST}↑↓]`, "g")

/** The parts of a cell from all its fields, of one line or two. */
const partsIn = (text: string, line: number): PrintedCell["parts"] | undefined => {
  const besides = [...text.matchAll(/\(([^()]*)\)/g)].map(([, figure = ""]) => figure.trim())
  const { distances, reference } = referenceTexts(text, line)
  const rest = reference
    .replaceAll(/\([^()]*\)/g, " ")
    .replaceAll(SIGN, "")
    .replaceAll(/\^\d+/g, "")
    .replaceAll(/!\d*/g, "!")
  const found = /^\s*([^\s[]+(?:\s*±\s*[^\s[]+)?)?\s*(\[[^\]]*\])?\s*([^\s[]+?)?!?\s*$/.exec(rest)
  if (found === null) return undefined
  const [, main = "", interval = "", last] = found
  // In a second line the reference would stand alone; it never does.
  const parts = partsOf(`${main} ${interval}`)
  if (parts === undefined || besides.some((figure) => !isNumber(figure)) || (last !== undefined && !isNumber(last)))
    return undefined
  return [
    ...parts.map(([part, figure]) => ({ part, text: figure, line })),
    ...besides.map((figure) => ({ part: "beside_mean" as const, text: figure, line })),
    ...(last === undefined ? [] : [{ part: "reference" as const, text: last, line }]),
    ...distances
  ]
}

const labelsOf = (
  block: Block,
  table: ReportTable,
  lines: ReadonlyArray<string>,
  section: ReadonlyArray<readonly [string, string]>,
  shared: Readonly<Record<string, string>>
): PrintedCell["labels"] => {
  const [start = 0] = block.columns.map(({ from }) => from)
  const clean = (text: string) => text.replace(/\s\^\d+\s*$/, "").trim()
  const told = new Set([...section.map(([axis]) => axis), ...Object.keys(shared)])
  const axes = table.axes.filter((axis) => !told.has(axis))
  const [first = "", second = ""] = lines.map((line) => columnsBetween(line, 0, start))
  if (!block.isStacked)
    return [
      ...section,
      ...block.axes.map(([axis, from], at) => {
        const to = block.axes[at + 1]?.[1] ?? start
        return [
          table.axes.find((each) => singleLine(each) === axis) ?? axis,
          clean(columnsBetween(first, from, to))
        ] as const
      })
    ]
  const others = second.trim().split(" · ")
  return [...section, ...axes.map((axis, at) => [axis, at === 0 ? clean(first) : (others[at - 1] ?? "")] as const)]
}

export const readText = (
  text: string,
  table: ReportTable,
  shared: Readonly<Record<string, string>>
): Result.Result<ReadonlyArray<PrintedCell>, Unreadable> =>
  Result.gen(function* () {
    const lines = text.split(/\r?\n/)
    const find = columnFinder(table, singleLine)
    const cells: Array<PrintedCell> = []
    const rules = lines.flatMap((line, at) => (isRule(line) ? [at] : []))
    if (rules.length === 0)
      return yield* Result.fail(
        new Unreadable({
          line: 1,
          expected: "a table with a rule of ─ under its headings (printed at 40 columns or more)",
          found: lines[0] ?? ""
        })
      )
    for (const rule of rules) {
      const block = blockAbove(lines, rule, find)
      if (block === undefined)
        return yield* Result.fail(
          new Unreadable({
            line: rule,
            expected: "headings over columns, with mean or value below each",
            found: lines[rule - 1] ?? ""
          })
        )
      const [start = 0] = block.columns.map(({ from }) => from)
      const isRow = rowTest(block, start)
      let section: ReadonlyArray<readonly [string, string]> = []
      for (let at = rule + 1; at < lines.length; at++) {
        const line = lines[at] ?? ""
        if (line === "") {
          // Between rows stands at most one blank line; sentences follow the last row.
          const next = lines[at + 1] ?? ""
          if (isRow(next) || sectionIn(next, table) !== undefined) continue
          break
        }
        const heading = isRow(line) ? undefined : sectionIn(line, table)
        if (heading !== undefined) {
          section = [heading]
          continue
        }
        if (!isRow(line))
          return yield* Result.fail(new Unreadable({ line: at + 1, expected: "a row of figures", found: line }))
        const below = lines[at + 1] ?? ""
        const hasSecond = below.startsWith(" ")
        const rowLines = hasSecond ? [line, below] : [line]
        const labels = labelsOf(block, table, rowLines, section, shared)
        for (const [index, { column, from }] of block.columns.entries()) {
          const to = block.columns[index + 1]?.from
          const parts: Array<PrintedCell["parts"][number]> = []
          for (const [offset, each] of rowLines.entries()) {
            const slice = columnsBetween(each, from, to)
            const found = partsIn(slice, at + 1 + offset)
            const hasMean = found?.some(({ part }) => part === "mean") === true
            if (found === undefined || hasMean !== (offset === 0))
              return yield* Result.fail(
                new Unreadable({ line: at + 1 + offset, expected: "a figure", found: slice.trim() })
              )
            parts.push(...found)
          }
          cells.push({ labels, column, parts })
        }
        if (hasSecond) at += 1
      }
    }
    return cells
  })
