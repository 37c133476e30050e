import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Worker } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer } from "effect"
import { Key, RunId } from "../../src/domain/Hash.ts"
import { oneCore } from "../../src/domain/Resources.ts"
import type { FailureInfo } from "../../src/domain/RunEvent.ts"
import { Executor, WorkerLost } from "../../src/execute/Executor.ts"
import { Notices } from "../../src/execute/Notices.ts"
import type { Task, TaskEvent, TaskOutcome } from "../../src/execute/Task.ts"
import * as Threads from "../../src/execute/ThreadExecutor.ts"
import { artifact } from "../plan/declared.ts"

/** A worker that speaks the protocol and does what the task's config says; its results tell the thread by their size. */
const script = `
import { parentPort, threadId, workerData } from "node:worker_threads"
const { createHash } = await import("node:crypto")
let onInterrupt = () => {}
const send = (message) => parentPort.postMessage(message)
const end = (outcome) => send({ _tag: "Ended", outcome: { parts: [], left: null, durationMs: 1, ...outcome } })
const tell = (event) => send({ _tag: "Happened", event })
const succeed = (name) =>
  end({
    _tag: "Succeeded",
    hash: createHash("sha256").update(name).digest("hex"),
    size: threadId,
    inline: new TextEncoder().encode(name)
  })
const failed = (tag, message, detail) => end({ _tag: "Failed", failure: { tag, message, ...(detail ? { detail } : {}) } })
const acts = {
  succeed: ({ name }) => succeed(name),
  large: () => end({ _tag: "Succeeded", hash: "0".repeat(64), size: 1e6, inline: null, parts: [] }),
  init: () => succeed(JSON.stringify(workerData)),
  fail: () => failed("Oops", "no luck", "at x"),
  report: () => {
    for (const current of [1, 2]) tell({ _tag: "Progress", current, total: current === 1 ? null : 9, unit: "epoch", metrics: { loss: 0.5 } })
    tell({ _tag: "Printed", printed: { name: "stage", node: "stage#0", text: "a line" } })
    succeed("reported")
    tell({ _tag: "Printed", printed: { name: "stage", node: "stage#0", text: "too late" } })
  },
  garbage: ({ name }) => {
    for (const message of [null, 1, "text", {}, { _tag: "Nope" }, { _tag: "Ended", outcome: { _tag: "Succeeded", hash: "short", size: 1, inline: null, parts: [] } },
      { _tag: "Ended", outcome: { _tag: "Failed", failure: {} } }, { _tag: "Happened", event: { _tag: "Progress", current: "1" } }]) send(message)
    setTimeout(() => succeed(name), 20)
  },
  leaves: ({ name }) => end({ _tag: "Succeeded", hash: createHash("sha256").update(name).digest("hex"), size: threadId, inline: null, parts: [], left: "a timer" }),
  wait: () => { onInterrupt = () => failed("Interrupted", "interrupted") },
  linger: ({ ms }) => { onInterrupt = () => setTimeout(() => failed("Interrupted", "interrupted"), ms) },
  spin: () => { for (;;); },
  crash: () => { setTimeout(() => { throw new Error("out of cheese") }) },
  textless: () => { setTimeout(() => { throw Object.assign(Object.create(null), { why: "no text" }) }) },
  exit: () => process.exit(9)
}
parentPort.on("message", (message) => {
  if (message._tag === "Run") acts[message.task.config.act](message.task.config)
  else if (message._tag === "Release") process.exit()
  else onInterrupt()
})
send({ _tag: "Ready" })
`

interface Act {
  readonly act: string
  readonly name?: string
  readonly ms?: number
}

type Succeeded = TaskOutcome & { readonly _tag: "Succeeded" }

interface Setting {
  readonly started?: (worker: number) => void
  readonly tell?: (event: TaskEvent) => void
  /** The program's hash. */
  readonly program?: string
  /** The stage's time. */
  readonly limitMs?: number
}

interface Pool {
  /** Runs a task; gives what succeeded, and fails with what did not. */
  readonly run: (act: Act, setting?: Setting) => Effect.Effect<Succeeded, FailureInfo | WorkerLost>
  readonly release: Effect.Effect<void>
  readonly notices: Notices["Service"]
  readonly printed: ReadonlyArray<string>
}

const taskOf = (config: Act, { limitMs, program = "p" }: Setting): Task => ({
  program: { hash: program, name: "p.ts", variables: [] },
  stage: { name: "stage", module: "m.ts", export: "stage", kind: "json", variables: [] },
  node: "stage#0",
  config: { ...config },
  inputs: [],
  run: RunId.make("r"),
  key: Key.make("0".repeat(64)),
  record: "{}",
  isForced: false,
  needs: oneCore,
  numerics: null,
  time: limitMs === undefined ? null : { limitMs, spentMs: 0 }
})

/** Threads of such workers. */
const inPool = <A>(size: number, use: (pool: Pool) => Effect.Effect<A, unknown>, source = script) =>
  Effect.scoped(
    Effect.gen(function* () {
      const dir = yield* Effect.acquireRelease(
        Effect.promise(() => mkdtemp(join(tmpdir(), "ablate-pool-"))),
        (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
      )
      const entry = join(dir, "worker.mjs")
      yield* Effect.promise(() => writeFile(entry, source))
      const printed: Array<string> = []
      const layer = Threads.layer({ size, entry, place: { storeDir: "/s" } }).pipe(
        Layer.provideMerge(Notices.layer((lines) => printed.push(lines)))
      )
      return yield* Effect.gen(function* () {
        const executor = yield* Executor
        assert.strictEqual(executor.capacity, size)
        return yield* use({
          run: (act, setting = {}) =>
            executor
              .run(taskOf(act, setting), (event) => {
                if (event._tag === "Started") setting.started?.(event.worker)
                else setting.tell?.(event)
              })
              .pipe(
                Effect.flatMap((outcome) =>
                  outcome._tag === "Failed"
                    ? Effect.fail(outcome.failure)
                    : outcome._tag === "Succeeded"
                      ? Effect.succeed(outcome)
                      : Effect.die(new Error("a thread stores nothing"))
                )
              ),
          release: executor.release,
          notices: yield* Notices,
          printed
        })
      }).pipe(Effect.provide(layer, { local: true }))
    })
  )

describe("worker threads", () => {
  it.live("gives what the worker sends: small results with their bytes, large ones by hash", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        const small = yield* run({ act: "succeed", name: "a" })
        assert.strictEqual(small.hash, artifact("a"))
        assert.strictEqual(new TextDecoder().decode(small.inline ?? new Uint8Array()), "a")
        const large = yield* run({ act: "large" })
        assert.deepStrictEqual([large.size, large.inline], [1e6, null])
        const { inline } = yield* run({ act: "init" })
        assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(inline ?? new Uint8Array())), {
          programUrl: "file:///s/programs/p.mjs",
          programName: "p.ts",
          place: { storeDir: "/s" },
          variables: []
        })
      })
    )
  )

  it.live("gives failures as they were in the worker, and the thread goes on", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        const { size: thread } = yield* run({ act: "succeed", name: "a" })
        const error = yield* Effect.flip(run({ act: "fail" }))
        assert.deepStrictEqual<unknown>(error, { tag: "Oops", message: "no luck", detail: "at x" })
        assert.strictEqual((yield* run({ act: "succeed", name: "a" })).size, thread)
      })
    )
  )

  it.live("tells what happens while the stage runs; what is printed later has no task and is not lost", () =>
    inPool(1, ({ printed, run }) =>
      Effect.gen(function* () {
        const events: Array<TaskEvent> = []
        yield* run({ act: "report" }, { tell: (event) => events.push(event) })
        assert.deepStrictEqual(events, [
          { _tag: "Progress", current: 1, total: null, unit: "epoch", metrics: { loss: 0.5 } },
          { _tag: "Progress", current: 2, total: 9, unit: "epoch", metrics: { loss: 0.5 } },
          { _tag: "Printed", printed: { name: "stage", node: "stage#0", text: "a line" } }
        ])
        while (printed.length === 0) yield* Effect.sleep(5)
        assert.deepStrictEqual(printed, ["stage: too late\n"])
      })
    )
  )

  it.live("runs as many tasks at once as it has workers, each on a thread of its own, and starts none before", () =>
    inPool(3, ({ run }) =>
      Effect.gen(function* () {
        const workers: Array<number> = []
        const names = ["a", "b", "c"]
        const results = yield* Effect.forEach(
          names,
          (name) => run({ act: "succeed", name }, { started: (n) => workers.push(n) }),
          {
            concurrency: 3
          }
        )
        assert.deepStrictEqual(
          results.map((result) => result.hash),
          names.map(artifact)
        )
        assert.deepStrictEqual(workers, [0, 1, 2])
        assert.strictEqual(new Set(results.map((result) => result.size)).size, 3)
        // One after another they all go to the first.
        yield* Effect.forEach(names, (name) => run({ act: "succeed", name }, { started: (n) => workers.push(n) }))
        assert.deepStrictEqual(workers.slice(3), [0, 0, 0])
      })
    )
  )

  it.live("refuses more tasks at a time than it has threads", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        const both = yield* Effect.exit(
          Effect.all([run({ act: "garbage", name: "a" }), run({ act: "succeed", name: "b" })], { concurrency: 2 })
        )
        assert.isTrue(Exit.isFailure(both) && Cause.hasDies(both.cause))
      })
    )
  )

  it.live(
    "a task of another program, and one after a release, get a new thread; a retired thread gets no other task",
    () =>
      inPool(1, ({ release, run }) =>
        Effect.gen(function* () {
          const { size: first } = yield* run({ act: "succeed", name: "a" })
          const { size: other } = yield* run({ act: "succeed", name: "a" }, { program: "q" })
          assert.notStrictEqual(other, first)
          assert.strictEqual((yield* run({ act: "succeed", name: "a" }, { program: "q" })).size, other)
          const retired = yield* run({ act: "leaves", name: "a" }, { program: "q" })
          assert.deepStrictEqual([retired.size, retired.left], [other, "a timer"])
          const { size: next } = yield* run({ act: "succeed", name: "a" }, { program: "q" })
          assert.notStrictEqual(next, other)
          yield* release
          assert.notStrictEqual((yield* run({ act: "succeed", name: "a" }, { program: "q" })).size, next)
        })
      )
  )

  it.live("ends a stage that overruns its time without yielding, with its thread", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        const { size: thread } = yield* run({ act: "succeed", name: "a" })
        const error = yield* Effect.flip(run({ act: "spin" }, { limitMs: 50 }))
        assert.strictEqual("tag" in error ? error.tag : "", "StageTimeout")
        assert.include(error.message, "50ms")
        assert.notStrictEqual((yield* run({ act: "succeed", name: "b" })).size, thread)
      })
    )
  )

  it.live("ignores messages that are none of the protocol's", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* run({ act: "garbage", name: "a" })).hash, artifact("a"))
        assert.strictEqual((yield* run({ act: "succeed", name: "b" })).hash, artifact("b"))
      })
    )
  )
})

describe("interruption of a task", () => {
  it.live("keeps the thread where the stage yields", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        const { size: thread } = yield* run({ act: "succeed", name: "a" })
        const fiber = yield* Effect.forkChild(run({ act: "wait" }))
        yield* Effect.sleep(50)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual((yield* run({ act: "succeed", name: "b" })).size, thread)
      })
    )
  )

  it.live("waits for the stage to clean up, so that its end is not taken for that of the next task", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        yield* run({ act: "succeed", name: "a" })
        const fiber = yield* Effect.forkChild(run({ act: "linger", ms: 150 }))
        yield* Effect.sleep(50)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual((yield* run({ act: "garbage", name: "b" })).hash, artifact("b"))
      })
    )
  )

  it.live("ends the thread of a stage that never yields, and the next task gets a new one", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        const { size: thread } = yield* run({ act: "succeed", name: "a" })
        const fiber = yield* Effect.forkChild(run({ act: "spin" }))
        yield* Effect.sleep(50)
        yield* Fiber.interrupt(fiber)
        const next = yield* run({ act: "succeed", name: "b" })
        assert.strictEqual(next.hash, artifact("b"))
        assert.notStrictEqual(next.size, thread)
      })
    )
  )

  it.live("closing the pool ends its threads, even one that spins", () =>
    Effect.gen(function* () {
      const spinning = yield* inPool(2, ({ run }) =>
        Effect.gen(function* () {
          yield* run({ act: "succeed", name: "a" })
          const fiber = yield* Effect.forkDetach(Effect.exit(run({ act: "spin" })))
          yield* Effect.sleep(50)
          return fiber
        })
      )
      // It would spin for ever: that its thread was ended is how it comes to an end.
      assert.isTrue(Exit.isFailure(yield* Fiber.join(spinning)))
    })
  )
})

describe("a worker that ends", () => {
  const nextAfter = (pool: Pool, ends: Effect.Effect<FailureInfo | WorkerLost, unknown>) =>
    Effect.gen(function* () {
      const { size: thread } = yield* pool.run({ act: "succeed", name: "a" })
      const error = yield* ends
      const next = yield* pool.run({ act: "succeed", name: "b" })
      assert.strictEqual(next.hash, artifact("b"))
      assert.notStrictEqual(next.size, thread)
      return error
    })

  it.live("by what is thrown on it: its task fails with the reason, and the very next one runs on a new thread", () =>
    inPool(1, (pool) =>
      Effect.gen(function* () {
        for (let n = 0; n < 3; n++) {
          const error = yield* nextAfter(pool, Effect.flip(pool.run({ act: "crash" })))
          assert.strictEqual("tag" in error ? error.tag : "", "WorkerEnded")
          assert.include(error.message, "out of cheese")
        }
      })
    )
  )

  it.live("by what has no text of its own: its task fails all the same", () =>
    inPool(1, ({ run }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(run({ act: "textless" }))
        assert.strictEqual("tag" in error ? error.tag : "", "WorkerEnded")
        assert.include(error.message, "no text")
      })
    )
  )

  it.live("by itself without a reason, or from outside: it is lost, which says nothing about the task", () =>
    inPool(1, (pool) =>
      Effect.gen(function* () {
        const exited = yield* nextAfter(pool, Effect.flip(pool.run({ act: "exit" })))
        assert.instanceOf(exited, WorkerLost)
        assert.include(exited.message, "exit code 9")
        let started: Worker | undefined
        const note = (worker: Worker) => {
          started = worker
        }
        process.on("worker", note)
        yield* pool.release
        yield* pool.run({ act: "succeed", name: "a" })
        process.off("worker", note)
        const killed = yield* nextAfter(
          pool,
          Effect.gen(function* () {
            const fiber = yield* Effect.forkChild(Effect.flip(pool.run({ act: "wait" })))
            yield* Effect.sleep(20)
            void started?.terminate()
            return yield* Fiber.join(fiber)
          })
        )
        assert.instanceOf(killed, WorkerLost)
      })
    )
  )

  it.live("takes no other task with it", () =>
    inPool(2, ({ run }) =>
      Effect.gen(function* () {
        const other = yield* Effect.forkChild(run({ act: "garbage", name: "a" }))
        const error = yield* Effect.flip(run({ act: "crash" }))
        assert.strictEqual("tag" in error ? error.tag : "", "WorkerEnded")
        assert.strictEqual((yield* Fiber.join(other)).hash, artifact("a"))
      })
    )
  )

  it.live("because its program cannot be loaded: the task fails with the message", () =>
    inPool(
      1,
      ({ run }) =>
        Effect.gen(function* () {
          for (let n = 0; n < 2; n++) {
            const error = yield* Effect.flip(run({ act: "succeed" }))
            assert.strictEqual("tag" in error ? error.tag : "", "WorkerUnusable")
            assert.include(error.message, "no such export")
          }
        }),
      `throw new Error("no such export")`
    )
  )
})
