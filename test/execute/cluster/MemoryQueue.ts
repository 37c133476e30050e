/** The queue of tasks in memory, without time: leases run out where a test says so. */
import { Effect, Latch } from "effect"
import type { Resources } from "../../../src/domain/Resources.ts"
import { fitting, without } from "../../../src/execute/cluster/Needs.ts"
import type {
  Asking,
  Delivery,
  Ending,
  News,
  Presence,
  TaskId,
  TaskQueueService
} from "../../../src/execute/cluster/TaskQueue.ts"
import type { TaskEvent } from "../../../src/execute/Task.ts"

interface Row {
  readonly asking: Asking
  readonly askers: Set<number>
  isClaimed: boolean
  ending: Ending | undefined
  readonly events: Array<TaskEvent>
}

export interface MemoryQueue {
  readonly queue: TaskQueueService
  /** The same for another who asks. */
  readonly other: TaskQueueService
  readonly rows: ReadonlyMap<TaskId, Row>
  /** The lease of what is claimed runs out. */
  readonly expire: (id: TaskId) => void
  /** Completes when so many tasks are claimed and not ended. */
  readonly claimed: (count: number) => Effect.Effect<void>
}

const lateMs = 20

export const make = (): MemoryQueue => {
  const rows = new Map<TaskId, Row>()
  const present = new Map<string, Presence>()
  const changed = Latch.makeUnsafe(false)
  const stir = () => void Effect.runSync(changed.release)
  const end = (id: TaskId, ending: Ending): boolean => {
    const row = rows.get(id)
    if (row === undefined || row.ending !== undefined) return false
    row.ending = ending
    stir()
    return true
  }
  const isHeld = ({ id }: Delivery) => rows.get(id)?.ending === undefined
  const serviceOf = (asker: number): TaskQueueService => ({
    send: (asked) =>
      Effect.sync(() => {
        const ended = new Map<TaskId, Ending>()
        for (const asking of asked) {
          const row = rows.get(asking.id)
          if (row === undefined)
            rows.set(asking.id, { asking, askers: new Set([asker]), isClaimed: false, ending: undefined, events: [] })
          else if (row.ending !== undefined) ended.set(asking.id, row.ending)
          else row.askers.add(asker)
        }
        stir()
        return ended
      }),
    cancel: (ids) =>
      Effect.sync(() => {
        for (const id of ids) {
          rows.get(id)?.askers.delete(asker)
          if (rows.get(id)?.askers.size === 0) end(id, { _tag: "Cancelled" })
        }
      }),
    news: (after) =>
      Effect.sync(() =>
        [...after].flatMap(([id, seen]): ReadonlyArray<News> => {
          const row = rows.get(id)
          if (row === undefined) return [{ id, events: [], last: seen, ending: { _tag: "Cancelled" } }]
          const events = row.events.slice(seen)
          if (events.length === 0 && row.ending === undefined) return []
          return [{ id, events, last: row.events.length, ending: row.ending }]
        })
      ),
    fetch: ({ free, most, without: groups }) =>
      Effect.sync(() => {
        const fetched: Array<Delivery> = []
        let left: Resources = free
        for (const [id, row] of rows) {
          const { group, leaseMs, sent } = row.asking
          const { needs } = sent.task
          if (fetched.length === most) break
          if (row.isClaimed || row.ending !== undefined || groups.includes(group) || fitting(needs, left) < 1) continue
          left = without(left, needs, 1)
          row.isClaimed = true
          fetched.push({ id, sent, group, leaseMs, claim: { queue: "memory", attempt: 0 } })
        }
        if (fetched.length > 0) stir()
        return fetched
      }),
    keep: (held) => Effect.sync(() => new Set(held.filter(isHeld).map(({ id }) => id))),
    end: (ended) =>
      Effect.sync(() => new Set(ended.flatMap(({ ending, held }) => (end(held.id, ending) ? held.id : [])))),
    tell: (told) =>
      Effect.sync(() => {
        for (const { event, id } of told) rows.get(id)?.events.push(event)
        stir()
      }),
    announce: (presence) => Effect.sync(() => void present.set(presence.name, presence)),
    withdraw: (name) => Effect.sync(() => void present.delete(name)),
    workers: Effect.sync(() => [...present.values()]),
    mayHaveCancelled: Effect.succeed(true),
    stirred: () => Effect.asVoid(Effect.timeoutOption(changed.await, lateMs))
  })
  const service = serviceOf(0)
  const made: MemoryQueue = {
    queue: service,
    other: serviceOf(1),
    rows,
    expire: (id) => void end(id, { _tag: "Lost", reason: "it is not heard of any more" }),
    claimed: (count) =>
      Effect.suspend(() => {
        const now = [...rows.values()].filter(({ ending, isClaimed }) => isClaimed && ending === undefined)
        return now.length >= count ? Effect.void : Effect.andThen(service.stirred(lateMs), made.claimed(count))
      })
  }
  return made
}
