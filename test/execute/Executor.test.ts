/** Whoever computes the tasks, a run gives the same. */
import { mkdir, writeFile } from "node:fs/promises"
import type { Worker } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import type { AnyNode } from "../../src/declare/Node.ts"
import * as Stage from "../../src/declare/Stage.ts"
import type { RunEvent } from "../../src/domain/RunEvent.ts"
import { Executor, InlineExecutor } from "../../src/execute/Executor.ts"
import * as Inline from "../../src/execute/InlineExecutor.ts"
import { Notices } from "../../src/execute/Notices.ts"
import * as Programs from "../../src/execute/Programs.ts"
import * as Run from "../../src/execute/Run.ts"
import * as Threads from "../../src/execute/ThreadExecutor.ts"
import * as Plan from "../../src/plan/Plan.ts"
import { Sqlite, StoreLocation } from "../../src/store/index.ts"
import { code, dagOf, number } from "../plan/declared.ts"
import { ports, temporary } from "../store/rig.ts"
import { findStage, programOf } from "./executors.ts"
import * as Scripted from "./ScriptedExecutor.ts"

const Config = Schema.Struct({ n: Schema.Int })

/** make → count → half; `half` is inline, and fails where n is 3. */
const make = Stage.make("make", {
  config: Config,
  output: Artifact.bytes,
  run: (_, { n }) => Effect.sync(() => new Uint8Array(n * 40_000).fill(n))
})
const count = Stage.make("count", {
  inputs: { bytes: Artifact.bytes },
  output: number,
  run: ({ bytes }) => Effect.sync(() => bytes.reduce((sum, byte) => sum + byte, 0))
})
const half = Stage.make("half", {
  config: Config,
  inputs: { whole: number },
  output: number,
  pool: "inline",
  run: ({ whole }, { n }) => (n === 3 ? Effect.fail("three is odd") : Effect.succeed(whole / 2))
})
const slow = Stage.make("slow", {
  inputs: { whole: number },
  output: number,
  run: ({ whole }) => Effect.succeed(whole + 1)
})

/** The same stages as a thread imports them. `slow` has no end the first time that it runs. */
const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
const program = `
import * as Artifact from ${source("declare/Artifact.ts")}
import * as Stage from ${source("declare/Stage.ts")}
import { Progress } from ${source("declare/Progress.ts")}
import { existsSync, writeFileSync } from "node:fs"
import { Effect, Schema } from ${JSON.stringify(import.meta.resolve("effect"))}
const number = Artifact.json(Schema.Finite)
export const make = Stage.make("make", {
  config: Schema.Struct({ n: Schema.Int }),
  output: Artifact.bytes,
  run: (_, { n }) => Effect.sync(() => new Uint8Array(n * 40_000).fill(n))
})
export const count = Stage.make("count", {
  inputs: { bytes: Artifact.bytes },
  output: number,
  run: ({ bytes }) => Effect.sync(() => bytes.reduce((sum, byte) => sum + byte, 0))
})
const mark = new URL("begun", import.meta.url)
export const slow = Stage.make("slow", {
  inputs: { whole: number },
  output: number,
  run: ({ whole }) => Effect.gen(function* () {
    if (existsSync(mark)) return whole + 1
    writeFileSync(mark, "")
    const progress = yield* Progress
    yield* progress.report({ current: 1, unit: "try" })
    return yield* Effect.sleep("1 hour")
  })
})
export default undefined
export const modules = { "m.ts": { make, count, slow } }
`

const stages = [make, count, half, slow]
const inlineLayer = Inline.layer(() => Effect.succeed(programOf(stages)))

const threads = (size: number) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const dir = yield* StoreLocation
      yield* Effect.promise(() => mkdir(Programs.folderOf(dir), { recursive: true }))
      yield* Effect.promise(() => writeFile(Programs.pathOf(dir, "p"), program))
      return Threads.layer({
        size,
        entry: new URL("../../src/execute/worker.ts", import.meta.url),
        place: { storeDir: dir }
      })
    })
  )

type Doors = Layer.Layer<Executor, never, Sqlite.Ports | InlineExecutor | Notices>

/** Runs a plan in a store of its own. */
const runWith = (executor: Doors, outputs: ReadonlyArray<AnyNode>, onEvent: (event: RunEvent) => void = () => {}) =>
  Effect.gen(function* () {
    const dir = yield* temporary
    return yield* Effect.gen(function* () {
      const store = yield* ports
      const dag = dagOf(...outputs)
      const sources: Plan.Sources = { code: code(dag), externals: [] }
      const events: Array<RunEvent> = []
      const result = yield* Run.run({
        experiment: "study",
        file: "experiments/study.ts",
        settings: {},
        only: "",
        axes: [],
        plan: yield* Plan.make(dag, sources, store.traces.lookup),
        sources,
        externals: [],
        program: "p",
        findStage,
        version: "0.0.0",
        emit: (event) => {
          events.push(event)
          onEvent(event)
        }
      }).pipe(
        Effect.provide(executor.pipe(Layer.provideMerge(inlineLayer), Layer.provideMerge(Notices.layer(() => {}))), {
          local: true
        })
      )
      const { cached, executed, failed, skipped, status } = result.run
      return {
        artifacts: result.artifacts,
        failures: [...result.failures],
        counts: { cached, executed, failed, skipped, status },
        warnings: result.warnings,
        events
      }
    }).pipe(Effect.provide(Sqlite.layer({ dir, mode: "read-write" }), { local: true }))
  })

const study = [1, 2, 3].map((n) => half.node({ whole: count.node({ bytes: make.node({}, { n }) }) }, { n }))

describe("every executor", () => {
  it.live("gives the same artifacts, failures and counts: inline, threads, scripted with losses", () =>
    Effect.gen(function* () {
      const expected = {
        counts: { cached: 0, executed: 8, failed: 1, skipped: 0, status: "failed" },
        failures: [[8, "half: three is odd"]]
      }
      const inline = yield* runWith(Layer.effect(Executor, InlineExecutor), study)
      const { counts, failures } = inline
      assert.deepStrictEqual<unknown>({ counts, failures }, expected)
      const others: ReadonlyArray<Doors> = [
        threads(1),
        threads(2),
        ...[1, 2, 3].map((seed) => Scripted.layer({ capacity: seed, seed, losses: 0.2 }))
      ]
      for (const other of others) {
        const { artifacts, counts, failures } = yield* runWith(other, study)
        assert.deepStrictEqual<unknown>({ counts, failures }, expected)
        assert.deepStrictEqual(artifacts, inline.artifacts)
      }
    })
  )

  it.live(
    "scripted: one seed loses the same workers every time, and another seed others; no task is computed twice",
    () =>
      Effect.gen(function* () {
        const logOf = Effect.fnUntraced(function* (seed: number) {
          const log: Scripted.Log = []
          yield* runWith(Scripted.layer({ capacity: 2, seed, losses: 0.3 }, log), study)
          return log.sort()
        })
        const first = yield* logOf(5)
        assert.deepStrictEqual(yield* logOf(5), first)
        assert.notDeepEqual(yield* logOf(6), first)
        assert.isTrue(first.some((line) => line.startsWith("lost ")))
        const ended = first.filter((line) => line.startsWith("ended "))
        assert.strictEqual(new Set(ended).size, ended.length)
      })
  )
})

describe("a worker thread that is ended from outside", () => {
  it.live("has its task given to another: the run succeeds and counts the node once", () =>
    Effect.gen(function* () {
      const workers: Array<Worker> = []
      const note = (worker: Worker) => workers.push(worker)
      process.on("worker", note)
      const outputs = [slow.node({ whole: count.node({ bytes: make.node({}, { n: 1 }) }) })]
      const result = yield* runWith(threads(1), outputs, (event) => {
        // The stage says that it has begun; then its thread is ended under it.
        if (event._tag === "NodeProgress") void workers.at(-1)?.terminate()
      })
      process.off("worker", note)
      assert.strictEqual(workers.length, 2)
      assert.deepStrictEqual(result.counts, { cached: 0, executed: 3, failed: 0, skipped: 0, status: "succeeded" })
      const starts = result.events.flatMap((event) =>
        event._tag === "NodeStarted" && event.stage === "slow" ? [[event.attempt, event.reason]] : []
      )
      assert.deepStrictEqual(starts, [
        [1, "new"],
        [1, "its worker was lost"]
      ])
      assert.strictEqual(result.events.filter(({ _tag }) => _tag === "NodeFailed").length, 0)
      assert.deepStrictEqual(result.warnings, [
        "slow#2: its worker was lost (exit code 1); the task was given to another"
      ])
    })
  )
})
