/** What stands beneath an exported table, as it was before the format escaped and broke it: the sentences that hold figures too. */
import * as CellId from "../../domain/CellId.ts"
import { escapeHtml, unescapeHtml } from "../format/Html.ts"
import { escapeLatex, unescapeLatex } from "../format/Latex.ts"
import { escapeMarkdown } from "../format/Markdown.ts"
import { singleLine } from "../format/TextLines.ts"
import type { Escape } from "./Place.ts"

/** The formats for people. */
export type PrintedFormat = "text" | "md" | "latex" | "html"

export const escapes: { readonly [Format in PrintedFormat]: Escape } = {
  text: singleLine,
  md: escapeMarkdown,
  latex: escapeLatex,
  html: escapeHtml
}

const unescapes: { readonly [Format in PrintedFormat]: Escape } = {
  text: (text) => text,
  md: (text) => text.replaceAll(/\\(.)/g, "$1"),
  latex: unescapeLatex,
  html: (text) => unescapeHtml(text.replaceAll(/<[^>]*>/g, ""))
}

/** A text as it is found again in a file: without spaces, as lines are broken at them. */
export const seenAs = (format: PrintedFormat, text: string): string =>
  unescapes[format](escapes[format](text)).replaceAll(/\s/g, "")

/** One line of what is beneath a table. `· ` begins those that belong to the one before. */
export interface Sentence {
  readonly line: number
  readonly text: string
}

const ROW = "· "

/** Whether a line of text goes on with the sentence above it, which may not be whole yet. */
const continues = (above: string | undefined, line: string, isWhole: (text: string) => boolean): boolean =>
  above !== undefined && line.startsWith("  ") && (!line.startsWith(`  ${ROW}`) || !isWhole(above))

/** Joins the lines that a sentence was broken into. */
const textSentences = (lines: ReadonlyArray<string>, isWhole: (text: string) => boolean): ReadonlyArray<Sentence> => {
  const found: Array<Sentence> = []
  for (const [at, line] of lines.entries()) {
    const above = found.at(-1)
    if (above !== undefined && continues(above.text, line, isWhole))
      found[found.length - 1] = { ...above, text: `${above.text} ${line.trim()}` }
    else found.push({ line: at + 1, text: line.replace(/^(?:- | {2}(?=· ))/, "") })
  }
  return found
}

const bare: { readonly [Format in Exclude<PrintedFormat, "text">]: Escape } = {
  md: (line) => line.replace(/^ {2}- /, ROW).replace(/^- /, ""),
  latex: (line) => line.replace(/\\\\$/, "").replace(/^\\hspace\*\{1em\}/, ROW),
  html: (line) => line.replace(/^<li class="row">/, ROW)
}

/** `isWhole` tells a sentence that ends from one that was broken before something that looks like the next one. */
export const sentencesIn = (
  format: PrintedFormat,
  text: string,
  isWhole: (text: string) => boolean
): ReadonlyArray<Sentence> => {
  const lines = text.split(/\r?\n/)
  return format === "text"
    ? textSentences(lines, isWhole)
    : lines.map((line, at) => ({ line: at + 1, text: unescapes[format](bare[format](line)) }))
}

/** All of the file's text in one line. */
export const flatText = (format: PrintedFormat, text: string): string => unescapes[format](text).replaceAll(/\s+/g, " ")

/** The labels that a sentence tells of all rows. */
export const sharedIn = (format: PrintedFormat, text: string): Readonly<Record<string, string>> => {
  const lines =
    format === "text"
      ? // A sentence of its own, broken over lines where it is long.
        text
          .replaceAll(/\n(?!\n)/g, " ")
          .replaceAll(/\n /g, "\n")
          .split("\n")
      : format === "latex"
        ? text.replaceAll(/^% /gm, "").split("\n")
        : text.split("\n").map(unescapes[format])
  for (const line of lines) {
    const [, labels] = /^All rows: (.+)\.$/.exec(line.trim()) ?? []
    if (labels !== undefined) return CellId.labelsOf(labels)
  }
  return {}
}
