import { tmpdir } from "node:os"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as Artifact from "../../src/declare/Artifact.ts"
import { Progress, type ProgressReport } from "../../src/declare/Progress.ts"
import * as Stage from "../../src/declare/Stage.ts"
import { Deadline } from "../../src/execute/Deadline.ts"
import { StageTimeout } from "../../src/execute/Failure.ts"
import * as InputCache from "../../src/execute/InputCache.ts"
import { NumericsDiffer } from "../../src/execute/NumericsDiffer.ts"
import { attempt, type Keeper } from "../../src/execute/StageRun.ts"
import { type InputRef, timeOf } from "../../src/execute/Task.ts"
import { prepareArtifact } from "../../src/store/Blobs.ts"
import { artifact } from "../plan/declared.ts"

const number = Artifact.json(Schema.Finite)
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** Takes what the tests' stages give: small values. */
const keeper: Keeper = {
  prepare: (bytes, kind) => prepareArtifact(tmpdir(), bytes, kind),
  prepareFile: () => Effect.die("no file is given here"),
  prepareFolder: () => Effect.die("no folder is given here")
}

/** One attempt; inputs are read from `stored`, by the name of their artifact. */
const run = (
  stage: Stage.AnyStage,
  config: unknown,
  inputs: ReadonlyArray<InputRef> = [],
  stored: { readonly [name: string]: unknown } = {},
  reports: Array<ProgressReport> = [],
  numerics: string | null = null
) =>
  Effect.flatMap(Clock.Clock, (clock) =>
    attempt({
      stage,
      config,
      inputs,
      numerics,
      variables: [],
      deadline: Deadline.of(timeOf(stage.timeout, 0), clock),
      cache: InputCache.make(),
      artifacts: keeper,
      copy: () => Effect.fail("missing" as const),
      read: (hash) => {
        const name = Object.keys(stored).find((each) => artifact(each) === hash)
        return name === undefined ? Effect.fail("missing" as const) : Effect.succeed(bytesOf(stored[name]))
      },
      report: (report) => Effect.sync(() => reports.push(report))
    })
  )

describe("one attempt", () => {
  it.effect("is not made by other numerics than those that its key names, which may depend on the config", () =>
    Effect.gen(function* () {
      let runs = 0
      const stage = Stage.make("fit", {
        config: Schema.Struct({ backend: Schema.String }),
        output: number,
        numerics: ({ backend }) => `${backend}@2`,
        run: () => Effect.sync(() => ++runs)
      })
      const tried = (backend: string, numerics: string | null) => run(stage, { backend }, [], {}, [], numerics)
      yield* tried("native", "native@2")
      assert.strictEqual(runs, 1)
      for (const numerics of ["native@1", "wasm@2", null]) {
        const error = yield* Effect.flip(tried("native", numerics))
        if (!(error instanceof NumericsDiffer)) return assert.fail(String(error))
        assert.strictEqual(error.inKey, numerics)
        assert.include(error.message, `planned for the numerics ${numerics ?? "(none)"}, and here they are native@2`)
      }
      assert.strictEqual(runs, 1)
    })
  )
  it.effect("gives a list input as one array, in order", () =>
    Effect.gen(function* () {
      const stage = Stage.make("join", {
        inputs: { parts: Artifact.list(number), rest: Artifact.list(number) },
        output: Artifact.json(Schema.Array(Schema.Finite)),
        run: ({ parts, rest }) => Effect.succeed([...parts, -1, ...rest])
      })
      const names = Array.from({ length: 12 }, (_, at) => `parts.${at}`)
      const { inline: bytes } = yield* run(
        stage,
        {},
        names.toSorted().map((name) => ({ name, artifact: artifact(name) })),
        Object.fromEntries(names.map((name, at) => [name, at]))
      )
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(bytes)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -1])
    })
  )
  it.effect("decodes inputs and config by their schemas, and encodes the output by its own", () =>
    Effect.gen(function* () {
      const stage = Stage.make("shift", {
        config: Schema.Struct({ by: Schema.Date, tags: Schema.ReadonlySet(Schema.String) }),
        inputs: { day: Artifact.json(Schema.Date), file: Artifact.file },
        output: Artifact.json(Schema.Struct({ day: Schema.Date, tags: Schema.Finite, path: Schema.String })),
        run: ({ day, file }, { by, tags }) =>
          Effect.succeed({ day: new Date(day.getTime() + by.getTime()), tags: tags.size, path: file.path })
      })
      const { inline: bytes } = yield* run(
        stage,
        { by: "1970-01-01T00:00:01.000Z", tags: ["a", "b"] },
        [
          { name: "day", artifact: artifact("d") },
          { name: "file", external: { path: "/f", hash: artifact("f") } }
        ],
        { d: "1970-01-01T00:00:02.000Z" }
      )
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(bytes)), {
        day: "1970-01-01T00:00:03.000Z",
        tags: 2,
        path: "/f"
      })
    })
  )

  it.effect("fails with the stage's failure, an input that is not there or of another type, or a bad output", () =>
    Effect.gen(function* () {
      const failing = Stage.make("failing", { output: number, run: () => Effect.fail("no luck") })
      assert.strictEqual(yield* Effect.flip(run(failing, {})), "no luck")
      const reads = Stage.make("reads", { inputs: { x: number }, output: number, run: ({ x }) => Effect.succeed(x) })
      const x = [{ name: "x", artifact: artifact("x") }]
      assert.strictEqual(yield* Effect.flip(run(reads, {}, x)), "missing")
      assert.instanceOf(yield* Effect.flip(run(reads, {}, x, { x: "text" })), Artifact.ArtifactInvalid)
      const nan = Stage.make("nan", { output: number, run: () => Effect.succeed(Number.NaN) })
      assert.instanceOf(yield* Effect.flip(run(nan, {})), Artifact.ArtifactInvalid)
    })
  )

  it.effect("what a stage throws is a defect, in its Effect and before it gives one", () =>
    Effect.gen(function* () {
      const bug = new TypeError("a bug")
      const throws = (): never => {
        throw bug
      }
      const late = Stage.make("late", { output: number, run: () => Effect.sync(throws) })
      const early = Stage.make("early", { output: number, run: throws })
      for (const stage of [late, early]) {
        const exit = yield* Effect.exit(run(stage, {}))
        assert.isTrue(Exit.isFailure(exit) && exit.cause.reasons.some((r) => r._tag === "Die" && r.defect === bug))
      }
    })
  )

  it.effect("a stage that takes longer than its timeout is interrupted and fails with the limit", () =>
    Effect.gen(function* () {
      let interrupted = false
      const slow = Stage.make("slow", {
        output: number,
        timeout: "3 seconds",
        run: () =>
          Effect.onInterrupt(Effect.as(Effect.sleep("1 hour"), 1), () =>
            Effect.sync(() => {
              interrupted = true
            })
          )
      })
      const fiber = yield* Effect.forkChild(Effect.flip(run(slow, {})))
      yield* TestClock.adjust(2999)
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust(1)
      const error = yield* Fiber.join(fiber)
      assert.instanceOf(error, StageTimeout)
      assert.include(String(error.message), "no result after 3s")
      assert.isTrue(interrupted)
    })
  )
})

describe("progress reports", () => {
  /** A stage that reports these, each after a pause in milliseconds. */
  const reporting = (reports: ReadonlyArray<readonly [pause: number, report: ProgressReport]>) =>
    Stage.make("reporting", {
      output: number,
      run: () =>
        Effect.gen(function* () {
          const progress = yield* Progress
          for (const [pause, report] of reports) {
            yield* Effect.sleep(pause)
            yield* progress.report(report)
          }
          return 1
        })
    })
  const heard = (reports: ReadonlyArray<readonly [number, ProgressReport]>) =>
    Effect.gen(function* () {
      const out: Array<ProgressReport> = []
      const fiber = yield* Effect.forkChild(Effect.exit(run(reporting(reports), {}, [], {}, out)))
      for (let ms = 0; ms < 600; ms++) yield* TestClock.adjust(1)
      const exit = yield* Fiber.join(fiber)
      assert.isTrue(Exit.isSuccess(exit), "a report must not change the result")
      return out
    })

  it.effect("are passed on at most ten a second", () =>
    Effect.gen(function* () {
      const out = yield* heard(
        Array.from({ length: 50 }, (_, at) => [10, { current: at, total: 50, unit: "epoch" }] as const)
      )
      assert.deepStrictEqual(
        out.map((report) => report.current),
        [0, 10, 20, 30, 40]
      )
    })
  )

  it.effect("figures that are not finite are left out, and a position that is none is not passed on", () =>
    Effect.gen(function* () {
      const out = yield* heard([
        [1, { current: Number.NaN, unit: "epoch" }],
        [1, { current: Number.POSITIVE_INFINITY, unit: "epoch" }],
        [1, { current: 1, total: Number.NaN, unit: "epoch", metrics: { loss: Number.NaN, accuracy: 0.5 } }],
        [200, { current: 2, total: 3, unit: "epoch" }]
      ])
      assert.deepStrictEqual(out, [
        { current: 1, unit: "epoch", metrics: { accuracy: 0.5 } },
        { current: 2, total: 3, unit: "epoch", metrics: {} }
      ])
    })
  )
})
