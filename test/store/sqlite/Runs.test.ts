import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { RunId } from "../../../src/domain/Hash.ts"
import { RunRecord } from "../../../src/domain/RunRecord.ts"
import { encodeRun } from "../../../src/store/sqlite/Runs.ts"
import { commitOf, find, inlineArtifact, inStore, keyOf, runRecord, temporary } from "../rig.ts"

const id = (text: string) => RunId.make(text)

describe("runs", () => {
  it("are written as their schema encodes them", () => {
    const run = runRecord("table3", { durationMs: 12.5, status: "failed", settings: { "a.b": "π" } })
    assert.deepStrictEqual(JSON.parse(encodeRun(run)), Schema.encodeSync(RunRecord)(run))
  })

  it.effect("come back as they were recorded, newest first, with their cells in order", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const first = runRecord("table3", { id: id("1"), startedAt: 1 })
      const second = runRecord("table3", { id: id("2"), startedAt: 2 })
      const other = runRecord("table2", { id: id("3"), startedAt: 3 })
      const cells = ["b=2", "a=1", "a=0"].map((cell) => ({
        cell,
        outputs: { metrics: inlineArtifact(cell).hash },
        nodes: [0]
      }))
      const finished = { ...first, status: "succeeded", durationMs: 12.5, executed: 2, cached: 1 } as const
      const failed = { ...second, status: "failed", durationMs: 1, failed: 1 } as const
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const run of [first, second, other]) yield* store.history.startRun(run)
          yield* store.history.recordCells(first.id, cells)
          yield* store.history.finishRun(finished)
          yield* store.history.finishRun(failed)
        })
      )
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* store.history.runs(), [other, failed, finished])
          assert.deepStrictEqual(yield* store.history.runs(1), [other])
          assert.deepStrictEqual(yield* store.history.run(id("1")), finished)
          assert.isUndefined(yield* store.history.run(id("none")))
          assert.deepStrictEqual(yield* store.history.latestRun({ name: "table3" }), failed)
          assert.deepStrictEqual(yield* store.history.latestRun({ name: "table3" }, "finished"), failed)
          assert.deepStrictEqual(yield* store.history.latestRun({ name: "table3" }, "succeeded"), finished)
          assert.deepStrictEqual(yield* store.history.latestRun({ name: "table2" }), other)
          assert.isUndefined(yield* store.history.latestRun({ name: "table2" }, "finished"))
          assert.deepStrictEqual(yield* store.history.cellsOf(id("1")), cells)
          assert.deepStrictEqual(yield* store.history.cellsOf(id("2")), [])
        })
      )
    })
  )

  it.effect("two runs of one name are refused, and the first stays", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* store.history.startRun(runRecord("a", { id: id("same") }))
          const error = yield* Effect.flip(store.history.startRun(runRecord("b", { id: id("same") })))
          assert.strictEqual(error.reason._tag, "RunExists")
          assert.strictEqual((yield* store.history.run(id("same")))?.experiment, "a")
        })
      )
    })
  )
})

describe("history", () => {
  it.effect("durations are means over all executions; a key's is its last one", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const timed = (name: string, stage: string, durationMs: number, at: number) => {
        const entry = commitOf(name, inlineArtifact(name), stage, at)
        return { ...entry, execution: { ...entry.execution, durationMs } }
      }
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* store.traces.commit(timed("a", "train", 10, 1))
          yield* store.traces.commit(timed("a", "train", 40, 2))
          yield* store.traces.commit(timed("b", "train", 100, 3))
          yield* store.traces.commit(timed("c", "load", 7, 4))
          assert.deepStrictEqual(Object.fromEntries(yield* store.traces.durations), {
            train: { n: 3, meanMs: 50 },
            load: { n: 1, meanMs: 7 }
          })
        })
      )
    })
  )

  it.effect("a stage's traces come newest first, up to a limit; a deleted one is a miss but stays in history", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const at of [2, 3, 1])
            yield* store.traces.commit(commitOf(`n${at}`, inlineArtifact("same"), "train", at))
          yield* store.traces.commit(commitOf("other", inlineArtifact("other"), "load", 9))
          const ats = Effect.map(store.traces.ofStage("train"), (traces) => traces.map(({ at }) => at))
          assert.deepStrictEqual(yield* ats, [3, 2, 1])
          assert.deepStrictEqual(
            (yield* store.traces.ofStage("train", 1)).map(({ key }) => key),
            [keyOf("n3")]
          )
          assert.isTrue(yield* store.traces.remove(keyOf("n3")))
          assert.isFalse(yield* store.traces.remove(keyOf("n3")))
          assert.isUndefined(yield* find(store, keyOf("n3")))
          assert.deepStrictEqual(yield* ats, [2, 1])
          assert.deepStrictEqual((yield* store.traces.durations).get("train"), { n: 3, meanMs: 5 })
        })
      )
    })
  )
})

describe("a run", () => {
  it.effect("of the same name in another file is another experiment's", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const file of ["one.ts", "two.ts"]) yield* store.history.startRun(runRecord("e", { id: id(file), file }))
          assert.strictEqual((yield* store.history.latestRun({ name: "e", file: "one.ts" }))?.id, "one.ts")
          assert.strictEqual((yield* store.history.latestRun({ name: "e" }))?.id, "two.ts")
          assert.deepStrictEqual(
            (yield* store.history.runsOf({ name: "e", file: "two.ts" })).map(({ file }) => file),
            ["two.ts"]
          )
        })
      )
    })
  )

  it.effect("that was recorded last is the latest, also where the clock went back", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* store.history.startRun(runRecord("e", { id: id("first"), startedAt: 9000 }))
          yield* store.history.startRun(runRecord("e", { id: id("second"), startedAt: 1 }))
          assert.strictEqual((yield* store.history.latestRun({ name: "e" }))?.id, "second")
          assert.deepStrictEqual(
            (yield* store.history.runs()).map((run) => String(run.id)),
            ["second", "first"]
          )
        })
      )
    })
  )

  it.effect("that goes on shows the cells that have ended; its list replaces them", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const cell = (name: string, text: string) => ({
        cell: name,
        outputs: { metrics: inlineArtifact(text).hash },
        nodes: []
      })
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* store.history.startRun(runRecord("e", { id: id("r") }))
          yield* store.history.recordCells(id("r"), [cell("a", "known before")])
          yield* yield* store.history.recordCell(id("r"), cell("b", "ended"))
          yield* yield* store.history.recordCell(id("r"), cell("a", "again"))
        })
      )
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* store.history.cellsOf(id("r")), [cell("a", "again"), cell("b", "ended")])
          yield* store.history.recordCells(id("r"), [cell("b", "ended")])
          assert.deepStrictEqual(yield* store.history.cellsOf(id("r")), [cell("b", "ended")])
        })
      )
    })
  )
})
