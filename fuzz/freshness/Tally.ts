/** What is counted of the edits, by kind. */

/**
 * `seen`: the table showed other figures. `refused`: the project did not run, warm or cold. `needless`: a stage ran that
 * cannot reach what changed. `unexplained`: something ran, and `why` names nothing that changed.
 */
export const countNames = ["edits", "seen", "refused", "stale", "needless", "unexplained"] as const
export type CountName = (typeof countNames)[number]
export type Count = Readonly<Record<CountName, number>>
export type Tally = ReadonlyMap<string, Count>

const none: Count = { edits: 0, seen: 0, refused: 0, stale: 0, needless: 0, unexplained: 0 }

export const counted = (tally: Tally, kind: string, names: ReadonlyArray<CountName>): Tally => {
  const count = { ...(tally.get(kind) ?? none) }
  for (const name of names) count[name]++
  return new Map(tally).set(kind, count)
}

export const totalOf = (tally: Tally): Count => {
  const total = { ...none }
  for (const count of tally.values()) for (const name of countNames) total[name] += count[name]
  return total
}
