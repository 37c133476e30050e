/** The queue of tasks on pg-boss: a job is a task, its output the ending, its heartbeat the lease. */
import { randomUUID } from "node:crypto"
import { Clock, Effect, Latch, Layer, Schema } from "effect"
import type { StoreError } from "../../../store/index.ts"
import {
  type Asking,
  type Delivery,
  type Ending,
  type News,
  TaskId,
  TaskQueue,
  type TaskQueueService
} from "../TaskQueue.ts"
import type { Side } from "./Boss.ts"
import * as Boss from "./Boss.ts"
import * as BossFetch from "./BossFetch.ts"
import * as QueueName from "./QueueName.ts"
import { endedOf, endingText, eventText, JobData, JobEnded, presenceText, Settled, Told } from "./Rows.ts"

/** How long an ended task, and what was told of it, is kept: longer than anybody who waits is away. */
const keptSeconds = 86_400
/** Never: a stage's timeout is the worker's to keep, its lease is what is watched. */
const noExpirySeconds = 10 * 365 * 86_400
/** How long a worker counts as there that is not heard of. */
const presentSeconds = 15

/** Why workers are woken. */
const justSent = "sent"
const justCancelled = "cancelled"

export type { Side }

const make = Effect.fnUntraced(function* (storeUrl: string, side: Side) {
  const { ask, listen, query, schema } = yield* Boss.open(storeUrl, side)
  const stir = Latch.makeUnsafe(false)
  let mayHaveCancelled = false
  yield* listen(`${schema}_${side}`, (told) => {
    if (told !== justSent) mayHaveCancelled = true
    if (told !== justCancelled) stir.openUnsafe()
  })
  if (side === "asks")
    for (const table of ["task_event", "task_ending", "task_asker"])
      yield* query(
        Schema.Unknown,
        `DELETE FROM ${schema}.${table} WHERE at < now() - interval '${keptSeconds} seconds'`
      )
  const channelOf = (side: Side) => `${schema}_${side}`
  const wakeWorkers = (why: typeof justSent | typeof justCancelled) =>
    query(Schema.Unknown, "SELECT pg_notify($1, $2)", [channelOf("works"), why])

  const asker = randomUUID()
  /** Of those that this process has sent. */
  const queueOf = new Map<TaskId, string>()
  const made = new Map<string, Effect.Effect<void, StoreError>>()
  const ensureQueue = Effect.fnUntraced(function* (name: string) {
    const known = made.get(name)
    if (known !== undefined) return yield* known
    const making = yield* Effect.cached(ask((boss) => boss.createQueue(name)))
    made.set(name, making)
    return yield* making
  })

  const jobOf = ({ group, id, leaseMs, sent }: Asking) => ({
    id,
    data: Schema.encodeSync(JobData)({ sent, leaseMs }),
    group: { id: group },
    retryLimit: 0,
    heartbeatSeconds: Math.max(1, Math.ceil(leaseMs / 1000)),
    expireInSeconds: noExpirySeconds,
    deleteAfterSeconds: keptSeconds
  })

  const send = Effect.fnUntraced(function* (asked: ReadonlyArray<Asking>) {
    const old: Array<TaskId> = []
    // Before the job: whoever gives it up in this moment finds it wanted, or it is sent anew.
    yield* query(
      Schema.Unknown,
      `INSERT INTO ${schema}.task_asker (task, asker) SELECT unnest($1::uuid[]), $2 ON CONFLICT DO NOTHING`,
      [asked.map(({ id }) => id), asker]
    )
    for (const [name, those] of Map.groupBy(asked, ({ sent }) => QueueName.nameOf(sent.task.needs))) {
      yield* ensureQueue(name)
      for (const { id } of those) queueOf.set(id, name)
      const inserted = new Set(yield* ask((boss) => boss.insert(name, those.map(jobOf), { returnId: true })))
      for (const { id } of those) if (!inserted.has(id)) old.push(id)
    }
    if (old.length < asked.length) yield* wakeWorkers(justSent)
    if (old.length === 0) return new Map<TaskId, Ending>()
    return new Map((yield* ended(old)).map((row) => [row.id, endedOf(row)]))
  })

  /** Those that nobody asks for any more. */
  const givenUp = (ids: ReadonlyArray<TaskId>) =>
    Effect.map(
      query(
        Schema.Struct({ id: TaskId }),
        `WITH gone AS (DELETE FROM ${schema}.task_asker WHERE asker = $2 AND task = ANY($1::uuid[]))
         SELECT id::text FROM unnest($1::uuid[]) AS id
           WHERE NOT EXISTS (SELECT FROM ${schema}.task_asker a WHERE a.task = id AND a.asker <> $2)`,
        [ids, asker]
      ),
      (rows) => rows.map(({ id }) => id)
    )

  /** Those of the tasks that have ended, or are not known any more. */
  const ended = (ids: ReadonlyArray<TaskId>) =>
    query(
      JobEnded,
      `SELECT w.id::text AS id, j.state::text AS state, e.ending, j.output->'value'->>'message' AS reason
         FROM unnest($1::uuid[], $2::text[]) AS w (id, name) LEFT JOIN ${schema}.job j ON j.name = w.name AND j.id = w.id
         LEFT JOIN ${schema}.task_ending e ON e.task = j.id AND e.at >= j.created_on AND (j.state = 'completed' OR j.output IS NULL)
         WHERE j.id IS NULL OR j.state IN ('completed', 'cancelled', 'failed')`,
      [ids, ids.map((id) => queueOf.get(id) ?? "")]
    )

  const news = Effect.fnUntraced(function* (after: ReadonlyMap<TaskId, number>) {
    if (after.size === 0) return []
    const ids = [...after.keys()]
    // Endings first: what was told before one is there then.
    const endings = new Map((yield* ended(ids)).map((row) => [row.id, endedOf(row)]))
    const told = yield* query(
      Told,
      `SELECT e.task::text AS id, e.seq::float8 AS seq, e.event FROM unnest($1::uuid[], $2::bigint[]) AS w (task, after)
         JOIN ${schema}.task_event e ON e.task = w.task AND e.seq > w.after ORDER BY e.seq`,
      [ids, [...after.values()]]
    )
    const eventsOf = Map.groupBy(told, ({ id }) => id)
    return ids.flatMap((id): ReadonlyArray<News> => {
      const events = eventsOf.get(id) ?? []
      const ending = endings.get(id)
      if (events.length === 0 && ending === undefined) return []
      return [{ id, events: events.map(({ event }) => event), last: events.at(-1)?.seq ?? after.get(id) ?? 0, ending }]
    })
  })

  const fetch = BossFetch.make(yield* Clock.Clock, ask)

  const attemptOf = ({ claim, id }: Delivery) => ({ id, retryCount: claim.attempt })
  const settled = (response: unknown) => Schema.decodeUnknownSync(Settled)(response).settled

  const service: TaskQueueService = {
    send,
    news,
    fetch,
    cancel: (ids) =>
      Effect.gen(function* () {
        const unwanted = yield* givenUp(ids)
        for (const [name, those] of Map.groupBy(unwanted, (id) => queueOf.get(id) ?? ""))
          if (name !== "") yield* ask((boss) => boss.cancel(name, those))
        for (const id of ids) queueOf.delete(id)
        if (unwanted.length > 0) yield* wakeWorkers(justCancelled)
      }),
    keep: Effect.fnUntraced(function* (held) {
      const still = new Set<TaskId>()
      for (const [name, those] of Map.groupBy(held, ({ claim }) => claim.queue))
        for (const id of settled(yield* ask((boss) => boss.touch(name, those.map(attemptOf))))) still.add(id)
      return still
    }),
    end: Effect.fnUntraced(function* (ended) {
      // Before the job says that it has ended; a task is claimed once, so this is its only claimant's word.
      yield* query(
        Schema.Unknown,
        `INSERT INTO ${schema}.task_ending (task, ending) SELECT * FROM unnest($1::uuid[], $2::text[])
           ON CONFLICT (task) DO UPDATE SET ending = excluded.ending, at = excluded.at
             WHERE task_ending.at < now() - interval '${keptSeconds} seconds'`,
        [ended.map(({ held }) => held.id), ended.map(({ ending }) => Schema.encodeSync(endingText)(ending))]
      )
      const own = new Set<TaskId>()
      for (const [queue, those] of Map.groupBy(ended, ({ held }) => held.claim.queue))
        for (const isDone of [true, false]) {
          const attempts = those.flatMap(({ ending, held }) =>
            (ending._tag === "Done") === isDone ? [attemptOf(held)] : []
          )
          if (attempts.length === 0) continue
          const response = yield* ask((boss) => (isDone ? boss.complete(queue, attempts) : boss.fail(queue, attempts)))
          for (const id of settled(response)) own.add(id)
        }
      yield* query(Schema.Unknown, "SELECT pg_notify($1, '')", [channelOf("asks")])
      return own
    }),
    tell: (told) =>
      told.length === 0
        ? Effect.void
        : query(
            Schema.Unknown,
            `WITH told AS (INSERT INTO ${schema}.task_event (task, event) SELECT * FROM unnest($1::uuid[], $2::text[]))
             SELECT pg_notify($3, '')`,
            [told.map(({ id }) => id), told.map(({ event }) => Schema.encodeSync(eventText)(event)), channelOf("asks")]
          ).pipe(Effect.asVoid),
    announce: (presence) =>
      query(
        Schema.Unknown,
        `INSERT INTO ${schema}.task_worker (name, presence, seen) VALUES ($1, $2, now())
           ON CONFLICT (name) DO UPDATE SET presence = excluded.presence, seen = excluded.seen`,
        [presence.name, Schema.encodeSync(presenceText)(presence)]
      ).pipe(Effect.asVoid),
    withdraw: (name) =>
      Effect.asVoid(query(Schema.Unknown, `DELETE FROM ${schema}.task_worker WHERE name = $1`, [name])),
    workers: query(
      Schema.Struct({ presence: presenceText, ago: Schema.Finite }),
      `SELECT presence, extract(epoch FROM now() - seen)::float8 * 1000 AS ago FROM ${schema}.task_worker
         WHERE seen > now() - interval '${presentSeconds} seconds' ORDER BY name`
    ).pipe(Effect.map((rows) => rows.map(({ ago, presence }) => ({ ...presence, seenMsAgo: ago })))),
    mayHaveCancelled: Effect.sync(() => {
      const may = mayHaveCancelled
      mayHaveCancelled = false
      return may
    }),
    stirred: (mostMs) =>
      stir.await.pipe(Effect.timeoutOption(mostMs), Effect.andThen(Effect.sync(() => void stir.closeUnsafe())))
  }
  return service
})

/** The queue in the database of the store at `storeUrl`; fails where pg-boss is not installed. */
export const layer = (storeUrl: string, side: Side): Layer.Layer<TaskQueue, StoreError> =>
  Layer.effect(TaskQueue, make(storeUrl, side))
