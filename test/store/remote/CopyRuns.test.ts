/** Whole runs from store to store: all that they used comes, once, also after an interruption. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RunId } from "../../../src/domain/Hash.ts"
import { recordOf } from "../../../src/session/LocalFirst.ts"
import { StoreError, StoreReason } from "../../../src/store/index.ts"
import { copyRuns } from "../../../src/store/remote/CopyRuns.ts"
import type { Side } from "../../../src/store/remote/Far.ts"
import { artifactHash, inStore, noise, type OpenStore, runRecord } from "../rig.ts"
import { inFar, keyOf, resultOf, two } from "./rig.ts"

const run = RunId.make("20260101-000000-aaaa")
const going = RunId.make("20260101-000001-bbbb")
const count = 40

/** A run of forty results, every tenth of them a blob, with a journal and a tag; and one that goes on. */
const fill = ({ artifacts, history, journal, memo, traces }: OpenStore) =>
  Effect.gen(function* () {
    const contents = Array.from({ length: count }, (_, i) => noise(i % 10 === 0 ? 70_000 + i : 100 + i, i))
    for (const [i, content] of contents.entries())
      yield* traces.submit(resultOf(`n${i}`, yield* artifacts.prepare(content, "json")))
    yield* traces.flush
    const cells = contents.map((content, i) => ({
      cell: `a=${i}`,
      outputs: { metrics: artifactHash(content) },
      nodes: [i]
    }))
    yield* history.startRun(runRecord("e", { id: run, status: "succeeded" }))
    yield* journal.append(run, [{ _tag: "Watching", at: 1, text: "one" }])
    yield* history.recordCells(run, cells)
    yield* history.recordKeys(
      run,
      cells.map((_, i) => keyOf(`n${i}`))
    )
    yield* history.tag(run, "submitted")
    yield* history.startRun(runRecord("e", { id: going }))
    yield* memo.set("code-text/t", "c0de", "the code")
  })

const copied = (from: Side, to: Side) =>
  Effect.flatMap(from.history.runs(), (runs) =>
    copyRuns({ from, to, recordOf, codeKind: "code-text/t", told: () => undefined }, runs.toReversed())
  )

/** Fails at its `n`th commit. */
const breaking = (side: OpenStore, n: number): Side => {
  let left = n
  return {
    ...side,
    traces: {
      ...side.traces,
      commit: (entry) =>
        left-- > 0
          ? side.traces.commit(entry)
          : Effect.fail(
              new StoreError({ path: "there", reason: StoreReason.cases.Unreachable.make({ detail: "gone" }) })
            )
    }
  }
}

describe("runs that are copied", () => {
  it.live("come with results, journal and tags; what is there is left, what goes on is told", () =>
    Effect.gen(function* () {
      const both = yield* two
      yield* inFar(both, (far) =>
        Effect.gen(function* () {
          yield* fill(far)
          yield* inStore(both.near, (near) =>
            Effect.gen(function* () {
              const first = yield* copied(far, near)
              assert.deepInclude(first, { runs: 1, there: 0, running: 1, results: count, damaged: 0, tags: 1 })
              assert.isAbove(first.bytes, 280_000)
              const again = yield* copied(far, near)
              assert.deepInclude(again, { runs: 0, there: 1, running: 1, results: 0, bytes: 0, tags: 0 })
              assert.deepStrictEqual(
                (yield* near.history.runs()).map(({ id }) => id),
                [run]
              )
              assert.deepStrictEqual(yield* near.history.cellsOf(run), yield* far.history.cellsOf(run))
              assert.deepStrictEqual(yield* near.history.keysOf(run), yield* far.history.keysOf(run))
              assert.strictEqual((yield* near.history.tags).get("submitted"), run)
              assert.deepStrictEqual(
                (yield* near.journal.read(run, 0)).entries,
                (yield* far.journal.read(run, 0)).entries
              )
              const report = yield* near.maintenance.check({ repair: false })
              assert.deepStrictEqual([report.checked, report.damaged, report.rows], [count, [], []])
              // A copy is nobody's computation here.
              assert.strictEqual((yield* near.traces.durations).size, 0)
            })
          )
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("are not there before their results are, and come on where they were cut off", () =>
    Effect.gen(function* () {
      const both = yield* two
      yield* inFar(both, (far) =>
        Effect.gen(function* () {
          yield* fill(far)
          yield* inStore(both.near, (near) =>
            Effect.gen(function* () {
              const error = yield* Effect.flip(copied(far, breaking(near, 15)))
              assert.strictEqual(error.reason._tag, "Unreachable")
              assert.deepStrictEqual(yield* near.history.runs(), [])
              // As where it was cut off between the run and its lists.
              yield* near.history.startRun(runRecord("e", { id: run, status: "succeeded" }))
              const rest = yield* copied(far, near)
              assert.deepInclude(rest, { runs: 1, damaged: 0 })
              assert.isAtMost(rest.results, count - 15)
              assert.strictEqual((yield* near.history.cellsOf(run)).length, count)
              assert.strictEqual((yield* near.maintenance.usage).traces, count)
            })
          )
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("leave a tag that another run has there", () =>
    Effect.gen(function* () {
      const both = yield* two
      yield* inFar(both, (far) =>
        Effect.gen(function* () {
          yield* fill(far)
          yield* inStore(both.near, (near) =>
            Effect.gen(function* () {
              const other = RunId.make("20250101-000000-cccc")
              yield* near.history.startRun(runRecord("e", { id: other, status: "succeeded" }))
              yield* near.history.tag(other, "submitted")
              assert.deepInclude(yield* copied(far, near), { tags: 0, takenTags: ["submitted"] })
              assert.strictEqual((yield* near.history.tags).get("submitted"), other)
            })
          )
        })
      )
    }).pipe(Effect.scoped)
  )
})
