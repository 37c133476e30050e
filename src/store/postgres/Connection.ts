/** What the parts of an open store on PostgreSQL share: the statements, the queue of writes, the rows that did not check. */
import { Deferred, Effect, Schema } from "effect"
import type { BlobSpace } from "../BlobSpace.ts"
import * as GroupCommit from "../GroupCommit.ts"
import { type CheckedRows, checkedRows } from "../RowCheck.ts"
import { damaged, StoreError, StoreReason } from "../StoreError.ts"
import type { CommitEntry, CommitResult } from "../TraceStore.ts"
import type { Client, Statements } from "./Client.ts"

/** Writers share this lock; gc, which deletes what no row mentions, has it alone, and for as long as deleting takes. */
const sweepLock = (shared: "_shared" | "") =>
  `SELECT pg_advisory_xact_lock${shared}(hashtextextended('ablate sweep ' || current_schema(), 0))${
    shared === "" ? ", set_config('idle_in_transaction_session_timeout', '0', true)" : ""
  }`

/** In a transaction. Neighbouring commits are done together, in a few statements. */
export type Work =
  | { readonly _tag: "Commit"; readonly entry: CommitEntry; readonly succeed: (result: CommitResult) => () => void }
  | { readonly _tag: "Apply"; readonly apply: (statements: Statements) => Effect.Effect<() => void, StoreError> }

type Apply<A> = (statements: Statements) => Effect.Effect<A, StoreError>

/** Stores finished nodes; gives one result each, in their order. */
export type CommitAll = (
  statements: Statements,
  entries: ReadonlyArray<CommitEntry>
) => Effect.Effect<ReadonlyArray<CommitResult>, StoreError>

export interface Connection extends CheckedRows {
  /** The address, as messages name it. */
  readonly place: string
  readonly readOnly: boolean
  readonly blobs: BlobSpace
  readonly query: Statements["query"]
  /** Decodes a row by its schema; one that does not fit is damage. */
  decode<S extends Schema.ConstraintDecoder<unknown>>(schema: S): (row: unknown) => Effect.Effect<S["Type"], StoreError>
  /** One read after everything queued. */
  readonly queryLatest: Statements["query"]
  /** One transaction of its own, after everything queued. `alone`: no other process writes meanwhile. */
  write<A>(apply: Apply<A>, alone?: "alone"): Effect.Effect<A, StoreError>
  /** Queues a write. The outer effect queues, the inner one waits until it is durable. */
  submit<A>(apply: Apply<A>, options: GroupCommit.WriteOptions): Effect.Effect<Effect.Effect<A, StoreError>>
  submitCommit(
    entry: CommitEntry,
    options: GroupCommit.WriteOptions
  ): Effect.Effect<Effect.Effect<CommitResult, StoreError>>
  /** Queues a write nobody waits for; nothing in a read-only store. */
  later(apply: Apply<void>, settled: () => void): void
  readonly flush: Effect.Effect<void, StoreError>
}

/** Runs of neighbouring commits, and the rest one by one. */
const grouped = (works: ReadonlyArray<Work>): ReadonlyArray<ReadonlyArray<Work>> => {
  const groups: Array<Array<Work>> = []
  for (const work of works) {
    const last = groups.at(-1)
    if (work._tag === "Commit" && last?.[0]?._tag === "Commit") last.push(work)
    else groups.push([work])
  }
  return groups
}

export interface Parts {
  /** Undefined for the empty view of a store that is not there. */
  readonly client: Client | undefined
  readonly place: string
  readonly readOnly: boolean
  readonly blobs: BlobSpace
  readonly commitAll: (connection: Connection) => CommitAll
}

/** Of a statement that answers without a store: no rows. */
const nowhere: Statements = { query: () => Effect.succeed([]), execute: () => Effect.succeed(0) }

export const make = ({ blobs, client, commitAll, place, readOnly }: Parts): Connection => {
  const refused = Effect.fail(new StoreError({ path: place, reason: StoreReason.cases.ReadOnly.make({}) }))
  const { query } = client ?? nowhere
  const transaction = <A>(apply: Apply<A>, shared: "_shared" | ""): Effect.Effect<A, StoreError> =>
    client === undefined
      ? refused
      : client.transaction((statements) => Effect.andThen(statements.execute(sweepLock(shared)), apply(statements)))

  const writer = GroupCommit.make<Work>({
    write: (works) =>
      transaction(
        Effect.fnUntraced(function* (statements) {
          const told: Array<() => void> = []
          for (const group of grouped(works)) {
            const commits = group.flatMap((work) => (work._tag === "Commit" ? [work] : []))
            const results = yield* commits.length === 0
              ? Effect.succeed([])
              : commit(
                  statements,
                  commits.map(({ entry }) => entry)
                )
            for (const [at, result] of results.entries()) told.push(commits[at]?.succeed(result) ?? (() => undefined))
            for (const work of group) if (work._tag === "Apply") told.push(yield* work.apply(statements))
          }
          return told
        }),
        "_shared"
      ),
    isCommon: ({ reason }) => reason._tag === "Locked" || reason._tag === "Unreachable",
    nothing: (succeed) => ({ _tag: "Apply", apply: () => Effect.succeed(succeed) })
  })

  const submitted = <A>(workOf: (succeed: (value: A) => () => void) => Work, options: GroupCommit.WriteOptions) =>
    readOnly ? Effect.succeed(refused) : Effect.sync(() => Deferred.await(writer.submit(workOf, options)))

  const applied =
    <A>(apply: Apply<A>) =>
    (succeed: (value: A) => () => void): Work => ({
      _tag: "Apply",
      apply: (statements) => Effect.map(apply(statements), succeed)
    })

  const connection: Connection = {
    place,
    readOnly,
    blobs,
    query,
    decode: (schema) => {
      const decode = Schema.decodeUnknownEffect(schema)
      return (row) => Effect.mapError(decode(row), ({ message }) => damaged(place, message))
    },
    queryLatest: <Row>(sql: string, values?: ReadonlyArray<unknown>) =>
      Effect.andThen(writer.drain, query<Row>(sql, values)),
    write: (apply, alone) =>
      readOnly ? refused : Effect.andThen(writer.drain, transaction(apply, alone === undefined ? "_shared" : "")),
    submit: (apply, options) => submitted(applied(apply), options),
    submitCommit: (entry, options) => submitted((succeed) => ({ _tag: "Commit", entry, succeed }), options),
    later: (apply, settled) => {
      if (!readOnly) writer.submit(applied(apply), { flush: "soon", settled })
    },
    flush: writer.flush,
    ...checkedRows(place)
  }
  const commit = commitAll(connection)
  return connection
}
