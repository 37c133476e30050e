/** The table of what happened in each run, in parts. */
import { Effect, Option } from "effect"
import type { JournalEntry } from "../../domain/RunDetail.ts"
import { pack, unpack } from "../JournalBytes.ts"
import { rowCheck } from "../RowCheck.ts"
import type { RunJournal } from "../RunJournal.ts"
import type { Connection } from "./Connection.ts"

interface Row {
  readonly part: number
  readonly entries: Buffer
  readonly row_check: number
}

export const make = ({ checked, readLatest, readOnly, statement, submit }: Connection): RunJournal["Service"] => {
  // A run that was forgotten meanwhile has no journal: that is no reason for its other results to fail.
  const add = statement(`INSERT INTO journal (run, part, entries, row_check)
     SELECT id, ?, ?, ? FROM runs WHERE id = ?`)
  const newest = statement<[string], number | null>("SELECT max(part) FROM journal WHERE run = ?", "value")
  const after = statement<[string, number], Row>(
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
    read: (run, from) =>
      readLatest(() => {
        const entries: Array<JournalEntry> = []
        let [next, lost] = [from, 0]
        for (const row of after().iterate(run, from)) {
          lost += row.part - next
          next = row.part + 1
          const bytes = checked("journal", [run, row.part], [row.entries, row.row_check])
          const found = bytes === undefined ? Option.none() : unpack(bytes)
          if (Option.isNone(found)) lost++
          else for (const entry of found.value) entries.push(entry)
        }
        return { entries, next, lost }
      })
  }
}
