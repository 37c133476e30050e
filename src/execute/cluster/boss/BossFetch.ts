/** Fetches tasks that fit a worker, from one queue after another. */
import { type Clock, Effect, Schema } from "effect"
import { fitting, rarestFirst, without } from "../Needs.ts"
import { type Delivery, TaskId, type TaskQueueService, type Wanted } from "../TaskQueue.ts"
import type { Boss } from "./Boss.ts"
import * as QueueName from "./QueueName.ts"
import { JobData } from "./Rows.ts"

/** How often queues are looked for that are new. */
const queuesMs = 1000

export const make = (clock: Clock.Clock, ask: Boss["ask"]): TaskQueueService["fetch"] => {
  let queues: ReadonlyArray<{ readonly name: string; readonly needs: ReturnType<typeof QueueName.needsOf> & {} }> = []
  let lookedMs = Number.NEGATIVE_INFINITY
  const findQueues = Effect.gen(function* () {
    const now = clock.currentTimeMillisUnsafe()
    if (now - lookedMs < queuesMs) return
    const found = yield* ask((boss) => boss.getQueues())
    queues = found
      .flatMap(({ name }) => {
        const needs = QueueName.needsOf(name)
        return needs === undefined ? [] : [{ name, needs }]
      })
      .sort((a, b) => rarestFirst(a.needs, b.needs))
    lookedMs = now
  })

  const fetch = Effect.fnUntraced(function* ({ free, most, without: groups }: Wanted) {
    yield* findQueues
    const fetched: Array<Delivery> = []
    let left = free
    for (const { name, needs } of queues) {
      const batchSize = Math.min(most - fetched.length, fitting(needs, left))
      if (batchSize < 1) continue
      const jobs = yield* ask((boss) =>
        boss.fetch<unknown>(name, { batchSize, ...(groups.length === 0 ? {} : { ignoreGroups: [...groups] }) })
      )
      left = without(left, needs, jobs.length)
      for (const { data, groupId, id, retryCount } of jobs) {
        const { leaseMs, sent } = Schema.decodeUnknownSync(JobData)(data)
        const claim = { queue: name, attempt: retryCount }
        fetched.push({ id: TaskId.make(id), sent, group: groupId ?? "", leaseMs, claim })
      }
    }
    return fetched
  })

  return fetch
}
