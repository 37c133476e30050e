/** Opens a store on PostgreSQL: whose schema it is and of what format; creates it, and brings it to our format. */
import { randomUUID } from "node:crypto"
import { Effect, Schedule } from "effect"
import { StoreError, StoreReason } from "../StoreError.ts"
import type { Address } from "./Address.ts"
import * as Client from "./Client.ts"
import { format, migrations } from "./migrations.ts"

/** PostgreSQL 14. */
const oldestServer = 140_000

export interface OpenedClient {
  readonly client: Client.Client
  /** The store's own name, in its tables. */
  readonly store: string
  /** Whether its folder for blobs has its mark: one without is another folder then. */
  readonly isMarked: boolean
}

interface Meta {
  readonly name: string
  readonly value: string
}

const readMeta = Effect.fnUntraced(function* (statements: Client.Statements, { shown }: Address) {
  const rows = yield* statements.query<Meta>("SELECT name, value FROM meta")
  const of = (wanted: string) => rows.find(({ name }) => name === wanted)?.value
  const store = of("store")
  const found = Number(of("format"))
  const fail = (reason: StoreReason) => Effect.fail(new StoreError({ path: shown, reason }))
  if (of("program") !== "ablate" || store === undefined || !Number.isInteger(found))
    return yield* fail(StoreReason.cases.NotAStore.make({ detail: "its schema has a table meta of another program" }))
  if (found > format) return yield* fail(StoreReason.cases.NewerFormat.make({ found, supported: format }))
  return { found, store, isMarked: of("blobs") !== undefined }
})

const migrate = Effect.fnUntraced(function* (statements: Client.Statements, from: number) {
  for (const step of migrations.slice(from)) yield* statements.execute(step)
  yield* statements.execute("INSERT INTO meta VALUES ('format', $1) ON CONFLICT (name) DO UPDATE SET value = $1", [
    String(format)
  ])
})

/** By the catalogue's rows: what names stand for is remembered by a connection, also where another one has just made them. */
const there = `EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
  WHERE nspname = $1 AND relname = 'meta') AS there`

const isThere = (statements: Client.Statements, { schema }: Address) =>
  Effect.map(statements.query<{ there: boolean }>(`SELECT ${there}`, [schema]), ([row]) => row?.there === true)

/** Under a lock of the schema's name: two may be the first at a time, or migrate. */
const bringToFormat = (client: Client.Client, address: Address) =>
  client.transaction(
    Effect.fnUntraced(function* (statements) {
      yield* statements.execute("SELECT pg_advisory_xact_lock(hashtextextended('ablate ' || $1, 0))", [address.schema])
      if (!(yield* isThere(statements, address))) {
        const store: string = randomUUID()
        yield* statements.execute(`CREATE SCHEMA IF NOT EXISTS ${address.schema}`)
        yield* statements.execute("CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL)")
        yield* statements.execute("INSERT INTO meta VALUES ('program', 'ablate'), ('store', $1)", [store])
        yield* migrate(statements, 0)
        return { store, isMarked: false }
      }
      const { found, isMarked, store } = yield* readMeta(statements, address)
      if (found < format) yield* migrate(statements, found)
      return { store, isMarked }
    })
  )

/** Undefined where there is no store and none may be made. */
export const open = Effect.fnUntraced(function* (
  address: Address,
  mode: "read-write" | "read-only",
  patienceMs?: number
) {
  const { client, once } = yield* Client.make(address, patienceMs)
  const fail = (reason: StoreReason) => Effect.fail(new StoreError({ path: address.shown, reason }))
  // A server that is starting, or cuts connections, is waited for; one that is not there (ECONNREFUSED, …) is told at once.
  const [server] = yield* once
    .query<{ version: number; there: boolean }>(
      `SELECT current_setting('server_version_num')::int AS version, ${there}`,
      [address.schema]
    )
    .pipe(
      Effect.retry({
        while: ({ reason }) => reason._tag === "Unreachable" && !/E[A-Z_]{5,}/.test(reason.detail),
        schedule: Schedule.spaced("250 millis").pipe(
          Schedule.upTo({ duration: Math.min(30_000, patienceMs ?? 30_000) })
        )
      })
    )
  if (server !== undefined && server.version < oldestServer)
    return yield* fail(
      StoreReason.cases.NotAStore.make({
        detail: `PostgreSQL ${Math.floor(server.version / 10_000)}; 14 or later is needed`
      })
    )
  if (server?.there !== true) {
    if (mode === "read-only") return undefined
    return { client, ...(yield* bringToFormat(client, address)) } satisfies OpenedClient
  }
  const { found, isMarked, store } = yield* readMeta(client, address)
  if (found < format && mode === "read-only")
    return yield* fail(StoreReason.cases.OlderFormat.make({ found, supported: format }))
  if (mode === "read-write") {
    const [may] = yield* client.query<{ write: boolean }>("SELECT has_table_privilege('traces', 'INSERT') AS write")
    if (may?.write !== true)
      return yield* fail(StoreReason.cases.NotWritable.make({ detail: "this user may only read its tables" }))
    if (found < format) yield* bringToFormat(client, address)
  }
  return { client, store, isMarked } satisfies OpenedClient
})
