/** What every queue of tasks promises. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { oneCore, type Resources } from "../../../src/domain/Resources.ts"
import type { Ending, News, TaskId, TaskQueueService, Wanted } from "../../../src/execute/cluster/TaskQueue.ts"
import type { TaskEvent, TaskOutcome } from "../../../src/execute/Task.ts"
import { askingOf } from "./tasks.ts"

const wanted: Wanted = { free: { cpus: 8, memory: 0, gpus: 0, tags: [] }, most: 8, without: [] }
const failed: TaskOutcome = { _tag: "Failed", failure: { tag: "E", message: "no" }, left: null, durationMs: 1 }
export const done: Ending = { _tag: "Done", outcome: failed, host: "w" }
const started: TaskEvent = { _tag: "Started", worker: 0, host: "w" }
const printed: TaskEvent = { _tag: "Printed", printed: { name: "stage", node: "stage#a", text: "a\u0000b" } }

const namesOf = (deliveries: ReadonlyArray<{ readonly sent: { readonly task: { readonly node: string } } }>) =>
  deliveries.map(({ sent }) => sent.task.node)

/** Waits for news of a task that has ended. */
export const endingOf = (queue: TaskQueueService, id: TaskId): Effect.Effect<Ending, unknown> =>
  Effect.flatMap(queue.news(new Map([[id, 0]])), ([news]) =>
    news?.ending === undefined ? Effect.andThen(queue.stirred(100), endingOf(queue, id)) : Effect.succeed(news.ending)
  )

export const contract = (
  what: string,
  made: Effect.Effect<Record<"asks" | "other" | "works", TaskQueueService>, unknown, Scope.Scope>
) => {
  const test = (name: string, use: (queues: Effect.Success<typeof made>) => Effect.Effect<void, unknown>) =>
    it.live(name, () => Effect.scoped(Effect.flatMap(made, use)))

  describe(`the queue of tasks: ${what}`, () => {
    test("gives what was sent as it was, in its order and once, also where it was sent twice", ({ asks, works }) =>
      Effect.gen(function* () {
        const [a, b] = [askingOf("a"), askingOf("b")]
        assert.strictEqual((yield* asks.send([a, b])).size, 0)
        assert.strictEqual((yield* asks.send([a])).size, 0)
        const fetched = yield* works.fetch({ ...wanted, most: 3 })
        assert.deepStrictEqual(
          fetched.map(({ sent }) => sent).sort((x, y) => (x.task.node < y.task.node ? -1 : 1)),
          [a.sent, b.sent]
        )
        assert.deepStrictEqual(yield* works.fetch(wanted), [])
        assert.strictEqual((yield* asks.send([a])).size, 0)
        assert.deepStrictEqual(yield* works.fetch(wanted), [])
      }))

    test("tells events in their order and the ending after them, to each who asks", ({ asks, works }) =>
      Effect.gen(function* () {
        const a = askingOf("a")
        yield* asks.send([a])
        const news = (after: number) => asks.news(new Map([[a.id, after]]))
        assert.deepStrictEqual(yield* news(0), [])
        const [held] = yield* works.fetch(wanted)
        if (held === undefined) return assert.fail("nothing was fetched")
        yield* works.tell([
          { id: a.id, event: started },
          { id: a.id, event: printed }
        ])
        const first: News = (yield* news(0))[0] ?? assert.fail("no news")
        assert.deepStrictEqual([first.events, first.ending], [[started, printed], undefined])
        assert.deepStrictEqual(yield* news(first.last), [])
        assert.deepStrictEqual([...(yield* works.end([{ held, ending: done }]))], [a.id])
        const last: News = (yield* news(first.last))[0] ?? assert.fail("no news")
        assert.deepStrictEqual([last.events, last.ending], [[], done])
        assert.deepStrictEqual([...(yield* asks.send([a, askingOf("b")]))], [[a.id, done]])
        // A second word of the same worker comes too late.
        assert.strictEqual((yield* works.end([{ held, ending: { _tag: "Lost", reason: "?" } }])).size, 0)
        assert.deepStrictEqual((yield* news(0))[0]?.ending, done)
      }))

    test("gives a worker what fits it, by cores, memory, gpus and tags", ({ asks, works }) =>
      Effect.gen(function* () {
        const needing = (name: string, needs: Partial<Resources>) => askingOf(name, { needs: { ...oneCore, ...needs } })
        const all = [
          needing("wide", { cpus: 4 }),
          needing("gpu", { gpus: 1 }),
          needing("memory", { memory: 2 ** 34 }),
          needing("tag", { tags: ["big"] }),
          askingOf("plain")
        ]
        yield* asks.send(all)
        const take = (free: Partial<Resources>) =>
          Effect.map(works.fetch({ ...wanted, free: { ...wanted.free, ...free } }), (found) => namesOf(found).sort())
        assert.deepStrictEqual(yield* take({ cpus: 1, tags: ["small"] }), ["stage#plain"])
        assert.deepStrictEqual(yield* take({ cpus: 2, gpus: 1 }), ["stage#gpu"])
        assert.deepStrictEqual(yield* take({ cpus: 8, memory: 2 ** 33 }), ["stage#wide"])
        assert.deepStrictEqual(yield* take({ cpus: 8, memory: 2 ** 35, tags: ["big", "new"] }), [
          "stage#memory",
          "stage#tag"
        ])
      }))

    test("takes back what is cancelled, and tells its worker", ({ asks, works }) =>
      Effect.gen(function* () {
        const [a, b] = [askingOf("a"), askingOf("b")]
        yield* asks.send([a, b])
        const held = yield* works.fetch({ ...wanted, most: 2 })
        assert.deepStrictEqual([...(yield* works.keep(held))].sort(), [a.id, b.id].sort())
        yield* asks.cancel([a.id])
        assert.deepStrictEqual([...(yield* works.keep(held))], [b.id])
        assert.deepStrictEqual((yield* asks.news(new Map([[a.id, 0]])))[0]?.ending, { _tag: "Cancelled" })
        const ended = yield* works.end(held.map((each) => ({ held: each, ending: done })))
        assert.deepStrictEqual([...ended], [b.id])
        // What was never claimed is not given any more.
        yield* asks.send([askingOf("c")])
        yield* asks.cancel([askingOf("c").id])
        assert.deepStrictEqual(yield* works.fetch(wanted), [])
      }))

    test("leaves what one gives up to the other who asks for it", ({ asks, other, works }) =>
      Effect.gen(function* () {
        const [a, b] = [askingOf("a"), askingOf("b")]
        yield* asks.send([a, b])
        yield* other.send([a])
        const held = yield* works.fetch({ ...wanted, most: 2 })
        yield* asks.cancel([a.id, b.id])
        assert.deepStrictEqual([...(yield* works.keep(held))], [a.id])
        yield* other.cancel([a.id])
        assert.deepStrictEqual([...(yield* works.keep(held))], [])
        assert.deepStrictEqual(yield* endingOf(other, a.id), { _tag: "Cancelled" })
      }))

    test("gives nothing of a group that a worker leaves, and back what it returns", ({ asks, works }) =>
      Effect.gen(function* () {
        const a = askingOf("a")
        yield* asks.send([a])
        assert.deepStrictEqual(yield* works.fetch({ ...wanted, without: [a.group] }), [])
        const [held] = yield* works.fetch({ ...wanted, without: ["another"] })
        if (held === undefined) return assert.fail("nothing was fetched")
        const returned: Ending = { _tag: "Returned", reason: "no", host: "w", isRefused: true }
        yield* works.end([{ held, ending: returned }])
        assert.deepStrictEqual(yield* endingOf(asks, a.id), returned)
      }))

    test("knows the workers that are there", ({ asks, works }) =>
      Effect.gen(function* () {
        const { free: has } = wanted
        const presence = { name: "w", jobs: 8, running: 1, has, versions: askingOf("a").sent.versions, seenMsAgo: 0 }
        yield* works.announce(presence)
        const found = yield* asks.workers
        assert.deepStrictEqual(
          found.map((each) => ({ ...each, seenMsAgo: 0 })),
          [presence]
        )
        yield* works.withdraw("w")
        assert.deepStrictEqual(yield* asks.workers, [])
      }))
  })
}
