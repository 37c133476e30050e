/** Runs and workers together, over a queue in memory and a store in memory: what is computed how often, and who is told what. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Queue, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { RunId } from "../../../src/domain/Hash.ts"
import { oneCore } from "../../../src/domain/Resources.ts"
import type { Request } from "../../../src/execute/Control.ts"
import * as ClusterExecutor from "../../../src/execute/cluster/ClusterExecutor.ts"
import * as ClusterWorker from "../../../src/execute/cluster/ClusterWorker.ts"
import { TaskQueue, type TaskQueueService } from "../../../src/execute/cluster/TaskQueue.ts"
import { Executor, type ExecutorService } from "../../../src/execute/Executor.ts"
import { Notices } from "../../../src/execute/Notices.ts"
import type { Task, TaskEvent, TaskOutcome } from "../../../src/execute/Task.ts"
import { Memory, StoreError, StoreReason, TraceStore } from "../../../src/store/index.ts"
import { inlineArtifact, keyOf } from "../../store/rig.ts"
import * as MemoryQueue from "./MemoryQueue.ts"
import { taskOf, versions } from "./tasks.ts"

const secondRun = RunId.make("20260101-000000-run2")

const resultOf = (task: Task): TaskOutcome => {
  const { hash, inline, size } = inlineArtifact(task.node)
  return { _tag: "Succeeded", hash, size, inline: inline ?? null, parts: [], left: null, durationMs: 5 }
}

/** One queue and one store, and who works on them. */
const makeLab = Effect.gen(function* () {
  const memory = MemoryQueue.make()
  const shared = Layer.mergeAll(Layer.succeed(TaskQueue, memory.queue), Memory.layer())
  const context = yield* Layer.build(shared)
  const computed: Array<string> = []

  /** A run's side. */
  const asking = Effect.gen(function* () {
    const notices = yield* Effect.provide(
      Notices,
      Notices.layer(() => {})
    )
    const layer = ClusterExecutor.layer({
      start: "ablate worker",
      versions,
      leaseMs: 15_000,
      window: 8,
      program: "portable"
    })
    const executor = yield* Effect.provideService(
      Effect.flatMap(Layer.build(Layer.fresh(layer)), (built) => Effect.provide(Executor, built)),
      Notices,
      notices
    ).pipe(Effect.provide(context))
    return { ...executor, notices }
  })

  /** A worker that computes by `run`; it is there when this completes. */
  const working = Effect.fnUntraced(function* (
    name: string,
    given: {
      readonly run?: ExecutorService["run"]
      readonly node?: string
      readonly jobs?: number
      /** What of the queue is otherwise for it. */
      readonly queue?: Partial<TaskQueueService>
    } = {}
  ) {
    const requests = yield* Queue.unbounded<Request>()
    const ready = yield* Deferred.make<void>()
    const { jobs = 1, node = versions.node } = given
    const service: ExecutorService = {
      capacity: jobs,
      release: Effect.void,
      run: (task, tell) =>
        Effect.suspend(() => {
          computed.push(`${name} ${task.node}`)
          tell({ _tag: "Started", worker: 0 })
          return given.run === undefined ? Effect.succeed(resultOf(task)) : given.run(task, tell)
        })
    }
    const events: Array<ClusterWorker.WorkerEvent> = []
    const fiber = yield* ClusterWorker.run({
      name,
      versions: { ...versions, node },
      has: { cpus: jobs, memory: 0, gpus: 0, tags: [] },
      localise: Effect.succeed,
      idleExitMs: undefined,
      tell: (event) => events.push(event),
      ready: () => Deferred.doneUnsafe(ready, Effect.void),
      requests
    }).pipe(
      Effect.provideService(Executor, service),
      Effect.provideService(TaskQueue, { ...memory.queue, ...given.queue }),
      Effect.provide(Notices.layer(() => {})),
      Effect.provide(context),
      Effect.scoped,
      Effect.forkScoped
    )
    yield* Deferred.await(ready)
    const stop = (atOnce: boolean) => Queue.offer(requests, { _tag: "Stop", atOnce })
    return { fiber, stop, events }
  })
  const durations = Effect.provide(
    Effect.flatMap(TraceStore, ({ durations }) => durations),
    context
  )
  const lookup = (name: string) =>
    Effect.provide(
      Effect.flatMap(TraceStore, ({ lookup }) => lookup([keyOf(name)])),
      context
    )
  return { memory, asking, working, computed, durations, lookup }
})

const test = (
  name: string,
  use: (lab: Effect.Success<typeof makeLab>) => Effect.Effect<unknown, unknown, Scope.Scope>
) => it.live(name, () => Effect.scoped(Effect.flatMap(makeLab, use)))

const silent = () => {}
const names = (computed: ReadonlyArray<string>) => computed.map((each) => each.split(" ")[1]).sort()

describe("runs and workers", () => {
  it.effect("after 30 seconds a run is told what no worker has, and no sooner", () =>
    Effect.gen(function* () {
      const lab = yield* makeLab
      const run = yield* lab.asking
      const has = { cpus: 2, memory: 8e9, gpus: 0, tags: [] }
      yield* lab.memory.queue.announce({ name: "ann", jobs: 2, running: 0, has, versions, seenMsAgo: 0 })
      const told: Array<string> = []
      yield* run.notices.staff((text) => told.push(text))
      yield* Effect.forkScoped(run.run(taskOf("a", { needs: { ...oneCore, gpus: 1 } }), silent))
      for (let second = 0; second < 29; second++) yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(told, ["1 worker, 2 places"])
      for (let second = 0; second < 3; second++) yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(told.slice(1), [
        "1 worker, 2 places; 1 task of stage waits: no worker has 1 gpu (the most has 0)"
      ])
    }).pipe(Effect.scoped)
  )

  test("each task is computed once, stored by its worker, and told with the worker's name", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      yield* lab.working("ann")
      yield* lab.working("bob")
      const told: Array<TaskEvent> = []
      const tasks = ["a", "b", "c", "d", "e"].map((name) => taskOf(name))
      const outcomes = yield* Effect.forEach(tasks, (task) => run.run(task, (event) => told.push(event)), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        names(lab.computed),
        tasks.map(({ node }) => node)
      )
      for (const [at, outcome] of outcomes.entries()) {
        if (outcome._tag !== "Stored") return assert.fail(outcome._tag)
        const { node, run: own } = tasks[at] as Task
        assert.deepStrictEqual([outcome.run, outcome.hash], [own, inlineArtifact(node).hash])
      }
      const hosts = told.flatMap((event) => (event._tag === "Started" ? (event.host ?? "") : []))
      assert.strictEqual(hosts.length, 5)
      for (const host of hosts) assert.include(["ann", "bob"], host)
      assert.strictEqual((yield* lab.durations).get("stage")?.n, 5)
    }))

  test("what two runs ask for at a time is computed for one of them, and both are told which", (lab) =>
    Effect.gen(function* () {
      const [one, two] = [yield* lab.asking, yield* lab.asking]
      const ready = yield* Deferred.make<void>()
      yield* lab.working("ann", { run: (task) => Effect.as(Deferred.await(ready), resultOf(task)) })
      const task = taskOf("a")
      const first = yield* Effect.forkChild(one.run(task, silent))
      yield* lab.memory.claimed(1)
      const second = yield* Effect.forkChild(two.run({ ...task, run: secondRun }, silent))
      yield* Deferred.succeed(ready, undefined)
      const both = [yield* Fiber.join(first), yield* Fiber.join(second)]
      assert.deepStrictEqual(
        both.map((outcome) => (outcome._tag === "Stored" ? outcome.run : outcome._tag)),
        [task.run, task.run]
      )
      assert.deepStrictEqual(lab.computed, ["ann stage#a"])
    }))

  for (const tag of ["ProgramMissing", "NumericsDiffer"])
    test(`a task goes to another worker where one is told ${tag}, and is no failure`, (lab) =>
      Effect.gen(function* () {
        const run = yield* lab.asking
        const tried = yield* Deferred.make<void>()
        const failed: TaskOutcome = { _tag: "Failed", failure: { tag, message: "not here" }, left: null, durationMs: 1 }
        yield* lab.working("ann", { run: () => Effect.as(Deferred.succeed(tried, undefined), failed) })
        const asked = yield* Effect.forkChild(run.run(taskOf("a"), silent))
        yield* Deferred.await(tried)
        yield* lab.working("bob")
        assert.strictEqual((yield* Fiber.join(asked))._tag, "Stored")
        assert.deepStrictEqual(lab.computed, ["ann stage#a", "bob stage#a"])
      }))

  test("where one of two runs is interrupted, the other has its tasks computed all the same", (lab) =>
    Effect.gen(function* () {
      const [one, two] = [yield* lab.asking, yield* lab.asking]
      const ready = yield* Deferred.make<void>()
      yield* lab.working("ann", { run: (task) => Effect.as(Deferred.await(ready), resultOf(task)) })
      const task = taskOf("a")
      const first = yield* Effect.forkChild(one.run(task, silent))
      yield* lab.memory.claimed(1)
      const second = yield* Effect.forkChild(two.run({ ...task, run: secondRun }, silent), { startImmediately: true })
      yield* Fiber.interrupt(first)
      yield* one.release
      yield* Deferred.succeed(ready, undefined)
      assert.strictEqual((yield* Fiber.join(second))._tag, "Stored")
      assert.strictEqual((yield* lab.durations).get("stage")?.n, 1)
    }))

  test("an interruption takes back what waits and ends what runs", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      let cleaned = 0
      const ann = yield* lab.working("ann", {
        run: () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => cleaned++))
      })
      const fibers = yield* Effect.forEach(["a", "b", "c"], (name) => Effect.forkChild(run.run(taskOf(name), silent)))
      yield* lab.memory.claimed(1)
      yield* Effect.forEach(fibers, (fiber) => Fiber.interrupt(fiber))
      yield* run.release
      assert.deepStrictEqual(
        [...lab.memory.rows.values()].map(({ ending }) => ending?._tag),
        ["Cancelled", "Cancelled", "Cancelled"]
      )
      yield* ann.stop(false)
      yield* Fiber.join(ann.fiber)
      assert.strictEqual(cleaned, 1)
      assert.strictEqual(lab.computed.length, 1)
    }))

  test("a task whose lease ran out is lost with the worker's name; one that ends late doubles nothing", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      const late = yield* Deferred.make<void>()
      const ended = yield* Deferred.make<void>()
      yield* lab.working("ann", {
        // It does not hear that it is to end, as a process that was stopped.
        run: (task) =>
          Effect.uninterruptible(Effect.as(Deferred.await(late), resultOf(task))).pipe(
            Effect.ensuring(Deferred.succeed(ended, undefined))
          )
      })
      const task = taskOf("a")
      const first = yield* Effect.forkChild(Effect.flip(run.run(task, silent)))
      yield* lab.memory.claimed(1)
      yield* Effect.yieldNow
      for (const id of lab.memory.rows.keys()) lab.memory.expire(id)
      assert.match((yield* Fiber.join(first)).message, /not heard of any more/)
      yield* lab.working("bob")
      assert.strictEqual((yield* run.run(task, silent))._tag, "Stored")
      yield* Deferred.succeed(late, undefined)
      yield* Deferred.await(ended)
      assert.deepStrictEqual(lab.computed, ["ann stage#a", "bob stage#a"])
      assert.strictEqual((yield* lab.durations).get("stage")?.n, 1)
    }))

  test("a worker of another version takes nothing: it is told why, and the task waits for one that can", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      const old = yield* lab.working("old", { node: "v22.1.0" })
      const fiber = yield* Effect.forkChild(run.run(taskOf("a"), silent))
      while (!old.events.some(({ _tag }) => _tag === "Ended")) yield* lab.memory.queue.stirred(20)
      yield* lab.working("new")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Stored")
      assert.deepStrictEqual(lab.computed, ["new stage#a"])
      assert.deepStrictEqual(run.notices.texts(), [
        "old takes nothing of p.ts: it has Ablate 1.0.0 and Node v22.1.0, the run Ablate 1.0.0 and Node v24.0.0"
      ])
    }))

  test("a worker that is asked to stop lets its tasks end; asked twice it gives them back", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      const ready = yield* Deferred.make<void>()
      const gentle = yield* lab.working("gentle", { run: (task) => Effect.as(Deferred.await(ready), resultOf(task)) })
      const first = yield* Effect.forkChild(run.run(taskOf("a"), silent))
      yield* lab.memory.claimed(1)
      yield* gentle.stop(false)
      const hasty = yield* lab.working("hasty", { run: () => Effect.never })
      const second = yield* Effect.forkChild(run.run(taskOf("b"), silent))
      yield* lab.memory.claimed(2)
      yield* hasty.stop(false)
      yield* hasty.stop(true)
      yield* Fiber.join(hasty.fiber)
      yield* Deferred.succeed(ready, undefined)
      yield* Fiber.join(gentle.fiber)
      assert.strictEqual((yield* Fiber.join(first))._tag, "Stored")
      yield* lab.working("other")
      assert.strictEqual((yield* Fiber.join(second))._tag, "Stored")
      assert.deepStrictEqual(lab.computed, ["gentle stage#a", "hasty stage#b", "other stage#b"])
    }))

  test("a failure is the stage's own; a forced task is computed although its result is known", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      const failure = { tag: "E", message: "no" }
      yield* lab.working("ann", {
        run: ({ node }) =>
          node === "stage#bad"
            ? Effect.succeed({ _tag: "Failed", failure, left: null, durationMs: 1 })
            : Effect.succeed(resultOf(taskOf("a", { node })))
      })
      assert.deepInclude(yield* run.run(taskOf("bad"), silent), { _tag: "Failed", failure })
      yield* run.run(taskOf("a"), silent)
      yield* run.run(taskOf("a", { isForced: true }), silent)
      assert.deepStrictEqual(names(lab.computed), ["stage#a", "stage#a", "stage#bad"])
      assert.isTrue((yield* lab.lookup("a")).has(keyOf("a")))
    }))

  test("a task that is too large for the queue fails, and names the limit", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      const outcome = yield* run.run(taskOf("a", { record: "x".repeat(2 ** 24 + 1) }), silent)
      if (outcome._tag !== "Failed") return assert.fail(outcome._tag)
      assert.match(outcome.failure.message, /17 MB as text.*at most 16 MB/)
      assert.strictEqual(lab.memory.rows.size, 0)
    }))

  test("that cannot write what it made leaves its tasks to others: lost there, and told once a task", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      const message = "The store postgres://db has no space left (ENOSPC)"
      const full = yield* lab.working("full", {
        run: () =>
          Effect.succeed({ _tag: "Failed", failure: { tag: "StoreError", message }, left: null, durationMs: 1 })
      })
      const lost = yield* Effect.flip(run.run(taskOf("a"), silent))
      assert.strictEqual(lost._tag, "WorkerLost")
      assert.include(lost.message, `on full: ${message}`)
      // It rests, so what comes now is another's.
      const again = yield* Effect.forkChild(run.run(taskOf("a"), silent))
      yield* lab.working("roomy")
      assert.strictEqual((yield* Fiber.join(again))._tag, "Stored")
      assert.deepStrictEqual(lab.computed, ["full stage#a", "roomy stage#a"])
      assert.deepStrictEqual(
        full.events.flatMap((event) => (event._tag === "Ended" ? [event.ending._tag] : [])),
        ["Lost"]
      )
    }))

  test("ends with what is wrong where it cannot say any more that it lives", (lab) =>
    Effect.gen(function* () {
      const run = yield* lab.asking
      const gone = new StoreError({
        path: "postgres://db",
        reason: StoreReason.cases.Unreachable.make({ detail: "gone" })
      })
      const ann = yield* lab.working("ann", { run: () => Effect.never, queue: { keep: () => Effect.fail(gone) } })
      yield* Effect.forkScoped(run.run(taskOf("a"), () => {}))
      assert.strictEqual(yield* Effect.flip(Fiber.join(ann.fiber)), gone)
    }))
})
