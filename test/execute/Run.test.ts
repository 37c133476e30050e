import { mkdir, writeFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as Experiment from "../../src/declare/Experiment.ts"
import * as Grid from "../../src/declare/Grid.ts"
import * as Pipeline from "../../src/declare/Pipeline.ts"
import * as Stage from "../../src/declare/Stage.ts"
import type { RunDetail } from "../../src/domain/RunDetail.ts"
import { RunEvent } from "../../src/domain/RunEvent.ts"
import * as Control from "../../src/execute/Control.ts"
import * as Programs from "../../src/execute/Programs.ts"
import * as Run from "../../src/execute/Run.ts"
import * as Threads from "../../src/execute/ThreadExecutor.ts"
import * as Dag from "../../src/plan/Dag.ts"
import * as Plan from "../../src/plan/Plan.ts"
import { Sqlite } from "../../src/store/index.ts"
import { code, number } from "../plan/declared.ts"
import { ports, temporary } from "../store/rig.ts"
import { findStage, inlineOnly, programOf } from "./executors.ts"

/** What the stages do can be changed between runs; every execution is counted. */
const world = () => {
  const ran: Array<string> = []
  const state = { ran, fails: new Set<string>(), isEndless: false }
  const load = Stage.make("load", {
    output: number,
    pool: "inline",
    run: () =>
      Effect.sync(() => {
        ran.push("load")
        return 10
      })
  })
  const score = Stage.make("score", {
    config: Schema.Struct({ method: Schema.String, seed: Schema.Int }),
    inputs: { x: number },
    output: Artifact.metrics(["accuracy"]),
    pool: "inline",
    run: ({ x }, { method, seed }) =>
      Effect.gen(function* () {
        ran.push(`score ${method} ${seed}`)
        if (state.fails.has(method)) return yield* Effect.fail(`${method} cannot`)
        if (state.isEndless && method === "b") return yield* Effect.never
        return { accuracy: { value: x + seed } }
      })
  })
  const Params = Schema.Struct({ method: Schema.String, seed: Schema.Int })
  const experiment = Experiment.make("study", {
    pipeline: Pipeline.make("p", Params, (params) => {
      const loaded = load.node({})
      return { loaded, metrics: score.node({ x: loaded }, params) }
    }),
    grid: Grid.rows([{ method: "a" }, { method: "b" }]).cross({ seed: Grid.seeds(2) })
  })
  return { state, expansion: experiment.expand({}), ran }
}

const runOnce = (
  expansion: Experiment.Expansion,
  options: {
    readonly control?: Control.Control
    readonly onDetail?: (detail: RunDetail) => void
    readonly onEvent?: (event: RunEvent) => void
    /** Worker threads for these programs of the store. Default: everything on this thread. */
    readonly threads?: { readonly program: string; readonly jobs: number }
  } = {}
) =>
  Effect.gen(function* () {
    const store = yield* ports
    const dag = Dag.build(expansion.cells)
    const sources: Plan.Sources = { code: code(dag), externals: [] }
    const events: Array<RunEvent> = []
    const { threads } = options
    const inline = inlineOnly(programOf(dag.stages))
    const executors =
      threads === undefined
        ? inline
        : Threads.layer({ size: threads.jobs, entry: workerEntry, place: { storeDir: store.location } }).pipe(
            Layer.provideMerge(inline)
          )
    const result = yield* Run.run({
      experiment: "study",
      file: "experiments/study.ts",
      settings: { "train.lambda": "2" },
      only: "",
      axes: expansion.axes,
      plan: yield* Plan.make(dag, sources, store.traces.lookup),
      sources,
      externals: [],
      program: threads?.program ?? "none",
      findStage,
      version: "0.0.0",
      emit: (event) => {
        events.push(event)
        options.onEvent?.(event)
      },
      ...(options.control === undefined ? {} : { control: options.control }),
      ...(options.onDetail === undefined ? {} : { onDetail: options.onDetail })
    }).pipe(Effect.provide(executors, { local: true }))
    for (const event of events) assert.deepStrictEqual(Schema.decodeUnknownSync(RunEvent)(event), event)
    const [first, last] = [events[0], events.at(-1)]
    assert.isTrue(first?._tag === "RunStarted" && last?._tag === "RunFinished")
    return { result, events, started: first, finished: last, tags: events.map((event) => event._tag) }
  })

const inFreshStore = <A, E>(use: Effect.Effect<A, E, Sqlite.Ports>) =>
  Effect.gen(function* () {
    const dir = yield* temporary
    return yield* Effect.provide(use, Sqlite.layer({ dir, mode: "read-write" }), { local: true })
  })

const workerEntry = new URL("../../src/execute/worker.ts", import.meta.url)

/** Writes a program where threads find it by this hash. */
const keepProgram = (hash: string, program: string) =>
  Effect.gen(function* () {
    const { location: dir } = yield* ports
    yield* Effect.promise(() => mkdir(Programs.folderOf(dir), { recursive: true }))
    yield* Effect.promise(() => writeFile(Programs.pathOf(dir, hash), program))
  })

const sum = (record: { executed: number; cached: number; failed: number; skipped: number }) => [
  record.executed,
  record.cached,
  record.failed,
  record.skipped
]

describe("a run", () => {
  it.live("is told from its start to its end, and recorded with what every cell gave", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const { expansion, ran } = world()
        const { events, result, started, tags } = yield* runOnce(expansion)
        assert.deepStrictEqual(ran, ["load", "score a 0", "score a 1", "score b 0", "score b 1"])
        assert.isTrue(started?._tag === "RunStarted")
        if (started?._tag === "RunStarted") {
          assert.deepStrictEqual(started.axes, ["method"])
          assert.deepStrictEqual(started.cells[3], {
            id: "method=b,seed=1",
            variant: "method=b",
            labels: { method: "b" },
            seed: 1
          })
          assert.deepStrictEqual(started.nodes[0], {
            id: "load#0",
            stage: "load",
            cells: [0, 1, 2, 3],
            estimateMs: null
          })
          assert.match(started.runId, /^\d{8}-\d{6}-[a-z0-9]{4}$/)
        }
        assert.strictEqual(tags.filter((tag) => tag === "NodeSucceeded").length, 5)
        const starts = events.flatMap((event) => (event._tag === "NodeStarted" ? [event.reason] : []))
        assert.deepStrictEqual(starts, Array(5).fill("new"))
        const { run } = result
        assert.deepStrictEqual([run.status, run.nodes, ...sum(run)], ["succeeded", 5, 5, 0, 0, 0])
        assert.deepStrictEqual(yield* store.history.run(run.id), run)
        assert.deepStrictEqual([run.file, run.settings], ["experiments/study.ts", { "train.lambda": "2" }])
        assert.isNumber(run.durationMs)
        const cells = yield* store.history.cellsOf(run.id)
        assert.deepStrictEqual(
          cells.map((cell) => cell.cell),
          expansion.cells.map((cell) => cell.id)
        )
        const metrics = cells[3]?.outputs.metrics ?? assert.fail("no metrics")
        assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(yield* store.artifacts.get(metrics))), {
          accuracy: { value: 11 }
        })
        // The nodes of a cell are positions in the keys that the run recorded.
        const keys = yield* store.history.keysOf(run.id)
        assert.strictEqual(keys.length, 5)
        const found = yield* store.traces.lookup(keys)
        const artifacts = cells[3]?.nodes.map((at) => found.get(keys[at] ?? assert.fail("no key")))
        assert.deepStrictEqual(artifacts, [cells[3]?.outputs.loaded, cells[3]?.outputs.metrics])
      })
    )
  )

  it.live("again executes nothing, gives the same artifacts, and is recorded too", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const { expansion, ran } = world()
        const first = yield* runOnce(expansion)
        const second = yield* runOnce(expansion)
        assert.strictEqual(ran.length, 5)
        assert.deepStrictEqual(sum(second.result.run), [0, 5, 0, 0])
        assert.deepStrictEqual(second.result.artifacts, first.result.artifacts)
        assert.deepStrictEqual(second.tags, ["RunStarted", ...Array(5).fill("NodeCached"), "RunFinished"])
        assert.deepStrictEqual(
          yield* store.history.cellsOf(second.result.run.id),
          yield* store.history.cellsOf(first.result.run.id)
        )
        assert.strictEqual((yield* store.history.runs()).length, 2)
        if (second.started?._tag === "RunStarted") assert.isNumber(second.started.nodes[0]?.estimateMs)
      })
    )
  )

  it.live("with failures goes on, says which cells failed and why, and tries only those again", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const { expansion, ran, state } = world()
        state.fails.add("b")
        const { finished, result } = yield* runOnce(expansion)
        assert.deepStrictEqual([result.run.status, ...sum(result.run)], ["failed", 3, 0, 2, 0])
        assert.isTrue(finished?._tag === "RunFinished" && finished.status === "failed")
        const [, , failed] = yield* store.history.cellsOf(result.run.id)
        assert.strictEqual(failed?.cell, "method=b,seed=0")
        assert.strictEqual(failed?.failure, "score: b cannot")
        assert.deepStrictEqual(Object.keys(failed?.outputs ?? {}), ["loaded"])
        ran.length = 0
        state.fails.clear()
        const again = yield* runOnce(expansion)
        assert.deepStrictEqual([...ran].sort(), ["score b 0", "score b 1"])
        assert.deepStrictEqual([again.result.run.status, ...sum(again.result.run)], ["succeeded", 2, 3, 0, 0])
      })
    )
  )

  it.live("that is stopped ends, is recorded as interrupted, and the next one resumes", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const { expansion, ran, state } = world()
        state.isEndless = true
        const control = yield* Control.make
        const fiber = yield* Effect.forkChild(runOnce(expansion, { control }))
        while (!ran.includes("score b 0")) yield* Effect.sleep(5)
        yield* control.stopNow
        const { result } = yield* Fiber.join(fiber)
        assert.deepStrictEqual([result.run.status, ...sum(result.run)], ["interrupted", 3, 0, 0, 2])
        assert.strictEqual((yield* store.history.run(result.run.id))?.status, "interrupted")
        state.isEndless = false
        const again = yield* runOnce(expansion)
        assert.deepStrictEqual(sum(again.result.run), [2, 3, 0, 0])
      })
    )
  )
})

describe("a run with real workers", () => {
  const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
  const program = `
import * as Artifact from ${source("declare/Artifact.ts")}
import * as Stage from ${source("declare/Stage.ts")}
import { Effect, Schema } from ${JSON.stringify(import.meta.resolve("effect"))}
export const make = Stage.make("make", {
  config: Schema.Struct({ n: Schema.Int }),
  output: Artifact.bytes,
  run: (_, { n }) => n === 13 ? Effect.fail(undefined) : Effect.sync(() => new Uint8Array(n * 40000).fill(n))
})
export const count = Stage.make("count", {
  inputs: { bytes: Artifact.bytes },
  output: Artifact.json(Schema.Finite),
  run: ({ bytes }) => Effect.sync(() => bytes.reduce((sum, byte) => sum + byte, 0))
})
export default undefined
export const modules = { "m.ts": { make, count } }
`
  it.live("hands large and small artifacts through the store, tells failures, and gives the same on one and two", () =>
    Effect.gen(function* () {
      // The main thread has the same stages, by the same names; only the workers' are run.
      const unused = () => Effect.die("must run in a worker")
      const make = Stage.make("make", { config: Schema.Struct({ n: Schema.Int }), output: Artifact.bytes, run: unused })
      const count = Stage.make("count", { inputs: { bytes: Artifact.bytes }, output: number, run: unused })
      const experiment = Experiment.make("study", {
        pipeline: Pipeline.make("p", Schema.Struct({ n: Schema.Int }), ({ n }) => ({
          count: count.node({ bytes: make.node({}, { n }) })
        })),
        grid: Grid.axes({ n: [1, 2, 3, 13] })
      })
      const runs = yield* Effect.forEach([1, 2], (jobs) =>
        inFreshStore(
          Effect.andThen(
            keepProgram("counting", program),
            runOnce(experiment.expand({}), {
              threads: { jobs, program: "counting" }
            })
          ).pipe(
            Effect.flatMap(({ result }) =>
              Effect.gen(function* () {
                const store = yield* ports
                assert.deepStrictEqual(sum(result.run), [6, 0, 1, 1])
                assert.deepStrictEqual([...result.failures.values()], ["make: undefined"])
                const sums = yield* Effect.forEach(result.cells.slice(0, 3), ({ outputs }) =>
                  store.artifacts.get(outputs.count ?? assert.fail("no count"))
                )
                assert.deepStrictEqual(
                  sums.map((bytes) => JSON.parse(new TextDecoder().decode(bytes))),
                  [40_000, 160_000, 360_000]
                )
                return result.artifacts
              })
            )
          )
        )
      )
      assert.deepStrictEqual(runs[0], runs[1])
    })
  )
})
