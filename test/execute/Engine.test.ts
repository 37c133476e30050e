import { rm, utimes, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Exit, Fiber, Layer, Schema, type Scope } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as External from "../../src/declare/External.ts"
import type { AnyNode } from "../../src/declare/Node.ts"
import { Progress, type ProgressReport } from "../../src/declare/Progress.ts"
import * as Stage from "../../src/declare/Stage.ts"
import type { FileRef } from "../../src/domain/FileRef.ts"
import { type ArtifactHash, RunId } from "../../src/domain/Hash.ts"
import type { FailureInfo } from "../../src/domain/RunEvent.ts"
import * as Engine from "../../src/execute/Engine.ts"
import { StageFailed } from "../../src/execute/Failure.ts"
import type { NodeJob } from "../../src/execute/Scheduler.ts"
import { type StageTask, WorkerPool } from "../../src/execute/WorkerPool.ts"
import { keyOf, keyOfRecord } from "../../src/plan/Keys.ts"
import { blobPath, hashOf, Store } from "../../src/store/index.ts"
import { code, dagOf, number, sourcesOf } from "../plan/declared.ts"
import { inStore, noise, temporary } from "../store/rig.ts"

/** An inline stage without inputs. */
const inline = (run: () => Effect.Effect<number, unknown>, options: { readonly retries?: number } = {}) =>
  Stage.make("inline", { output: number, pool: "inline", run, ...options }).node({})

interface Told {
  readonly started: Array<readonly [worker: number, attempt: number]>
  readonly failed: Array<{ readonly failure: FailureInfo; readonly attempt: number; readonly willRetry: boolean }>
  readonly progress: Array<ProgressReport>
}

interface Setting {
  readonly inputs?: ReadonlyArray<ArtifactHash>
  readonly files?: ReadonlyArray<FileRef>
  readonly force?: ReadonlySet<string>
  readonly layer?: Layer.Layer<never>
  readonly pool?: WorkerPool["Service"]["run"]
}

/** Executes the DAG's last node once, in the store at hand. */
const executeOnce = (node: AnyNode, setting: Setting = {}) =>
  Effect.gen(function* () {
    const dag = dagOf(node)
    const last = dag.nodes.at(-1) ?? assert.fail("no node")
    const inputs = setting.inputs ?? []
    const sources = sourcesOf(dag, new Map(), setting.force === undefined ? {} : { force: setting.force })
    const told: Told = { started: [], failed: [], progress: [] }
    const job: NodeJob = {
      node: last,
      key: keyOf(last, code(dag).get(last.stage.name) ?? "", inputs),
      inputs,
      externals: setting.files ?? [],
      started: (worker, attempt) => told.started.push([worker, attempt]),
      failed: (failure, attempt, willRetry) => told.failed.push({ failure, attempt, willRetry }),
      progress: (report) => told.progress.push(report)
    }
    const engine = yield* Engine.make({
      runId: RunId.make("20260101-000000-test"),
      sources,
      findStage: (stage) => ({ module: "stages/m.ts", export: stage.name }),
      layer: setting.layer,
      variables: [],
      warn: () => {}
    })
    return { job, told, execution: engine.execute(job) }
  }).pipe(
    Effect.provideService(
      WorkerPool,
      WorkerPool.of({ size: 1, run: setting.pool ?? (() => Effect.die("no stage runs in a worker here")) })
    )
  )

const inFreshStore = <A, E>(use: Effect.Effect<A, E, Store | Scope.Scope>) =>
  Effect.gen(function* () {
    const dir = yield* temporary
    return yield* Effect.provide(Effect.scoped(use), Store.layer({ dir, mode: "read-write" }), { local: true })
  })

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe("a node's life", () => {
  it.live("runs, is committed with its record, and can be looked up", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* Store
        const { execution, job, told } = yield* executeOnce(inline(() => Effect.succeed(42)))
        const { artifact, bytes, durable, durationMs } = yield* execution
        assert.isUndefined(yield* durable)
        assert.strictEqual(artifact, hashOf(new TextEncoder().encode("42")))
        assert.strictEqual(bytes, 2)
        assert.isAtLeast(durationMs, 0)
        assert.deepStrictEqual(told, { started: [[-1, 1]], failed: [], progress: [] })
        assert.strictEqual(store.lookupUnsafe(job.key), artifact)
        assert.strictEqual(text(yield* store.getArtifact(artifact)), "42")
        const record = JSON.parse((yield* store.recordOf(job.key)) ?? "")
        assert.deepStrictEqual(record, { stage: "inline", code: "version:inline-1", config: {}, inputs: {} })
        assert.strictEqual(keyOfRecord(record), job.key)
        assert.strictEqual(store.durations().get("inline")?.n, 1)
      })
    )
  )

  it.live("reads its inputs from the store and passes progress on", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* Store
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
        const input = yield* store.putArtifact(new TextEncoder().encode("21"), "json")
        const { execution, told } = yield* executeOnce(double.node({ x: source.node({}) }), { inputs: [input] })
        assert.strictEqual(text(yield* store.getArtifact((yield* execution).artifact)), "42")
        assert.deepStrictEqual(told.progress, [{ current: 1, unit: "row", metrics: {} }])
      })
    )
  )

  it.live("has the services of the experiment's layer", () =>
    inFreshStore(
      Effect.gen(function* () {
        class Lexicon extends Context.Service<Lexicon, { readonly words: number }>()("test/execute/Lexicon") {}
        const store = yield* Store
        const look = Stage.make("look", {
          output: number,
          pool: "inline",
          run: () => Lexicon.use(({ words }) => Effect.succeed(words))
        })
        // An experiment erases the type of its layer.
        const layer = Layer.succeed(Lexicon, { words: 7 }) as unknown as Layer.Layer<never>
        const { execution } = yield* executeOnce(look.node({}), { layer })
        assert.strictEqual(text(yield* store.getArtifact((yield* execution).artifact)), "7")
      })
    )
  )

  it.live("goes to a worker by module and export, unless it is light", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* Store
        const heavy = Stage.make("heavy", {
          config: Schema.Struct({ k: Schema.Int }),
          output: number,
          run: () => Effect.succeed(1)
        })
        const tasks: Array<StageTask> = []
        const bytes = new TextEncoder().encode("5")
        const { execution, told } = yield* executeOnce(heavy.node({}, { k: 3 }), {
          pool: (task, started, report) =>
            Effect.sync(() => {
              tasks.push(task)
              started(4)
              report({ current: 1, unit: "row" })
              return { hash: hashOf(bytes), size: 1, inline: bytes, parts: [] }
            })
        })
        const { artifact, durable } = yield* execution
        yield* durable
        assert.deepStrictEqual(tasks, [
          {
            stage: "heavy",
            node: "heavy#0",
            module: "stages/m.ts",
            export: "heavy",
            config: { k: 3 },
            inputs: [],
            deadline: undefined
          }
        ])
        assert.deepStrictEqual(told.started, [[4, 1]])
        assert.deepStrictEqual(told.progress, [{ current: 1, unit: "row" }])
        assert.strictEqual(text(yield* store.getArtifact(artifact)), "5")
      })
    )
  )
})

describe("attempts", () => {
  it.live("a failure is tried again as often as the stage says, each told with whether another follows", () =>
    inFreshStore(
      Effect.gen(function* () {
        let runs = 0
        const flaky = inline(() => (++runs < 3 ? Effect.fail(`no ${runs}`) : Effect.succeed(runs)), { retries: 5 })
        const { execution, told } = yield* executeOnce(flaky)
        const clock = yield* Clock.Clock
        const slept: Array<number> = []
        const noting: Clock.Clock = {
          ...clock,
          sleep: (duration) => Effect.sync(() => void slept.push(Duration.toMillis(duration)))
        }
        yield* Effect.provideService(execution, Clock.Clock, noting)
        // Before the second and the third.
        assert.deepStrictEqual(slept, [100, 200])
        assert.deepStrictEqual(
          told.started.map(([, attempt]) => attempt),
          [1, 2, 3]
        )
        assert.deepStrictEqual(
          told.failed.map(({ attempt, failure, willRetry }) => [failure.message, attempt, willRetry]),
          [
            ["no 1", 1, true],
            ["no 2", 2, true]
          ]
        )
      })
    )
  )

  it.live("the last failure is the node's, be it a failure or a bug; nothing is stored", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* Store
        const { execution, job, told } = yield* executeOnce(inline(() => Effect.fail("no"), { retries: 1 }))
        assert.deepStrictEqual<unknown>(yield* Effect.flip(execution), { tag: "Failure", message: "no" })
        assert.deepStrictEqual(
          told.failed.map(({ willRetry }) => willRetry),
          [true, false]
        )
        assert.isUndefined(store.lookupUnsafe(job.key))
        const bug = yield* executeOnce(inline(() => Effect.die(new TypeError("a bug"))))
        const error = yield* Effect.flip(bug.execution)
        assert.strictEqual("tag" in error ? error.tag : "", "Defect")
        assert.deepStrictEqual(
          bug.told.failed.map(({ willRetry }) => willRetry),
          [false]
        )
      })
    )
  )

  it.live("a failure in a worker is tried again too", () =>
    inFreshStore(
      Effect.gen(function* () {
        const heavy = Stage.make("heavy", { output: number, retries: 1, run: () => Effect.succeed(1) })
        let runs = 0
        const { execution, told } = yield* executeOnce(heavy.node({}), {
          pool: () => {
            runs++
            return Effect.fail(new StageFailed({ tag: "Oops", text: `no ${runs}` }))
          }
        })
        assert.deepStrictEqual<unknown>(yield* Effect.flip(execution), { tag: "Oops", message: "no 2" })
        assert.strictEqual(told.failed.length, 2)
      })
    )
  )

  it.live("an interruption is no failure and is not tried again", () =>
    inFreshStore(
      Effect.gen(function* () {
        let cleaned = 0
        const endless = inline(
          () => Effect.onInterrupt(Effect.as(Effect.never, 1), () => Effect.sync(() => cleaned++)),
          { retries: 3 }
        )
        const { execution, told } = yield* executeOnce(endless)
        const fiber = yield* Effect.forkChild(execution)
        yield* Effect.sleep(20)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(cleaned, 1)
        assert.deepStrictEqual(told, { started: [[-1, 1]], failed: [], progress: [] })
      })
    )
  )
})

describe("what the store holds already", () => {
  it.live("another result for the same key is a warning, and the first one stays", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* Store
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
        assert.strictEqual(store.lookupUnsafe(first.key), first.artifact)
      })
    )
  )

  it.live("a forced result takes the place of the stored one, and a forced failure leaves it", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* Store
        const force = new Set(["inline"])
        const first = yield* executeOnce(inline(() => Effect.succeed(1)))
        yield* (yield* first.execution).durable
        const failing = yield* executeOnce(
          inline(() => Effect.fail("no")),
          { force }
        )
        yield* Effect.flip(failing.execution)
        assert.isDefined(store.lookupUnsafe(first.job.key))
        const forced = yield* executeOnce(
          inline(() => Effect.succeed(2)),
          { force }
        )
        const { artifact, durable } = yield* forced.execution
        assert.isUndefined(yield* durable)
        assert.strictEqual(forced.job.key, first.job.key)
        assert.strictEqual(store.lookupUnsafe(first.job.key), artifact)
      })
    )
  )
})

describe("inputs that are not what the plan took them for", () => {
  it.live("an artifact that is damaged or gone is named, so that it can be computed again", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* Store
        const bytes = Stage.make("bytes", { output: Artifact.bytes, run: () => Effect.succeed(new Uint8Array()) })
        const sum = Stage.make("sum", {
          inputs: { x: Artifact.bytes, y: Artifact.bytes },
          output: number,
          pool: "inline",
          retries: 2,
          run: ({ x, y }) => Effect.succeed(x.length + y.length)
        })
        const good = yield* store.putArtifact(noise(70_000, 1), "bytes")
        for (const damage of ["cut", "gone"]) {
          const bad = yield* store.putArtifact(noise(70_000, 2), "bytes")
          const path = blobPath(store.dir, bad)
          yield* Effect.promise(() => (damage === "gone" ? rm(path) : writeFile(path, "cut")))
          const node = sum.node({ x: bytes.node({}), y: bytes.node({}) })
          const { execution, told } = yield* executeOnce(node, { inputs: [good, bad] })
          const error = yield* Effect.flip(execution)
          assert.isTrue("_tag" in error && error._tag === "DamagedInputs")
          assert.deepStrictEqual("artifacts" in error ? error.artifacts : [], [bad])
          // It is not the stage that failed.
          assert.deepStrictEqual(told.failed, [])
        }
      })
    )
  )

  it.live("a file that changed while the stage read it: the result is not kept", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* Store
        const path = join(store.dir, "..", `${store.dir.split("/").at(-1)}.txt`)
        yield* Effect.promise(() => writeFile(path, "before"))
        yield* Effect.addFinalizer(() => Effect.promise(() => rm(path, { force: true })))
        const { hash } = yield* store.fileHash(path)
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
        assert.strictEqual(JSON.parse(text(yield* store.getArtifact((yield* touched.execution).artifact))), hash)
        const changed = yield* executeOnce(
          reads(() => writeFile(path, "after!")),
          { ...setting, force: new Set(["reads"]) }
        )
        const error = yield* Effect.flip(changed.execution)
        assert.strictEqual("tag" in error ? error.tag : "", "FileChanged")
        assert.include(error.message, path)
        assert.include(error.message, "the result was not kept")
        const gone = yield* executeOnce(
          reads(() => rm(path)),
          setting
        )
        assert.include((yield* Effect.flip(gone.execution)).message, path)
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
        const { execution, told } = yield* executeOnce(inline(() => Effect.succeed(1)))
        const { durable } = yield* execution
        const ended = yield* Effect.exit(durable)
        assert.deepStrictEqual(told.failed, [])
        return ended
      }).pipe(Effect.scoped, Effect.provide(Store.layer({ dir, mode: "read-only" }), { local: true }))
      assert.isTrue(Exit.isFailure(exit))
    })
  )
})
