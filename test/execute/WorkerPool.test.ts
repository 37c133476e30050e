import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import type { ProgressReport } from "../../src/declare/Progress.ts"
import { StageFailed, WorkerLost } from "../../src/execute/Failure.ts"
import { WorkerPool } from "../../src/execute/WorkerPool.ts"
import { artifact } from "../plan/declared.ts"

/** A worker that speaks the protocol and does what the task's config says; its results tell the thread by their size. */
const script = `
import { parentPort, threadId, workerData } from "node:worker_threads"
const { createHash } = await import("node:crypto")
let onInterrupt = () => {}
const send = (message) => parentPort.postMessage(message)
const succeed = (name) =>
  send({
    _tag: "Succeeded",
    hash: createHash("sha256").update(name).digest("hex"),
    size: threadId,
    inline: new TextEncoder().encode(name),
    parts: [],
    left: null
  })
const failed = (tag, message, detail) => send({ _tag: "Failed", failure: { tag, message, ...(detail ? { detail } : {}) }, left: null })
const acts = {
  succeed: ({ name }) => succeed(name),
  large: () => send({ _tag: "Succeeded", hash: "0".repeat(64), size: 1e6, inline: null, parts: [], left: null }),
  init: () => succeed(JSON.stringify(workerData)),
  fail: () => failed("Oops", "no luck", "at x"),
  report: () => {
    for (const current of [1, 2]) send({ _tag: "Report", current, total: current === 1 ? null : 9, unit: "epoch", metrics: { loss: 0.5 } })
    succeed("reported")
  },
  garbage: ({ name }) => {
    for (const message of [null, 1, "text", {}, { _tag: "Nope" }, { _tag: "Succeeded", hash: "short", size: 1, inline: null, parts: [] },
      { _tag: "Failed", failure: {} }, { _tag: "Report", current: "1" }]) send(message)
    setTimeout(() => succeed(name), 20)
  },
  wait: () => { onInterrupt = () => failed("Interrupted", "interrupted") },
  linger: ({ ms }) => { onInterrupt = () => setTimeout(() => failed("Interrupted", "interrupted"), ms) },
  spin: () => { for (;;); },
  crash: () => { setTimeout(() => { throw new Error("out of cheese") }) },
  exit: () => process.exit(9),
  unusable: () => send({ _tag: "Unusable", message: "no program" })
}
parentPort.on("message", (message) => {
  if (message._tag === "Run") acts[message.config.act](message.config)
  else if (message._tag === "Release") process.exit()
  else onInterrupt()
})
send({ _tag: "Ready" })
`

interface Task {
  readonly act: string
  readonly name?: string
  readonly ms?: number
}

/** A pool of such workers, and a way to run a task in it. */
const inPool = <A>(
  size: number,
  use: (
    run: (
      task: Task,
      started?: (worker: number) => void,
      report?: (report: ProgressReport) => void
    ) => ReturnType<WorkerPool["Service"]["run"]>
  ) => Effect.Effect<A, unknown>,
  source = script
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const dir = yield* Effect.acquireRelease(
        Effect.promise(() => mkdtemp(join(tmpdir(), "ablate-pool-"))),
        (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
      )
      const entry = join(dir, "worker.mjs")
      yield* Effect.promise(() => writeFile(entry, source))
      const layer = WorkerPool.layer({
        size,
        entry,
        init: { programUrl: "file:///p.mjs", programName: "p.ts", storeDir: "/s", variables: [] }
      })
      return yield* WorkerPool.use((pool) =>
        use((config, started = () => {}, report = () => {}) =>
          pool.run(
            { stage: "stage", node: "stage#0", module: "m.ts", export: "stage", config, inputs: [] },
            started,
            report
          )
        )
      ).pipe(Effect.provide(layer, { local: true }))
    })
  )

describe("the worker pool", () => {
  it.live("gives what the worker sends: small results with their bytes, large ones by hash", () =>
    inPool(1, (run) =>
      Effect.gen(function* () {
        const small = yield* run({ act: "succeed", name: "a" })
        assert.strictEqual(small.hash, artifact("a"))
        assert.strictEqual(new TextDecoder().decode(small.inline ?? new Uint8Array()), "a")
        const large = yield* run({ act: "large" })
        assert.deepStrictEqual([large.size, large.inline], [1e6, null])
        const { inline } = yield* run({ act: "init" })
        assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(inline ?? new Uint8Array())), {
          programUrl: "file:///p.mjs",
          programName: "p.ts",
          storeDir: "/s",
          variables: []
        })
      })
    )
  )

  it.live("gives failures as they were in the worker, and the thread goes on", () =>
    inPool(1, (run) =>
      Effect.gen(function* () {
        const { size: thread } = yield* run({ act: "succeed", name: "a" })
        const error = yield* Effect.flip(run({ act: "fail" }))
        assert.deepStrictEqual<unknown>(error, new StageFailed({ tag: "Oops", text: "no luck", detail: "at x" }))
        assert.strictEqual((yield* run({ act: "succeed", name: "a" })).size, thread)
      })
    )
  )

  it.live("passes reports on while the stage runs", () =>
    inPool(1, (run) =>
      Effect.gen(function* () {
        const reports: Array<ProgressReport> = []
        yield* run({ act: "report" }, undefined, (report) => reports.push(report))
        assert.deepStrictEqual(reports, [
          { current: 1, unit: "epoch", metrics: { loss: 0.5 } },
          { current: 2, total: 9, unit: "epoch", metrics: { loss: 0.5 } }
        ])
      })
    )
  )

  it.live("runs as many tasks at once as it has workers, each on a thread of its own, and starts none before", () =>
    inPool(3, (run) =>
      Effect.gen(function* () {
        const workers: Array<number> = []
        const names = ["a", "b", "c"]
        const results = yield* Effect.forEach(names, (name) => run({ act: "succeed", name }, (n) => workers.push(n)), {
          concurrency: 3
        })
        assert.deepStrictEqual(
          results.map((result) => result.hash),
          names.map(artifact)
        )
        assert.deepStrictEqual(workers, [0, 1, 2])
        assert.strictEqual(new Set(results.map((result) => result.size)).size, 3)
        // One after another they all go to the first.
        yield* Effect.forEach(names, (name) => run({ act: "succeed", name }, (n) => workers.push(n)))
        assert.deepStrictEqual(workers.slice(3), [0, 0, 0])
      })
    )
  )

  it.live("ignores messages that are none of the protocol's", () =>
    inPool(1, (run) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* run({ act: "garbage", name: "a" })).hash, artifact("a"))
        assert.strictEqual((yield* run({ act: "succeed", name: "b" })).hash, artifact("b"))
      })
    )
  )
})

describe("interruption of a task", () => {
  it.live("keeps the thread where the stage yields", () =>
    inPool(1, (run) =>
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
    inPool(1, (run) =>
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
    inPool(1, (run) =>
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
      const spinning = yield* inPool(2, (run) =>
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

describe("a worker that is lost", () => {
  for (const [act, reason] of [
    ["crash", "out of cheese"],
    ["exit", "exit code 9"],
    ["unusable", "no program"]
  ] as const)
    it.live(`${act}: the task fails with the reason, and the very next one runs on a new thread`, () =>
      inPool(1, (run) =>
        Effect.gen(function* () {
          const { size: thread } = yield* run({ act: "succeed", name: "a" })
          for (let n = 0; n < 3; n++) {
            const error = yield* Effect.flip(run({ act }))
            assert.instanceOf(error, WorkerLost)
            assert.include(error.message, reason)
            const next = yield* run({ act: "succeed", name: "b" })
            assert.strictEqual(next.hash, artifact("b"))
            assert.notStrictEqual(next.size, thread)
          }
        })
      )
    )

  it.live("takes no other task with it", () =>
    inPool(2, (run) =>
      Effect.gen(function* () {
        const other = yield* Effect.forkChild(run({ act: "garbage", name: "a" }))
        const error = yield* Effect.flip(run({ act: "crash" }))
        assert.instanceOf(error, WorkerLost)
        assert.strictEqual((yield* Fiber.join(other)).hash, artifact("a"))
      })
    )
  )

  it.live("a program that cannot be loaded is told with its message", () =>
    inPool(
      1,
      (run) =>
        Effect.gen(function* () {
          for (let n = 0; n < 2; n++) {
            const exit = yield* Effect.exit(run({ act: "succeed" }))
            assert.isTrue(Exit.isFailure(exit))
            assert.include(String(Exit.isFailure(exit) ? exit.cause : ""), "no such export")
          }
        }),
      `throw new Error("no such export")`
    )
  )
})
