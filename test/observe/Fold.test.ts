import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { RunEvent } from "../../src/domain/RunEvent.ts"
import * as Cell from "../../src/observe/CellProgress.ts"
import * as Fold from "../../src/observe/Fold.ts"
import { finishedNodes, initial, type Progress } from "../../src/observe/Progress.ts"
import * as Vector from "../../src/observe/Vector.ts"
import { scripted } from "./ScriptedRun.ts"

const cellStates = (progress: Progress) => Vector.toArray(progress.cells).map(Cell.state)
const nodeStates = (progress: Progress) => Vector.toArray(progress.nodes).map(({ state }) => state)

/** A cell's state told from its nodes alone, without any counter. */
const expectedCell = (
  run: ReturnType<typeof scripted>,
  states: ReadonlyArray<string>,
  cell: number
): Cell.CellState => {
  const own = run.nodes.flatMap((node, index) => (node.cells.includes(cell) ? [[node, states[index]] as const] : []))
  if (own.some(([, state]) => state === "failed")) return "failed"
  if (own.some(([, state]) => state === "skipped")) return "skipped"
  if (own.every(([, state]) => state === "cached")) return "cached"
  if (own.every(([, state]) => state === "cached" || state === "succeeded")) return "computed"
  const isOwn = (cells: ReadonlyArray<number>) => cells.length < run.cells.length
  return own.some(([node, state]) => state === "running" && isOwn(node.cells)) ? "running" : "waiting"
}

describe("Fold", () => {
  const run = scripted({ methods: ["plain", "fair"], seeds: 2 })

  it("lays the cells out as variants by seeds", () => {
    const { plan } = Fold.step(initial, run.started())
    assert.deepStrictEqual(plan?.seeds, [1, 2])
    assert.deepStrictEqual(plan?.variants, [
      { id: "method=plain", labels: ["plain"], cells: [0, 1] },
      { id: "method=fair", labels: ["fair"], cells: [2, 3] }
    ])
  })

  it("leaves a hole where the grid has no cell, and sorts seeds", () => {
    const started = run.started()
    if (started._tag !== "RunStarted") return assert.fail()
    const [a, b, c] = started.cells
    if (a === undefined || b === undefined || c === undefined) return assert.fail()
    const { plan } = Fold.step(initial, { ...started, nodes: [], cells: [{ ...a, seed: 12 }, { ...b, seed: 3 }, c] })
    assert.deepStrictEqual(plan?.seeds, [1, 3, 12])
    assert.deepStrictEqual(
      plan?.variants.map(({ cells }) => cells),
      [
        [-1, 1, 0],
        [2, -1, -1]
      ]
    )
  })

  it("follows a cell from waiting over running to computed, with the part done", () => {
    let progress = Fold.steps(initial, [run.started(), run.start(0, 0)])
    assert.deepStrictEqual(cellStates(progress), ["waiting", "waiting", "waiting", "waiting"])
    progress = Fold.steps(progress, [run.succeeded(0, 100, 100), run.start(run.train(0), 100)])
    assert.deepStrictEqual(cellStates(progress), ["running", "waiting", "waiting", "waiting"])
    progress = Fold.step(progress, run.report(run.train(0), 600, 200, 400, 0.3))
    // Effort is estimate + 1 ms: corpus 101 and half of training 1001, of 101 + 1001 + 11.
    assert.approximately(Cell.fraction(Vector.get(progress.cells, 0) ?? Cell.idle), (101 + 500.5) / 1113, 1e-12)
    progress = Fold.steps(progress, [
      run.succeeded(run.train(0), 1100, 1000),
      run.start(run.measure(0), 1100),
      run.succeeded(run.measure(0), 1110, 10)
    ])
    assert.deepStrictEqual(cellStates(progress), ["computed", "waiting", "waiting", "waiting"])
    assert.strictEqual(Cell.fraction(Vector.get(progress.cells, 0) ?? Cell.idle), 1)
    assert.deepStrictEqual(progress.nodeCounts, {
      waiting: 6,
      running: 0,
      cached: 0,
      succeeded: 3,
      failed: 0,
      skipped: 0
    })
    assert.strictEqual(finishedNodes(progress), 3)
  })

  it("calls a cell cached only if nothing had to run", () => {
    const hits = [0, run.train(0), run.measure(0), run.train(1)].map((node) => run.cached(node, 1))
    const progress = Fold.steps(initial, [run.started(), ...hits, run.succeeded(run.measure(1), 2, 1)])
    assert.deepStrictEqual(cellStates(progress), ["cached", "computed", "waiting", "waiting"])
  })

  it("takes a retried attempt back to waiting and counts no failure", () => {
    const node = run.train(0)
    let progress = Fold.steps(initial, [
      run.started(),
      run.start(node, 1),
      run.report(node, 2, 200, 400, 1),
      run.failed(node, 3, 1, true)
    ])
    assert.strictEqual(Vector.get(progress.nodes, node)?.state, "waiting")
    assert.strictEqual(Cell.fraction(Vector.get(progress.cells, 0) ?? Cell.idle), 0)
    assert.strictEqual(progress.retries, 1)
    assert.strictEqual(progress.failures.length, 0)
    progress = Fold.step(progress, run.start(node, 4, 2))
    assert.strictEqual(Vector.get(progress.nodes, node)?.attempt, 2)
    assert.isNull(Vector.get(progress.nodes, node)?.report)
  })

  it("fails the cells of a failed node and keeps its failure; the others go on", () => {
    const progress = Fold.steps(initial, [
      run.started(),
      run.start(run.train(1), 1),
      run.failed(run.train(1), 2),
      run.skipped(run.measure(1), 2, run.train(1)),
      run.start(run.train(2), 3)
    ])
    assert.deepStrictEqual(cellStates(progress), ["waiting", "failed", "running", "waiting"])
    assert.deepStrictEqual(Vector.toArray(progress.failures), [run.train(1)])
    assert.strictEqual(Vector.get(progress.variants, 0)?.failed, 1)
  })

  it("counts what an interruption left as skipped", () => {
    const progress = Fold.steps(initial, [
      run.started(),
      run.cached(0, 0),
      run.start(run.train(0), 1),
      run.finished(2, "interrupted", { cached: 1, skipped: 8 })
    ])
    assert.deepStrictEqual(cellStates(progress), ["skipped", "skipped", "skipped", "skipped"])
    assert.strictEqual(progress.nodeCounts.skipped, 8)
    assert.deepStrictEqual(progress.slots, [])
    assert.strictEqual(progress.outcome?.status, "interrupted")
  })

  it("keeps a running node in its place while others come and go", () => {
    const slots = (events: ReadonlyArray<RunEvent>) => Fold.steps(initial, [run.started(), ...events]).slots
    const both = [run.start(1, 0), run.start(2, 0)]
    assert.deepStrictEqual(slots(both), [1, 2])
    assert.deepStrictEqual(slots([...both, run.succeeded(1, 1, 1)]), [-1, 2])
    assert.deepStrictEqual(slots([...both, run.succeeded(1, 1, 1), run.start(3, 2)]), [3, 2])
    assert.deepStrictEqual(slots([...both, run.succeeded(2, 1, 1)]), [1])
  })

  it("ignores events before the start, of unknown nodes, and reports that come too late", () => {
    assert.strictEqual(Fold.step(initial, run.cached(0, 1)), initial)
    const started = Fold.steps(initial, [run.started(), run.start(1, 1), run.succeeded(1, 2, 1)])
    const late = Fold.step(started, run.report(1, 3, 1, 2, 1))
    assert.deepStrictEqual(nodeStates(late), nodeStates(started))
    const other = scripted({ methods: ["plain"], seeds: 9 })
    assert.deepStrictEqual(Fold.step(started, other.cached(12, 1)).nodeCounts, started.nodeCounts)
  })

  const anyEvent = fc
    .record({
      kind: fc.constantFrom("start", "report", "cached", "succeeded", "failed", "retry", "skipped"),
      node: fc.integer({ min: 0, max: 8 }),
      part: fc.integer({ min: 0, max: 5 })
    })
    .map(({ kind, node, part }): RunEvent => {
      switch (kind) {
        case "start":
          return run.start(node, 1)
        case "report":
          return run.report(node, 1, part, 4, 0.5)
        case "cached":
          return run.cached(node, 1)
        case "succeeded":
          return run.succeeded(node, 1, 5)
        case "failed":
          return run.failed(node, 1)
        case "retry":
          return run.failed(node, 1, 1, true)
        default:
          return run.skipped(node, 1, 0)
      }
    })

  it("agrees with a recount after any events in any order, one by one or together", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const start = Fold.step(initial, run.started())
        const snapshots: Array<Progress> = []
        for (const event of events) snapshots.push(Fold.step(snapshots.at(-1) ?? start, event))
        const progress = snapshots[snapshots.length - 1] ?? start
        assert.deepStrictEqual(Fold.steps(start, events), progress)
        const states = nodeStates(progress)
        for (const [state, count] of Object.entries(progress.nodeCounts)) {
          assert.strictEqual(count, states.filter((other) => other === state).length, state)
        }
        const cells = run.cells.map((_, cell) => expectedCell(run, states, cell))
        assert.deepStrictEqual(cellStates(progress), cells)
        for (const [state, count] of Object.entries(progress.cellCounts)) {
          assert.strictEqual(count, cells.filter((other) => other === state).length, state)
        }
        for (const cell of Vector.toArray(progress.cells)) {
          assert.isAtLeast(Cell.fraction(cell), 0)
          assert.isAtMost(Cell.fraction(cell), 1)
        }
        assert.sameMembers(
          progress.slots.filter((node) => node >= 0),
          states.flatMap((state, index) => (state === "running" ? [index] : []))
        )
        // Earlier values are what they were.
        assert.deepStrictEqual(
          nodeStates(start),
          run.nodes.map(() => "waiting")
        )
        const half = snapshots[Math.floor(snapshots.length / 2)]
        if (half !== undefined) {
          const again = Fold.steps(start, events.slice(0, Math.floor(snapshots.length / 2) + 1))
          assert.deepStrictEqual(half, again)
        }
      }),
      { numRuns: 200 }
    )
  })

  it("shares all but what an event touches with the value before it", () => {
    const large = scripted({ methods: Array.from({ length: 1000 }, (_, index) => `m${index}`), seeds: 5 })
    const before = Fold.step(initial, large.started())
    const after = Fold.step(before, large.start(large.train(2345), 1))
    const copied = (field: "nodes" | "cells" | "variants"): number =>
      after[field].chunks.filter((chunk, index) => chunk !== before[field].chunks[index]).length
    assert.isAbove(before.nodes.chunks.length, 100)
    assert.deepStrictEqual([copied("nodes"), copied("cells"), copied("variants")], [1, 1, 1])
    assert.strictEqual(after.plan, before.plan)
  })
})

describe("Fold of details", () => {
  const run = scripted({ methods: ["plain", "fair"], seeds: 2 })
  const id = (node: number) => ({ node: run.nodes[node]?.id ?? "", stage: run.nodes[node]?.stage ?? "" })

  it("keeps what cells come to, what is printed, and whether the run is held", () => {
    const progress = Fold.steps(initial, [
      run.started(),
      { _tag: "CellEnded", cell: 1, at: 5, metrics: { accuracy: { value: 0.5 } } },
      { _tag: "NodePrinted", ...id(1), at: 6, attempt: 1, text: "one\ntwo\n" },
      { _tag: "Paused", at: 7 }
    ])
    assert.deepStrictEqual(Vector.toArray(progress.metrics), [null, { accuracy: { value: 0.5 } }, null, null])
    assert.deepStrictEqual(
      progress.log.lines.map(({ node, text }) => [node, text]),
      [
        [1, "one"],
        [1, "two"]
      ]
    )
    assert.isTrue(progress.isPaused)
    assert.isFalse(Fold.step(progress, { _tag: "Resumed", at: 8 }).isPaused)
    assert.strictEqual(
      Fold.step(progress, { _tag: "Stopping", at: 8, running: 0, atOnce: false }).stopping,
      "when stages end"
    )
  })

  it("lets a failed cell wait again, and counts what the cache saved", () => {
    const failed = Fold.steps(initial, [
      run.started(),
      run.cached(0, 1),
      run.start(1, 1),
      run.failed(1, 2),
      run.skipped(run.measure(0), 2, 1)
    ])
    assert.strictEqual(failed.savedMs, 100)
    assert.strictEqual(finishedNodes(failed), 2)
    const again = Fold.steps(failed, [
      { _tag: "NodeReopened", ...id(1), at: 3 },
      { _tag: "NodeReopened", ...id(run.measure(0)), at: 3 }
    ])
    assert.deepStrictEqual(Vector.toArray(again.failures), [])
    assert.deepStrictEqual(
      [again.cellCounts.failed, again.nodeCounts.failed, again.nodeCounts.skipped, again.nodeCounts.waiting],
      [0, 0, 0, 8]
    )
    const stage = Vector.toArray(again.stages)[1]
    assert.deepStrictEqual([stage?.failed, stage?.total], [0, 4])
  })
})
