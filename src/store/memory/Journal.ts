/** What happened in each run, in memory. */
import { Effect } from "effect"
import type { RunJournal } from "../RunJournal.ts"
import type { Disk } from "./Disk.ts"

export const make = (disk: Disk): RunJournal["Service"] => ({
  append: (run, entries) =>
    Effect.sync(() => {
      if (entries.length > 0) disk.runs.get(run)?.journal.push([...entries])
    }),
  read: (run, after) =>
    Effect.sync(() => {
      const parts = disk.runs.get(run)?.journal.slice(after) ?? []
      return { entries: parts.flat(), next: after + parts.length, lost: 0 }
    })
})
