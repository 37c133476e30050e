/**
 * Runs that go on say so again and again, by the server's clock. One on another host of which nothing was heard for a while
 * was left by a process that died, or that is cut off: it counts as interrupted until it is heard of again.
 */
import { Context, Effect } from "effect"
import type { RunId } from "../../domain/Hash.ts"
import type { Connection } from "./Connection.ts"
import { nowSql } from "./Time.ts"

/** The time between two heartbeats, in milliseconds. */
export const HeartbeatEvery = Context.Reference<number>("ablate/store/HeartbeatEvery", { defaultValue: () => 10_000 })

/** After so long without one a run counts as left, in milliseconds. */
const leftAfterMs = 60_000

/** In a statement on runs: whether one was heard of lately; null where it never said anything. */
export const heardSql = `(SELECT at > ${nowSql} - ${leftAfterMs} FROM heartbeats WHERE run = runs.id)`

const beat = `INSERT INTO heartbeats (run, at) SELECT id, ${nowSql} FROM runs WHERE id = ANY($1::text[])
  ON CONFLICT (run) DO UPDATE SET at = excluded.at`

export interface Heartbeats {
  readonly began: (run: RunId) => void
  readonly ended: (run: RunId) => void
}

/** While the scope lives. */
export const make = Effect.fnUntraced(function* ({ later }: Pick<Connection, "later">) {
  const everyMs = yield* HeartbeatEvery
  const going = new Set<RunId>()
  const say = (): void => {
    const runs = [...going]
    if (runs.length > 0)
      later(
        (statements) => Effect.asVoid(statements.execute(beat, [runs])),
        () => undefined
      )
  }
  // A timer that does not keep the process: a stage that waits for nothing is to be found.
  yield* Effect.acquireRelease(
    Effect.sync(() => setInterval(say, everyMs).unref()),
    (timer) => Effect.sync(() => clearInterval(timer))
  )
  const heartbeats: Heartbeats = {
    began: (run) => {
      going.add(run)
      say()
    },
    ended: (run) => void going.delete(run)
  }
  return heartbeats
})
