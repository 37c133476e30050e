import { rm, utimes, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Schema, type Scope } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as External from "../../src/declare/External.ts"
import type { AnyNode } from "../../src/declare/Node.ts"
import { Progress } from "../../src/declare/Progress.ts"
import * as Stage from "../../src/declare/Stage.ts"
import type { FileRef } from "../../src/domain/FileRef.ts"
import { type ArtifactHash, RunId } from "../../src/domain/Hash.ts"
import { KeyRecord } from "../../src/domain/KeyRecord.ts"
import * as Engine from "../../src/execute/Engine.ts"
import { Executor, type ExecutorService, InlineExecutor, WorkerLost } from "../../src/execute/Executor.ts"
import { Notices } from "../../src/execute/Notices.ts"
import type { Attempt, Unsuccessful } from "../../src/execute/Scheduler.ts"
import type { Task, TaskEvent } from "../../src/execute/Task.ts"
import { keyOf, keyOfRecord } from "../../src/plan/Keys.ts"
import { blobPath, hashOf, Sqlite } from "../../src/store/index.ts"
import { code, dagOf, number, sourcesOf } from "../plan/declared.ts"
import { find, inStore, noise, ports, temporary } from "../store/rig.ts"
import { findStage, inlineOnly, programOf } from "./executors.ts"

/** An inline stage without inputs. */
const inline = (run: () => Effect.Effect<number, unknown>) =>
  Stage.make("inline", { output: number, pool: "inline", run }).node({})

interface Setting {
  readonly inputs?: ReadonlyArray<ArtifactHash>
  readonly files?: ReadonlyArray<FileRef>
  readonly force?: ReadonlySet<string>
  /** What workers do. */
  readonly run?: ExecutorService["run"]
}

const runId = RunId.make("20260101-000000-test")

/** Executes the DAG's last node once, in the store at hand. */
const executeOnce = (node: AnyNode, setting: Setting = {}) =>
  Effect.gen(function* () {
    const dag = dagOf(node)
    const last = dag.nodes.at(-1) ?? assert.fail("no node")
    const inputs = setting.inputs ?? []
    const sources = sourcesOf(dag, new Map(), setting.force === undefined ? {} : { force: setting.force })
    const told: Array<TaskEvent> = []
    const attempt: Attempt = {
      node: last,
      key: keyOf(last, code(dag).get(last.stage.name) ?? "", inputs),
      inputs,
      begunMs: 0,
      spentMs: 0,
      tell: (event) => told.push(event)
    }
    const printed: Array<string> = []
    const layers = inlineOnly(programOf(dag.stages), (lines) => printed.push(lines))
    const { engine, notices } = yield* Effect.gen(function* () {
      const inline = yield* InlineExecutor
      const made = Engine.make({
        runId,
        sources,
        findStage,
        externals: setting.files ?? [],
        program: { hash: "p", name: "p.ts", variables: [] }
      })
      const workers: ExecutorService = {
        ...inline,
        run: setting.run ?? (() => Effect.die("no stage runs in a worker here"))
      }
      return { engine: yield* Effect.provideService(made, Executor, workers), notices: yield* Notices }
    }).pipe(Effect.provide(layers, { local: true }))
    return { job: attempt, told, printed, notices, execution: engine.execute(attempt) }
  })

const inFreshStore = <A, E>(use: Effect.Effect<A, E, Sqlite.Ports | Scope.Scope>) =>
  Effect.gen(function* () {
    const dir = yield* temporary
    return yield* Effect.provide(Effect.scoped(use), Sqlite.layer({ dir, mode: "read-write" }), { local: true })
  })

const failureOf = (ended: Unsuccessful) => (ended._tag === "Failed" ? ended.failure : assert.fail(ended.reason))

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe("a node's life", () => {
  it.live("runs, is committed with its record, and can be looked up", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const { execution, job, told } = yield* executeOnce(inline(() => Effect.succeed(42)))
        const { artifact, bytes, durable, durationMs } = yield* execution
        assert.isUndefined(yield* durable)
        assert.strictEqual(artifact, hashOf(new TextEncoder().encode("42")))
        assert.strictEqual(bytes, 2)
        assert.isAtLeast(durationMs, 0)
        assert.deepStrictEqual(told, [{ _tag: "Started", worker: -1 }])
        assert.strictEqual(yield* find(store, job.key), artifact)
        assert.strictEqual(text(yield* store.artifacts.get(artifact)), "42")
        const record = JSON.parse((yield* store.traces.get([job.key])).get(job.key)?.record ?? "")
        assert.deepStrictEqual(record, { stage: "inline", code: "version:inline-1", config: {}, inputs: {} })
        assert.strictEqual(keyOfRecord(record), job.key)
        assert.strictEqual((yield* store.traces.durations).get("inline")?.n, 1)
      })
    )
  )

  it.live("reads its inputs from the store and passes progress on", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const source = Stage.make("source", { output: number, run: () => Effect.succeed(1) })
        const double = Stage.make("double", {
          inputs: { x: number },
          output: number,
          pool: "inline",
          run: ({ x }) =>
            Effect.gen(function* () {
              const progress = yield* Progress
              yield* progress.report({ current: 1, unit: "row" })
              return 2 * x
            })
        })
        const input = yield* store.artifacts.put(new TextEncoder().encode("21"), "json")
        const { execution, told } = yield* executeOnce(double.node({ x: source.node({}) }), { inputs: [input] })
        assert.strictEqual(text(yield* store.artifacts.get((yield* execution).artifact)), "42")
        assert.deepStrictEqual(told.slice(1), [{ _tag: "Progress", current: 1, total: null, unit: "row", metrics: {} }])
      })
    )
  )

  it.live("goes to a worker by module and export, unless it is light", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const heavy = Stage.make("heavy", {
          config: Schema.Struct({ k: Schema.Int }),
          output: number,
          run: () => Effect.succeed(1)
        })
        const tasks: Array<Task> = []
        const bytes = new TextEncoder().encode("5")
        const { execution, job, notices, printed, told } = yield* executeOnce(heavy.node({}, { k: 3 }), {
          run: (task, tell) =>
            Effect.sync(() => {
              tasks.push(task)
              tell({ _tag: "Started", worker: 4 })
              tell({ _tag: "Printed", printed: { name: "heavy", node: "heavy#0", text: "a line" } })
              tell({ _tag: "Progress", current: 1, total: null, unit: "row", metrics: {} })
              return {
                _tag: "Succeeded",
                hash: hashOf(bytes),
                size: 1,
                inline: bytes,
                parts: [],
                left: "a timer",
                durationMs: 1
              } as const
            })
        })
        const { artifact, durable } = yield* execution
        yield* durable
        assert.deepStrictEqual(tasks, [
          {
            program: { hash: "p", name: "p.ts", variables: [] },
            stage: { name: "heavy", module: "m.ts", export: "heavy", kind: "json", variables: [] },
            run: runId,
            node: "heavy#0",
            key: job.key,
            record: tasks[0]?.record ?? "",
            isForced: false,
            needs: { cpus: 1, memory: 0, gpus: 0, tags: [] },
            config: { k: 3 },
            inputs: [],
            numerics: null,
            time: null
          }
        ])
        const record = Schema.decodeUnknownSync(Schema.fromJsonString(KeyRecord))(tasks[0]?.record)
        assert.strictEqual(keyOfRecord(record), job.key)
        assert.deepStrictEqual(told, [
          { _tag: "Started", worker: 4 },
          { _tag: "Progress", current: 1, total: null, unit: "row", metrics: {} }
        ])
        assert.deepStrictEqual(printed, ["heavy: a line\n"])
        assert.match(notices.texts().join("\n"), /^heavy: it left a timer behind/)
        assert.strictEqual(text(yield* store.artifacts.get(artifact)), "5")
      })
    )
  )

  it.live("keeps nothing of what its worker has stored, and tells whose it is and what is unlike", () =>
    inFreshStore(
      Effect.gen(function* () {
        const { traces } = yield* ports
        const heavy = Stage.make("heavy", { output: number, run: () => Effect.succeed(1) })
        const kept = (run: RunId, isUnlike: boolean, force: ReadonlySet<string> = new Set()) =>
          Effect.gen(function* () {
            const hash = hashOf(new TextEncoder().encode("5"))
            const outcome = { _tag: "Stored", run, hash, size: 1, isUnlike, left: null, durationMs: 1 } as const
            const { execution, job } = yield* executeOnce(heavy.node({}), { force, run: () => Effect.succeed(outcome) })
            const { artifact, bytes, durable, isOwn } = yield* execution
            assert.deepStrictEqual([artifact, bytes], [hash, 1])
            assert.strictEqual((yield* traces.lookup([job.key])).size, 0)
            return { isOwn, warning: yield* durable }
          })
        assert.deepStrictEqual(yield* kept(runId, false), { isOwn: true, warning: undefined })
        const other = yield* kept(RunId.make("20260101-000000-else"), true)
        assert.isFalse(other.isOwn)
        assert.match(other.warning ?? "", /another result/)
        assert.deepStrictEqual(yield* kept(runId, true, new Set(["heavy"])), { isOwn: true, warning: undefined })
      })
    )
  )
})

describe("an attempt that gives nothing", () => {
  it.live("fails with the stage's failure or bug, and nothing is stored", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const { execution, job } = yield* executeOnce(inline(() => Effect.fail("no")))
        const failed = yield* Effect.flip(execution)
        assert.isTrue(failed._tag === "Failed")
        if (failed._tag === "Failed") {
          assert.deepStrictEqual([failed.failure, failed.damaged], [{ tag: "Failure", message: "no" }, null])
          assert.isAtMost(failed.spentMs, failed.durationMs)
        }
        assert.isUndefined(yield* find(store, job.key))
        const bug = yield* executeOnce(inline(() => Effect.die(new TypeError("a bug"))))
        assert.strictEqual(failureOf(yield* Effect.flip(bug.execution)).tag, "Defect")
      })
    )
  )

  it.live("fails as it did in the worker, and tells what was done to its thread also where no event is read", () =>
    inFreshStore(
      Effect.gen(function* () {
        const heavy = Stage.make("heavy", { output: number, run: () => Effect.succeed(1) })
        const failure = { tag: "ProcessEnded", message: "it called process.exit(0)" }
        const { execution, notices } = yield* executeOnce(heavy.node({}), {
          run: () => Effect.succeed({ _tag: "Failed", failure, left: null, durationMs: 7 })
        })
        const failed = yield* Effect.flip(execution)
        assert.deepStrictEqual(failureOf(failed), failure)
        assert.strictEqual(failed._tag === "Failed" ? failed.spentMs : 0, 7)
        assert.deepStrictEqual(notices.texts(), ["heavy: it called process.exit(0)"])
        assert.isFalse(notices.hasFaults())
      })
    )
  )

  it.live("that lost its worker is no failure", () =>
    inFreshStore(
      Effect.gen(function* () {
        const heavy = Stage.make("heavy", { output: number, run: () => Effect.succeed(1) })
        const { execution } = yield* executeOnce(heavy.node({}), {
          run: () => Effect.fail(new WorkerLost({ reason: "killed" }))
        })
        const lost = yield* Effect.flip(execution)
        assert.strictEqual(lost._tag === "Lost" ? lost.reason : "", "killed")
      })
    )
  )

  it.live("is interrupted with its stage, which cleans up", () =>
    inFreshStore(
      Effect.gen(function* () {
        let cleaned = 0
        const endless = inline(() => Effect.onInterrupt(Effect.as(Effect.never, 1), () => Effect.sync(() => cleaned++)))
        const { execution, told } = yield* executeOnce(endless)
        const fiber = yield* Effect.forkChild(execution)
        yield* Effect.sleep(20)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(cleaned, 1)
        assert.deepStrictEqual(told, [{ _tag: "Started", worker: -1 }])
        assert.isTrue(Exit.isFailure(yield* Fiber.await(fiber)))
      })
    )
  )
})

describe("what the store holds already", () => {
  it.live("another result for the same key is a warning, and the first one stays", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const once = (value: number) =>
          Effect.gen(function* () {
            const { execution, job } = yield* executeOnce(inline(() => Effect.succeed(value)))
            const result = yield* execution
            return { key: job.key, artifact: result.artifact, warning: yield* result.durable }
          })
        const first = yield* once(1)
        assert.isUndefined((yield* once(1)).warning)
        const other = yield* once(2)
        assert.strictEqual(other.key, first.key)
        assert.include(other.warning ?? "", "another result")
        assert.include(other.warning ?? "", first.key.slice(0, 12))
        assert.strictEqual(yield* find(store, first.key), first.artifact)
      })
    )
  )

  it.live("a forced result takes the place of the stored one, and a forced failure leaves it", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const force = new Set(["inline"])
        const first = yield* executeOnce(inline(() => Effect.succeed(1)))
        yield* (yield* first.execution).durable
        const failing = yield* executeOnce(
          inline(() => Effect.fail("no")),
          { force }
        )
        yield* Effect.flip(failing.execution)
        assert.isDefined(yield* find(store, first.job.key))
        const forced = yield* executeOnce(
          inline(() => Effect.succeed(2)),
          { force }
        )
        const { artifact, durable } = yield* forced.execution
        assert.isUndefined(yield* durable)
        assert.strictEqual(forced.job.key, first.job.key)
        assert.strictEqual(yield* find(store, first.job.key), artifact)
      })
    )
  )
})

describe("inputs that are not what the plan took them for", () => {
  it.live("an artifact that is damaged or gone is named, so that it can be computed again", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const bytes = Stage.make("bytes", { output: Artifact.bytes, run: () => Effect.succeed(new Uint8Array()) })
        const sum = Stage.make("sum", {
          inputs: { x: Artifact.bytes, y: Artifact.bytes },
          output: number,
          pool: "inline",
          retries: 2,
          run: ({ x, y }) => Effect.succeed(x.length + y.length)
        })
        const good = yield* store.artifacts.put(noise(70_000, 1), "bytes")
        for (const damage of ["cut", "gone"]) {
          const bad = yield* store.artifacts.put(noise(70_000, 2), "bytes")
          const path = blobPath(store.location, bad)
          yield* Effect.promise(() => (damage === "gone" ? rm(path) : writeFile(path, "cut")))
          const node = sum.node({ x: bytes.node({}), y: bytes.node({}) })
          const { execution } = yield* executeOnce(node, { inputs: [good, bad] })
          const failed = yield* Effect.flip(execution)
          assert.deepStrictEqual(failed._tag === "Failed" ? failed.damaged : [], [bad])
        }
      })
    )
  )

  it.live("a file that changed while the stage read it: the result is not kept", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        const path = join(store.location, "..", `${store.location.split("/").at(-1)}.txt`)
        yield* Effect.promise(() => writeFile(path, "before"))
        yield* Effect.addFinalizer(() => Effect.promise(() => rm(path, { force: true })))
        const { hash } = yield* store.files.fileHash(path)
        const reads = (change: () => Promise<void>) =>
          Stage.make("reads", {
            inputs: { file: Artifact.file },
            output: Artifact.json(Schema.String),
            pool: "inline",
            run: ({ file }) => Effect.as(Effect.promise(change), file.hash)
          }).node({ file: External.file(path) })
        const setting = { inputs: [hash], files: [{ path, hash }] }
        const touched = yield* executeOnce(
          reads(() => utimes(path, 1, 1)),
          setting
        )
        assert.strictEqual(JSON.parse(text(yield* store.artifacts.get((yield* touched.execution).artifact))), hash)
        const changed = yield* executeOnce(
          reads(() => writeFile(path, "after!")),
          { ...setting, force: new Set(["reads"]) }
        )
        const error = failureOf(yield* Effect.flip(changed.execution))
        assert.strictEqual(error.tag, "FileChanged")
        assert.include(error.message, path)
        assert.include(error.message, "the result was not kept")
        const gone = yield* executeOnce(
          reads(() => rm(path)),
          setting
        )
        assert.include(failureOf(yield* Effect.flip(gone.execution)).message, path)
      })
    )
  )
})

describe("the store's own failures", () => {
  it.live("are not the stage's: they come through the result's durability", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, () => Effect.void)
      const exit = yield* Effect.gen(function* () {
        const { execution } = yield* executeOnce(inline(() => Effect.succeed(1)))
        const { durable } = yield* execution
        return yield* Effect.exit(durable)
      }).pipe(Effect.scoped, Effect.provide(Sqlite.layer({ dir, mode: "read-only" }), { local: true }))
      assert.isTrue(Exit.isFailure(exit))
    })
  )
})
