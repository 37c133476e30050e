/** What the screen asks of the store, where somebody looks: each thing once. */
import { Effect } from "effect"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { JournalEntry } from "../domain/RunDetail.ts"
import * as Cell from "../observe/CellProgress.ts"
import type { Progress } from "../observe/Progress.ts"
import type { RunLookup } from "../observe/RunControl.ts"
import * as Vector from "../observe/Vector.ts"
import { nodesOf } from "./CellNodes.ts"
import type { Answer, Known } from "./Known.ts"

/** Cells whose metrics are read at once: while they are, no key is answered. */
const BATCH = 64

/** Cells that are done and of which no metrics are known, at most `most` of them. */
const withoutMetrics = (progress: Progress, asked: ReadonlySet<number>, most: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let cell = 0; cell < progress.cells.length && found.length < most; cell++) {
    const at = Vector.get(progress.cells, cell)
    if (at === undefined || asked.has(cell) || Vector.get(progress.metrics, cell) !== null) continue
    const state = Cell.state(at)
    if (state === "cached" || (state === "computed" && progress.outcome !== null)) found.push(cell)
  }
  return found
}

/** Reads the metrics of cells of which the run does not tell any: those that were cached. */
export const metricsReader = (lookup: RunLookup | undefined) => {
  let plan: Progress["plan"] = null
  let asked = new Set<number>()
  /** What is known of up to `most` further cells; none is left where it gives nothing. */
  const next = (progress: Progress, most = BATCH): Effect.Effect<ReadonlyArray<JournalEntry>> =>
    Effect.suspend(() => {
      if (progress.plan !== plan) [plan, asked] = [progress.plan, new Set()]
      const cells = lookup === undefined ? [] : withoutMetrics(progress, asked, most)
      if (lookup === undefined || cells.length === 0) return Effect.succeed([])
      for (const cell of cells) asked.add(cell)
      return Effect.map(lookup.metricsOf(cells), (found) =>
        [...found].map(([cell, metrics]): JournalEntry => ({ _tag: "CellEnded", cell, at: progress.at, metrics }))
      )
    })
  return next
}

/** Asks, and puts the answer into what is known. */
const answered = <A>(question: Effect.Effect<A>, put: (answer: Answer<A>) => void): Effect.Effect<void> =>
  Effect.suspend(() => {
    put({ _tag: "Asked" })
    return Effect.matchCauseEffect(question, {
      onSuccess: (value) => Effect.sync(() => put({ _tag: "Told", value })),
      onFailure: () => Effect.sync(() => put({ _tag: "Unknown", message: "it could not be looked up" }))
    })
  })

/** What the nodes of a cell came to, by their ids. */
const resultsOf = ({ nodes, plan }: Progress, cell: number): ReadonlyMap<string, ArtifactHash> =>
  new Map(
    (plan === null ? [] : nodesOf(plan, cell)).flatMap((index) => {
      const result = Vector.get(nodes, index)?.result ?? null
      const id = plan?.nodes[index]?.id
      return result === null || id === undefined ? [] : [[id, result.artifact]]
    })
  )

/** Asks for what a page of a cell shows; `change` puts it into what is known. */
export const open = (
  lookup: RunLookup | undefined,
  progress: Progress,
  cell: number,
  change: (change: (known: Known) => Known) => void
): Effect.Effect<void> =>
  lookup === undefined
    ? Effect.void
    : answered(lookup.detailOf(cell, resultsOf(progress, cell)), (answer) =>
        change((known) =>
          // What was told before stays on screen until there is something newer.
          answer._tag === "Asked" && known.cells.has(cell)
            ? known
            : { ...known, cells: new Map(known.cells).set(cell, answer) }
        )
      )

export const why = (
  lookup: RunLookup | undefined,
  cell: number,
  target: string,
  change: (change: (known: Known) => Known) => void
): Effect.Effect<void> =>
  lookup === undefined
    ? Effect.void
    : answered(lookup.why(target), (answer) =>
        change((known) => ({ ...known, why: new Map(known.why).set(cell, answer) }))
      )
