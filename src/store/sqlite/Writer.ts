/** Group commit in SQLite: one `BEGIN IMMEDIATE` transaction, one fsync. */
import type { Database } from "better-sqlite3"
import { type Deferred, Effect } from "effect"
import * as GroupCommit from "../GroupCommit.ts"
import type { StoreError } from "../StoreError.ts"
import { waitForLock } from "./Lock.ts"
import { storeError } from "./SqliteError.ts"

export type { WriteOptions } from "../GroupCommit.ts"

/** In the transaction. Gives what to call when the outcome is known. */
type Work = () => () => void

export interface Writer extends Pick<GroupCommit.GroupCommit<Work>, "drain" | "flush"> {
  /** Queues `apply`; the deferred is completed when it is durable. */
  submit<A>(apply: () => A, options: GroupCommit.WriteOptions): Deferred.Deferred<A, StoreError>
}

/** `before` is called before each transaction: it must end any other one on the connection. */
export const make = (db: Database, dir: string, before: () => void): Writer => {
  const transaction = db.transaction((works: ReadonlyArray<Work>) => works.map((work) => work()))
  const { drain, flush, submit } = GroupCommit.make<Work>({
    write: (works) =>
      waitForLock(
        Effect.try({
          try: () => {
            before()
            return transaction.immediate(works)
          },
          catch: storeError(dir)
        })
      ),
    isCommon: ({ reason }) => reason._tag === "Locked",
    nothing: (succeed) => () => succeed
  })
  return {
    submit: <A>(apply: () => A, options: GroupCommit.WriteOptions) =>
      submit<A>((succeed) => () => succeed(apply()), options),
    drain,
    flush
  }
}
