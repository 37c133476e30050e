/**
 * The way to PostgreSQL: a few connections, statements, transactions. Where the connection is lost, what was asked waits
 * until the server is back and is asked again; a transaction that was cut off while it was committed is looked up first.
 */

import { Effect, Schedule, type Scope } from "effect"
import type { ClientBase, Pool, PoolClient } from "pg"
import { StoreError, StoreReason } from "../StoreError.ts"
import type { Address } from "./Address.ts"
import { storeError } from "./PostgresError.ts"

/** So long a lost connection is waited for, by default. */
const longPatienceMs = 300_000
/** So long a statement is waited for before the server is asked, by another connection, whether it works at it. */
const longDoubtMs = 15_000
/** So long a connection may take to be made. */
const connectMs = 10_000
const untilDoubt = { query_timeout: connectMs }
const connections = 4
/**
 * What each connection is to be like. A machine that goes in the middle of a transaction, or is stopped there, is not to hold
 * back others that write the same: the server ends its part.
 */
const session = {
  client_min_messages: "warning",
  default_transaction_isolation: "read\\ committed",
  idle_in_transaction_session_timeout: "60s",
  tcp_keepalives_idle: "15",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3"
}
const optionsOf = (settings: { readonly [name: string]: string }): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ")
/** `bigint`, which the client gives as text: ours are below 2^53. */
const int8 = 20

export interface Statements {
  readonly query: <Row>(sql: string, values?: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<Row>, StoreError>
  /** How many rows it changed. */
  readonly execute: (sql: string, values?: ReadonlyArray<unknown>) => Effect.Effect<number, StoreError>
}

export interface Client extends Statements {
  /** One transaction. It is done as a whole or not at all, once, also where the connection is lost. */
  readonly transaction: <A>(
    use: (statements: Statements) => Effect.Effect<A, StoreError>
  ) => Effect.Effect<A, StoreError>
}

const isLost = ({ reason }: StoreError): boolean => reason._tag === "Unreachable"
const isInTheWay = ({ reason }: StoreError): boolean => reason._tag === "Locked"

/** Waits for the server, and for others whose transactions cross ours; at most so long. */
export const waitingFor = <A, R>(
  effect: Effect.Effect<A, StoreError, R>,
  patienceMs = longPatienceMs
): Effect.Effect<A, StoreError, R> =>
  Effect.retry(effect, {
    while: (error) => isLost(error) || isInTheWay(error),
    schedule: Schedule.spaced("250 millis").pipe(Schedule.upTo({ duration: patienceMs }))
  })

const load = (path: string) =>
  Effect.tryPromise({
    try: () => import("pg"),
    catch: () => new StoreError({ path, reason: StoreReason.cases.ClientMissing.make({ name: "pg" }) })
  })

/** Connections close with the scope. */
export const make = Effect.fnUntraced(function* (
  { schema, shown, url }: Address,
  patienceMs = longPatienceMs,
  doubtMs = longDoubtMs
) {
  const { default: pg } = yield* load(shown)
  /** By connection, the backend at its other end. */
  const backends = new WeakMap<ClientBase, number>()
  const pool: Pool = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const made = new pg.Pool({
        connectionString: url,
        max: connections,
        connectionTimeoutMillis: Math.min(connectMs, patienceMs),
        keepAlive: true,
        options: optionsOf({ ...session, search_path: schema }),
        application_name: "ablate",
        // Not what the protocol told: that may be the name of a pooler in between.
        onConnect: async (client) => {
          const { rows } = await client.query<{ pid: number }>({
            text: "SELECT pg_backend_pid() AS pid",
            ...untilDoubt
          })
          backends.set(client, rows[0]?.pid ?? 0)
        },
        types: {
          getTypeParser: (id: number, format?: "text" | "binary") =>
            id === int8 ? Number : format === "binary" ? pg.types.getTypeParser(id, format) : pg.types.getTypeParser(id)
        }
      })
      // One that waits in the pool and is lost is replaced when one is needed.
      made.on("error", () => undefined)
      // One that is lost between two statements fails with the next of them.
      made.on("connect", (client) => void client.on("error", () => undefined))
      return made
    }),
    (made) => Effect.promise(() => made.end())
  )

  const patiently = <A>(effect: Effect.Effect<A, StoreError>) => waitingFor(effect, patienceMs)

  const connect = Effect.tryPromise({ try: () => pool.connect(), catch: storeError(shown) })

  const asked = (client: ClientBase, sql: string, values: ReadonlyArray<unknown> = []) =>
    Effect.tryPromise({ try: () => client.query(sql, [...values]), catch: storeError(shown) })

  const silent = new StoreError({ path: shown, reason: StoreReason.cases.Unreachable.make({ detail: "no answer" }) })

  /** Whether a backend works, or waits for another: asked by a connection of its own, since the pool's may hang as well. */
  const isAtWork = (backend: number) =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const other = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs })
        other.on("error", () => undefined)
        return other
      }),
      (other) =>
        Effect.tryPromise({ try: () => other.connect(), catch: storeError(shown) }).pipe(
          Effect.andThen(asked(other, "SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active'", [backend])),
          Effect.timeoutOrElse({ duration: connectMs, orElse: () => Effect.fail(silent) }),
          Effect.map(({ rowCount }) => rowCount === 1)
        ),
      (other) => Effect.sync(() => void other.end())
    )

  /** Fails where the other end has nothing to say any more, or is not there: a network can be silent for hours. */
  const doubting = (client: ClientBase): Effect.Effect<never, StoreError> =>
    Effect.sleep(doubtMs).pipe(
      Effect.andThen(isAtWork(backends.get(client) ?? 0)),
      Effect.flatMap((isHeard) => (isHeard ? doubting(client) : Effect.fail(silent)))
    )

  const ask = (client: PoolClient, sql: string, values?: ReadonlyArray<unknown>) =>
    Effect.raceFirst(asked(client, sql, values), doubting(client))

  const on = (client: PoolClient): Statements => ({
    query: (sql, values) => Effect.map(ask(client, sql, values), ({ rows }) => rows),
    execute: (sql, values) => Effect.map(ask(client, sql, values), ({ rowCount }) => rowCount ?? 0)
  })

  /** A connection of its own; one on which something failed is not used again. */
  const withClient = <A>(use: (client: PoolClient) => Effect.Effect<A, StoreError>) =>
    Effect.acquireUseRelease(connect, use, (client, exit) => Effect.sync(() => client.release(exit._tag === "Failure")))

  const once: Statements = {
    query: (sql, values) => withClient((client) => on(client).query(sql, values)),
    execute: (sql, values) => withClient((client) => on(client).execute(sql, values))
  }

  /** What became of a transaction whose commit was cut off. */
  const wasCommitted = (id: string): Effect.Effect<boolean, StoreError> =>
    once.query<{ status: string | null }>("SELECT pg_xact_status($1::text::xid8) AS status", [id]).pipe(
      Effect.flatMap(([row]) =>
        row?.status === "in progress"
          ? Effect.fail(new StoreError({ path: shown, reason: StoreReason.cases.Locked.make({ waitedMs: 0 }) }))
          : Effect.succeed(row?.status === "committed")
      ),
      patiently
    )

  const attempt = <A>(use: (statements: Statements) => Effect.Effect<A, StoreError>) =>
    withClient((client) =>
      Effect.gen(function* () {
        const statements = on(client)
        yield* statements.execute("BEGIN")
        const value = yield* use(statements)
        const [row] = yield* statements.query<{ id: string | null }>(
          "SELECT pg_current_xact_id_if_assigned()::text AS id"
        )
        const committed = yield* Effect.result(statements.execute("COMMIT"))
        return { value, id: row?.id ?? null, committed }
      })
    )

  const transaction = <A>(
    use: (statements: Statements) => Effect.Effect<A, StoreError>
  ): Effect.Effect<A, StoreError> =>
    attempt(use).pipe(
      Effect.flatMap(({ committed, id, value }) => {
        if (committed._tag === "Success" || id === null) return Effect.succeed(value)
        if (!isLost(committed.failure)) return Effect.fail(committed.failure)
        return Effect.flatMap(wasCommitted(id), (isDone) =>
          isDone ? Effect.succeed(value) : Effect.fail(committed.failure)
        )
      }),
      patiently,
      Effect.uninterruptible
    )

  const client: Client = {
    query: (sql, values) => patiently(once.query(sql, values)),
    execute: (sql, values) => patiently(once.execute(sql, values)),
    transaction
  }
  return { client, once } satisfies { readonly client: Client; readonly once: Statements }
})

export type Made = Effect.Success<ReturnType<typeof make>>
export type Making = Effect.Effect<Made, StoreError, Scope.Scope>
