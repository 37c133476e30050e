/** The table of what happened in each run, in parts. */
import { Effect } from "effect"
import { type JournalRow, pack, readParts } from "../JournalBytes.ts"
import { rowCheck } from "../RowCheck.ts"
import type { RunJournal } from "../RunJournal.ts"
import type { Connection } from "./Connection.ts"

export const make = ({ checked, readLatest, readOnly, statement, submit }: Connection): RunJournal["Service"] => {
  // A run that was forgotten meanwhile has no journal: that is no reason for its other results to fail.
  const add = statement(`INSERT INTO journal (run, part, entries, row_check)
     SELECT id, ?, ?, ? FROM runs WHERE id = ?`)
  const newest = statement<[string], number | null>("SELECT max(part) FROM journal WHERE run = ?", "value")
  const after = statement<[string, number], JournalRow>(
    "SELECT part, entries, row_check FROM journal WHERE run = ? AND part >= ? ORDER BY part"
  )

  return {
    append: (run, entries) =>
      Effect.suspend(() => {
        if (readOnly || entries.length === 0) return Effect.void
        const bytes = pack(entries)
        const apply = () => {
          const part = (newest().get(run) ?? -1) + 1
          add().run(part, bytes, rowCheck("journal", run, part, bytes), run)
        }
        return Effect.asVoid(submit(apply, { flush: "soon", bytes: bytes.length }))
      }),
    read: (run, from) => readLatest(() => readParts({ checked }, run, from, after().iterate(run, from)))
  }
}
