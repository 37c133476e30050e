/** What is said beneath a table in the formats of documents: paragraphs and notes, as much of them as is wanted. */
import { sharedSentence } from "../Constants.ts"
import { findingLines } from "../FindingTexts.ts"
import type { ReportTable } from "../ReportTable.ts"
import { legend } from "./Figures.ts"
import type { NoteLevel } from "./Text.ts"

export interface Said {
  readonly paragraphs: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
  /** Whether footnotes say how figures of the reference contradict themselves. */
  readonly marks: boolean
}

export const saidOf = (table: ReportTable, level: NoteLevel): Said => {
  const shared = sharedSentence(table)
  if (level === "none") return { paragraphs: shared, notes: [], marks: false }
  const signs = table.rows.length === 0 ? [] : legend(table)
  return level === "few"
    ? {
        paragraphs: [...shared, ...table.sources, ...signs],
        notes: [...findingLines(table.findings, table.columns), ...(table.effectLines ?? []), ...table.failures],
        marks: false
      }
    : { paragraphs: [...shared, ...table.caption, ...signs], notes: table.notes, marks: true }
}
