import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import type { RunEvent } from "../../src/domain/RunEvent.ts"
import * as StageLines from "../../src/observe/StageLines.ts"
import { scripted } from "./ScriptedRun.ts"

const written = (events: ReadonlyArray<RunEvent>) => events.flatMap(StageLines.make())

const run = scripted({ methods: ["plain", "fair"], seeds: 2 })
const [a, b, c, d] = [run.train(0), run.train(1), run.train(2), run.train(3)]

/** Cells of five seeds: the corpus, 2 nodes a cell. */
const large = (cells: number) =>
  scripted({ methods: Array.from({ length: cells / 5 }, (_, index) => `m${index}`), seeds: 5, jobs: 2 })

/** Every node computed in order, `ms` apart, with a report from within. */
const computed = (of: ReturnType<typeof large>, ms: number): ReadonlyArray<RunEvent> => [
  of.started(),
  ...of.nodes.flatMap((_, node) => [
    of.start(node, node * ms),
    of.report(node, node * ms + ms / 2, 1, 2, 0.5),
    of.succeeded(node, (node + 1) * ms, ms)
  ]),
  of.finished(of.nodes.length * ms, "succeeded", { executed: of.nodes.length })
]

describe("lines of stages", () => {
  it("tell when a stage begins, now and then how far it is, every failure, and how a stage ended", () => {
    assert.deepStrictEqual(
      written([
        run.started(1000),
        run.cached(0, 1010),
        run.cached(run.measure(3), 1010),
        run.start(a, 1100),
        run.start(b, 1200),
        run.report(a, 2000, 10, 400, 1.5),
        run.report(a, 3200, 20, 400, 0.123456),
        run.report(b, 3300, 20, 400, 0.1),
        run.failed(b, 3600, 1, true),
        run.start(b, 3700, 2),
        run.failed(b, 4000, 2),
        run.skipped(run.measure(1), 4000, b),
        run.succeeded(a, 5400, 2300),
        run.start(run.measure(0), 5400),
        run.succeeded(run.measure(0), 5500, 100),
        run.start(c, 5500),
        run.skipped(c, 6000, null),
        run.skipped(d, 6000, null),
        run.skipped(run.measure(2), 6000, null),
        run.finished(6100, "interrupted", { executed: 2, cached: 2, failed: 1, skipped: 4 })
      ]),
      [
        "table3: 4 cells, 9 nodes, 2 jobs, run 20260131-154502-k3f9",
        "     0.1s  cached   2 nodes (2/9)",
        "     0.1s  start    train    4 nodes (2/9)",
        "     2.2s  running  train    0 of 4: epoch 20/400, loss 0.1235 (2/9)",
        "     2.6s  retry    train#2  method=plain,seed=2  Diverged: the loss is not finite, attempt 1 (2/9)",
        "     3.0s  failed   train#2  method=plain,seed=2  Diverged: the loss is not finite (3/9)",
        "     4.4s  running  train    2 of 4 (4/9)",
        "     4.4s  start    measure  4 nodes (4/9)",
        "     5.0s  ended    train    1 computed, 2.30 s, 1 failed, 2 skipped: interrupted (5/9)",
        "     5.0s  ended    measure  1 computed, 0.10 s, 1 cached, 2 skipped: train#2 failed, among other reasons (5/9)",
        "interrupted: 9 nodes, 2 executed, 2 cached, 1 failed, 4 skipped, 6.10 s",
        "  failed train#2  method=plain,seed=2  Diverged: the loss is not finite",
        "  in full: ablate logs 20260131-154502-k3f9 --failed"
      ]
    )
  })

  it("say in three lines that ten thousand nodes were cached, told one by one or not at all", () => {
    const of = large(5000)
    const finished = of.finished(30, "succeeded", { cached: of.nodes.length })
    for (const told of [of.nodes.map((_, node) => of.cached(node, 20)), []])
      assert.deepStrictEqual(
        written([of.started(), ...told, finished]).map((line) => line.replace(/^ +0\.0s/, "")),
        [
          "table3: 5000 cells, 10001 nodes, 2 jobs, run 20260131-154502-k3f9",
          "  cached   10001 nodes (10001/10001)",
          "succeeded: 10001 nodes, 0 executed, 10001 cached, 30 ms"
        ]
      )
  })

  it("stay short for two hundred thousand nodes, however fast or slow they are", () => {
    const of = large(100_000)
    for (const [ms, most] of [
      [0.01, 10],
      [1, 60],
      // Two hours and three quarters.
      [50, 220]
    ] as const) {
      const lines = written(computed(of, ms))
      assert.isAtMost(lines.length, most, `${ms} ms a node`)
      assert.match(lines.at(-1) ?? "", /^succeeded: 200001 nodes, 200001 executed/)
      assert.isTrue(lines.some((line) => / done +train +100000 computed/.test(line)))
    }
  })

  it("tell some failures of a stage and count the others; the first ten are repeated at the end", () => {
    const of = large(100_000)
    const failing = of.cells.flatMap((_, cell) => [
      of.start(of.train(cell), cell),
      of.failed(of.train(cell), cell, 1, true),
      of.failed(of.train(cell), cell, 2),
      of.skipped(of.measure(cell), cell, of.train(cell))
    ])
    const lines = written([of.started(), ...failing, of.finished(100_000, "failed", { failed: 100_000 })])
    assert.isAtMost(lines.length, 250)
    assert.strictEqual(lines.filter((line) => /s {2}failed +train#/.test(line)).length, 20)
    assert.strictEqual(lines.filter((line) => /s {2}retry +train#/.test(line)).length, 20)
    assert.strictEqual(lines.filter((line) => line.includes("--verbose tells each")).length, 2)
    assert.isTrue(lines.some((line) => /ended +train +100000 failed \(/.test(line)))
    assert.isTrue(
      lines.some((line) => /skipped +measure +100000 skipped: train#1 failed, among other reasons \(/.test(line))
    )
    assert.strictEqual(lines.filter((line) => line.startsWith("  failed")).length, 10)
    assert.deepStrictEqual(lines.slice(-2), [
      "  and 99990 more",
      "  in full: ablate logs 20260131-154502-k3f9 --failed"
    ])
  })

  it("come at least two seconds apart where nothing begins, ends or fails", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 200 }), (steps) => {
        const of = large(5)
        let at = 0
        const reports = steps.map((step, epoch) => {
          at += step
          return of.report(of.train(0), at, epoch, null, 0)
        })
        const times = written([of.started(), of.start(of.train(0), 0), ...reports])
          .filter((line) => line.includes("running"))
          .map((line) => Number.parseFloat(line))
        // The printed times are rounded to tenths.
        for (const [index, time] of times.entries()) assert.isAtLeast(time - (times[index - 1] ?? 0), 1.9)
        assert.isAtLeast(times.length, Math.floor(Math.min(at, 20_000) / 5000))
      })
    ))

  it("keep a message on its line, without escape sequences", () => {
    const lines = written([run.started(), run.failed(a, 0, 1, false, "one\r\n\u001b[31mtwo\u001b[0m\tthree")])
    assert.strictEqual(lines[1], "     0.0s  failed   train#1  method=plain,seed=1  Diverged: one two three (1/9)")
  })
})
