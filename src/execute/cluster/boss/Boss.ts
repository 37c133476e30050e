/** pg-boss on the database of a shared store, in a schema of its own. The only importer of the package. */
import { Effect, Schema, type Scope } from "effect"
import type { PgBoss } from "pg-boss"
import { StoreError, StoreReason } from "../../../store/index.ts"
import * as Address from "../../../store/postgres/Address.ts"
import { waitingFor } from "../../../store/postgres/Client.ts"
import { storeError } from "../../../store/postgres/PostgresError.ts"

/** Whose part a process has. */
export type Side = "asks" | "works"

/**
 * How often lost leases are looked for. Who waits for tasks needs to know soon. Workers see to what nobody waits for: each
 * look costs ten statements, and there may be a thousand of them.
 */
const superviseSeconds: { readonly [side in Side]: number } = { asks: 1, works: 30 }
const connections = 4
/**
 * pg-boss hands on what it does not know to the client: so long an answer is waited for before the connection is given up for
 * another. None of the queue's statements is long, and a worker that waits loses its tasks.
 */
const patience = { query_timeout: 20_000 }

export interface Boss {
  readonly schema: string
  /** Asks pg-boss; waits for a server that is away. */
  readonly ask: <A>(use: (boss: PgBoss) => Promise<A>) => Effect.Effect<A, StoreError>
  /** A statement of our own; its rows are decoded. */
  readonly query: <S extends Schema.ConstraintDecoder<unknown>>(
    row: S,
    sql: string,
    values?: ReadonlyArray<unknown>
  ) => Effect.Effect<ReadonlyArray<S["Type"]>, StoreError>
  /** `heard` is called with what is told there, and with nothing where something may have been missed. */
  readonly listen: (channel: string, heard: (told: string) => void) => Effect.Effect<void, StoreError, Scope.Scope>
}

/** What workers tell, who they are, and who asked for a task: what pg-boss has no place for. What is older than a day is of nobody's interest. */
const tables = (schema: string) => `
  BEGIN;
  SELECT pg_advisory_xact_lock(hashtextextended('ablate queue ${schema}', 0));
  CREATE TABLE IF NOT EXISTS ${schema}.task_event (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, task uuid NOT NULL, event text NOT NULL,
    at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX IF NOT EXISTS task_event_task ON ${schema}.task_event (task, seq);
  CREATE TABLE IF NOT EXISTS ${schema}.task_ending (
    task uuid PRIMARY KEY, ending text NOT NULL, at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS ${schema}.task_asker (
    task uuid NOT NULL, asker uuid NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (task, asker));
  CREATE TABLE IF NOT EXISTS ${schema}.task_worker (
    name text PRIMARY KEY, presence text NOT NULL, seen timestamptz NOT NULL);
  COMMIT`

const load = (path: string) =>
  Effect.tryPromise({
    try: () => import("pg-boss"),
    catch: () => new StoreError({ path, reason: StoreReason.cases.ClientMissing.make({ name: "pg-boss" }) })
  })

/** Its connections close with the scope. */
export const open = Effect.fnUntraced(function* (storeUrl: string, side: Side) {
  const address = yield* Address.parse(storeUrl)
  const { PgBoss } = yield* load(address.shown)
  const schema = `${address.schema}_queue`
  const failed = storeError(address.shown)
  const boss = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const made = new PgBoss({
        ...patience,
        connectionString: address.url,
        schema,
        max: connections,
        application_name: "ablate queue",
        superviseIntervalSeconds: superviseSeconds[side],
        monitorIntervalSeconds: superviseSeconds[side],
        schedule: false,
        registerInstance: false,
        openTelemetry: { enabled: false },
        reindex: false
      })
      // What could not be asked in the background is asked again.
      made.on("error", () => undefined)
      return made
    }),
    (made) => Effect.ignore(Effect.tryPromise(() => made.stop({ graceful: false })))
  )
  const tried = <A>(use: (boss: PgBoss) => Promise<A>) => Effect.tryPromise({ try: () => use(boss), catch: failed })
  yield* tried(() => boss.start())
  yield* tried(() => boss.getDb().executeSql(tables(schema)))
  const service: Boss = {
    schema,
    ask: (use) => waitingFor(tried(use)),
    query: (row, sql, values = []) =>
      waitingFor(tried(() => boss.getDb().executeSql(sql, [...values]))).pipe(
        Effect.flatMap(({ rows }) => Schema.decodeUnknownEffect(Schema.Array(row))(rows)),
        Effect.mapError((error) =>
          error instanceof StoreError
            ? error
            : new StoreError({
                path: address.shown,
                reason: StoreReason.cases.InputOutput.make({ detail: `the queue ${schema}: ${error.message}` })
              })
        )
      ),
    listen: (channel, heard) =>
      Effect.acquireRelease(
        // Without it everything is found by looking.
        Effect.option(Effect.tryPromise(async () => boss.getDb().listen?.(channel, heard, () => heard("")))),
        (handle) =>
          Effect.ignore(Effect.tryPromise(async () => (handle._tag === "Some" ? handle.value?.close() : undefined)))
      )
  }
  return service
})
