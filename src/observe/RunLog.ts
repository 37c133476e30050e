/** What the stages of a run printed, the newest lines of it. */

/** Lines kept at most; the whole is in the run's journal. */
const LIMIT = 2000

export interface LogLine {
  /** Index of the node that printed it. */
  readonly node: number
  readonly attempt: number
  readonly at: number
  readonly text: string
}

export interface RunLog {
  readonly lines: ReadonlyArray<LogLine>
  /** How many older ones were dropped. */
  readonly dropped: number
}

export const empty: RunLog = { lines: [], dropped: 0 }

/** The log with further lines behind it. */
export const append = (log: RunLog, added: ReadonlyArray<LogLine>): RunLog => {
  if (added.length === 0) return log
  const lines = [...log.lines, ...added]
  const over = Math.max(0, lines.length - LIMIT)
  return { lines: over === 0 ? lines : lines.slice(over), dropped: log.dropped + over }
}
