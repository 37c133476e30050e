import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import * as Experiment from "../../src/declare/Experiment.ts"
import * as Grid from "../../src/declare/Grid.ts"
import * as Pipeline from "../../src/declare/Pipeline.ts"
import { Progress } from "../../src/declare/Progress.ts"
import * as Stage from "../../src/declare/Stage.ts"
import { Key, RunId } from "../../src/domain/Hash.ts"
import { oneCore } from "../../src/domain/Resources.ts"
import { InlineExecutor } from "../../src/execute/Executor.ts"
import * as Inline from "../../src/execute/InlineExecutor.ts"
import type { LoadedProgram } from "../../src/execute/LoadedProgram.ts"
import type { Task, TaskEvent } from "../../src/execute/Task.ts"
import { hashOf, Sqlite } from "../../src/store/index.ts"
import { number } from "../plan/declared.ts"
import { temporary } from "../store/rig.ts"
import { programOf } from "./executors.ts"

class Dice extends Context.Service<Dice, { readonly roll: number }>()("test/execute/Dice") {}

const taskOf = (stage: string, config: Schema.Json = {}): Task => ({
  program: { hash: "p", name: "e.ts", variables: [] },
  stage: { name: stage, module: "m.ts", export: stage, kind: "json", variables: [] },
  node: `${stage}#0`,
  config,
  inputs: [],
  run: RunId.make("r"),
  key: Key.make("0".repeat(64)),
  record: "{}",
  isForced: false,
  needs: oneCore,
  numerics: null,
  time: null
})

/** The tasks' outcomes, one after another on one executor. */
const computed = (program: LoadedProgram, ...tasks: ReadonlyArray<Task>) =>
  Effect.gen(function* () {
    const dir = yield* temporary
    const events: Array<TaskEvent> = []
    const outcomes = yield* Effect.gen(function* () {
      const inline = yield* InlineExecutor
      assert.strictEqual(inline.capacity, 1)
      const each = yield* Effect.forEach(tasks, (task) => inline.run(task, (event) => events.push(event)))
      yield* inline.release
      return each
    }).pipe(
      Effect.provide(
        Inline.layer(() => Effect.succeed(program)).pipe(Layer.provideMerge(Sqlite.layer({ dir, mode: "read-write" }))),
        { local: true }
      )
    )
    return { events, outcomes }
  })

describe("the inline executor", () => {
  it.live("gives a hashed output or a failure as an outcome, and tells of its beginning and its progress", () =>
    Effect.gen(function* () {
      const double = Stage.make("double", {
        config: Schema.Struct({ n: Schema.Int }),
        output: number,
        run: (_, { n }) =>
          Effect.gen(function* () {
            const progress = yield* Progress
            yield* progress.report({ current: 1, total: 2, unit: "row" })
            return n === 0 ? yield* Effect.fail("nothing to double") : 2 * n
          })
      })
      const { events, outcomes } = yield* computed(
        programOf([double]),
        taskOf("double", { n: 21 }),
        taskOf("double", { n: 0 }),
        taskOf("treble")
      )
      const [first, second, third] = outcomes
      const bytes = new TextEncoder().encode("42")
      assert.isTrue(first?._tag === "Succeeded")
      if (first?._tag === "Succeeded") {
        assert.deepStrictEqual([first.hash, first.size, first.left], [hashOf(bytes), 2, null])
        assert.deepStrictEqual([...(first.inline ?? [])], [...bytes])
        assert.isAtLeast(first.durationMs, 0)
      }
      assert.isTrue(second?._tag === "Failed")
      if (second?._tag === "Failed")
        assert.deepStrictEqual(second.failure, { tag: "Failure", message: "nothing to double" })
      assert.isTrue(third?._tag === "Failed" && third.failure.message.includes('e.ts has no stage "treble" at m.ts'))
      assert.deepStrictEqual(events.slice(0, 2), [
        { _tag: "Started", worker: -1 },
        { _tag: "Progress", current: 1, total: 2, unit: "row", metrics: {} }
      ])
    })
  )

  it.live("builds the experiment's layer once, where a stage asks for it, and lets go of it when told", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const roll = Stage.make("roll", { output: number, run: () => Effect.map(Dice, (dice) => dice.roll) })
      const layer = Layer.effect(
        Dice,
        Effect.acquireRelease(
          Effect.sync(() => {
            told.push("built")
            return { roll: 4 }
          }),
          () => Effect.sync(() => told.push("released"))
        )
      )
      const experiment = Experiment.make("e", {
        pipeline: Pipeline.make("p", Schema.Struct({ k: Schema.Int }), () => ({ roll: roll.node({}) })),
        grid: Grid.axes({ k: [1] }),
        layer
      })
      const none = yield* computed(programOf([roll], experiment))
      assert.deepStrictEqual([none.outcomes, told], [[], []])
      const { outcomes } = yield* computed(programOf([roll], experiment), taskOf("roll"), taskOf("roll"))
      assert.deepStrictEqual(
        outcomes.map(({ _tag }) => _tag),
        ["Succeeded", "Succeeded"]
      )
      assert.deepStrictEqual(told, ["built", "released"])
    })
  )
})
