/** The queue on pg-boss, over a PostgreSQL of the test's own. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Schedule } from "effect"
import { afterAll, beforeAll } from "vitest"
import * as BossQueue from "../../../../src/execute/cluster/boss/BossQueue.ts"
import { TaskQueue } from "../../../../src/execute/cluster/TaskQueue.ts"
import { type Server, start } from "../../../store/postgres.ts"
import { contract, done, endingOf } from "../contract.ts"
import { askingOf } from "../tasks.ts"

let server: Server
beforeAll(async () => {
  server = await start()
})
afterAll(() => server.stop())

let schemas = 0
const made = Effect.gen(function* () {
  const url = `${server.url()}?schema=q${schemas++}&blobs=/nowhere`
  const on = (side: BossQueue.Side) =>
    Effect.map(Layer.build(Layer.fresh(BossQueue.layer(url, side))), (context) => Context.get(context, TaskQueue))
  // Both at a time: either may be the first there.
  const [asks, other, works] = yield* Effect.all([on("asks"), on("asks"), on("works")], { concurrency: 3 })
  return { asks, other, works }
})

contract("pg-boss", made)

describe("a lease on pg-boss", () => {
  it.live("that is not kept runs out: the task is lost, and its worker's word counts no more", () =>
    Effect.gen(function* () {
      const { asks, works } = yield* made
      const [a, b] = [askingOf("a", { leaseMs: 1000 }), askingOf("b", { leaseMs: 3000 })]
      yield* asks.send([a, b])
      const held = yield* works.fetch({ free: { cpus: 2, memory: 0, gpus: 0, tags: [] }, most: 2, without: [] })
      const kept = held.filter(({ id }) => id === b.id)
      yield* Effect.forkChild(Effect.forever(Effect.andThen(works.keep(kept), Effect.sleep(300))))
      assert.strictEqual((yield* endingOf(asks, a.id))._tag, "Lost")
      assert.deepStrictEqual([...(yield* works.keep(held))], [b.id])
      assert.deepStrictEqual([...(yield* works.end(held.map((each) => ({ held: each, ending: done }))))], [b.id])
      assert.strictEqual((yield* endingOf(asks, a.id))._tag, "Lost")
      assert.deepStrictEqual(yield* endingOf(asks, b.id), done)
    }).pipe(Effect.scoped)
  )
})

describe("a notice on pg-boss", () => {
  it.live("tells workers that something was cancelled, once, and not where something was sent", () =>
    Effect.gen(function* () {
      const { asks, works } = yield* made
      const heard = Effect.repeat(works.mayHaveCancelled, { until: (may) => may, schedule: Schedule.spaced(10) })
      // What was missed before it listened.
      yield* heard
      const a = askingOf("a")
      yield* asks.send([a])
      yield* works.stirred(60_000)
      assert.isFalse(yield* works.mayHaveCancelled)
      yield* asks.cancel([a.id])
      yield* heard
      assert.isFalse(yield* works.mayHaveCancelled)
    }).pipe(Effect.scoped)
  )
})
