import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { RunId } from "../../src/domain/Hash.ts"
import { RunRecord } from "../../src/domain/RunRecord.ts"
import { encodeRun } from "../../src/store/Runs.ts"
import { commitOf, inlineArtifact, inStore, keyOf, runRecord, temporary } from "./rig.ts"

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
          for (const run of [first, second, other]) yield* store.startRun(run)
          yield* store.recordCells(first.id, cells)
          yield* store.finishRun(finished)
          yield* store.finishRun(failed)
        })
      )
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* store.runs(), [other, failed, finished])
          assert.deepStrictEqual(yield* store.runs(1), [other])
          assert.deepStrictEqual(yield* store.run(id("1")), finished)
          assert.isUndefined(yield* store.run(id("none")))
          assert.deepStrictEqual(yield* store.latestRun({ name: "table3" }), failed)
          assert.deepStrictEqual(yield* store.latestRun({ name: "table3" }, "finished"), failed)
          assert.deepStrictEqual(yield* store.latestRun({ name: "table3" }, "succeeded"), finished)
          assert.deepStrictEqual(yield* store.latestRun({ name: "table2" }), other)
          assert.isUndefined(yield* store.latestRun({ name: "table2" }, "finished"))
          assert.deepStrictEqual(yield* store.cellsOf(id("1")), cells)
          assert.deepStrictEqual(yield* store.cellsOf(id("2")), [])
        })
      )
    })
  )

  it.effect("two runs of one name are refused, and the first stays", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* store.startRun(runRecord("a", { id: id("same") }))
          const error = yield* Effect.flip(store.startRun(runRecord("b", { id: id("same") })))
          assert.strictEqual(error.reason._tag, "RunExists")
          assert.strictEqual((yield* store.run(id("same")))?.experiment, "a")
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
          yield* store.commit(timed("a", "train", 10, 1))
          yield* store.commit(timed("a", "train", 40, 2))
          yield* store.commit(timed("b", "train", 100, 3))
          yield* store.commit(timed("c", "load", 7, 4))
          assert.deepStrictEqual(Object.fromEntries(store.durations()), {
            train: { n: 3, meanMs: 50 },
            load: { n: 1, meanMs: 7 }
          })
          assert.strictEqual(store.durationOf(keyOf("a")), 40)
          assert.isUndefined(store.durationOf(keyOf("never")))
        })
      )
    })
  )

  it.effect("a stage's traces come newest first, up to a limit; a deleted one is a miss but stays in history", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (const at of [2, 3, 1]) yield* store.commit(commitOf(`n${at}`, inlineArtifact("same"), "train", at))
          yield* store.commit(commitOf("other", inlineArtifact("other"), "load", 9))
          const ats = Effect.map(store.tracesOf("train"), (traces) => traces.map(({ at }) => at))
          assert.deepStrictEqual(yield* ats, [3, 2, 1])
          assert.deepStrictEqual(
            (yield* store.tracesOf("train", 1)).map(({ key }) => key),
            [keyOf("n3")]
          )
          assert.isTrue(yield* store.deleteTrace(keyOf("n3")))
          assert.isFalse(yield* store.deleteTrace(keyOf("n3")))
          assert.isUndefined(store.lookupUnsafe(keyOf("n3")))
          assert.deepStrictEqual(yield* ats, [2, 1])
          assert.strictEqual(store.durationOf(keyOf("n3")), 5)
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
          for (const file of ["one.ts", "two.ts"]) yield* store.startRun(runRecord("e", { id: id(file), file }))
          assert.strictEqual((yield* store.latestRun({ name: "e", file: "one.ts" }))?.id, "one.ts")
          assert.strictEqual((yield* store.latestRun({ name: "e" }))?.id, "two.ts")
          assert.deepStrictEqual(
            (yield* store.runsOf({ name: "e", file: "two.ts" })).map(({ file }) => file),
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
          yield* store.startRun(runRecord("e", { id: id("first"), startedAt: 9000 }))
          yield* store.startRun(runRecord("e", { id: id("second"), startedAt: 1 }))
          assert.strictEqual((yield* store.latestRun({ name: "e" }))?.id, "second")
          assert.deepStrictEqual(
            (yield* store.runs()).map((run) => String(run.id)),
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
          yield* store.startRun(runRecord("e", { id: id("r") }))
          yield* store.recordCells(id("r"), [cell("a", "known before")])
          yield* yield* store.recordCell(id("r"), cell("b", "ended"))
          yield* yield* store.recordCell(id("r"), cell("a", "again"))
        })
      )
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* store.cellsOf(id("r")), [cell("a", "again"), cell("b", "ended")])
          yield* store.recordCells(id("r"), [cell("b", "ended")])
          assert.deepStrictEqual(yield* store.cellsOf(id("r")), [cell("b", "ended")])
        })
      )
    })
  )
})
