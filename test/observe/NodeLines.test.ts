import { assert, describe, it } from "@effect/vitest"
import type { RunEvent } from "../../src/domain/RunEvent.ts"
import * as NodeLines from "../../src/observe/NodeLines.ts"
import { scripted } from "./ScriptedRun.ts"

const run = scripted({ methods: ["plain", "fair"], seeds: 2 })
const [a, b, c] = [run.train(0), run.train(1), run.train(2)]

const written = (events: ReadonlyArray<RunEvent>) => events.flatMap(NodeLines.make())

describe("lines of nodes", () => {
  it("say on whose machine a node is computed, on one line and without what would steer a terminal", () => {
    const started = (host: string) => ({ ...run.start(a, 1100), host })
    const [, line] = written([run.started(1000), started("node17")])
    assert.strictEqual(line, "     0.1s  start    train#1  method=plain,seed=1  new  on node17")
    const [, strange = ""] = written([run.started(1000), started("a\nb\u001b[31m")])
    for (const steering of ["\n", "\u001b"]) assert.notInclude(strange, steering)
  })

  it("tells a run from its start to its end", () => {
    const lines = written([
      run.started(1000),
      run.cached(0, 1010),
      run.cached(run.measure(3), 1010),
      run.start(a, 1100),
      run.report(a, 2000, 10, 400, 1.5),
      run.report(a, 6099, 99, 400, 0.9),
      run.report(a, 6100, 100, 400, 0.123456),
      run.report(a, 8000, 150, 400, 0.1),
      run.start(b, 8100),
      run.failed(b, 8600, 1, true),
      run.start(b, 8700, 2),
      run.failed(b, 9200, 2),
      run.skipped(run.measure(1), 9200, b),
      run.succeeded(a, 11_400, 10_300),
      run.start(c, 11_400),
      run.skipped(c, 12_000, null),
      run.skipped(run.measure(2), 12_000, null),
      run.skipped(run.measure(0), 12_000, null),
      run.finished(12_100, "interrupted", { executed: 1, cached: 2, failed: 1, skipped: 4 })
    ])
    assert.deepStrictEqual(lines, [
      "table3: 4 cells, 9 nodes, 2 jobs, run 20260131-154502-k3f9",
      "     0.1s  cached   2 nodes (2/9)",
      "     0.1s  start    train#1  method=plain,seed=1  new",
      "     5.1s  progress train#1  method=plain,seed=1  epoch 100/400, loss 0.1235",
      "     7.1s  start    train#2  method=plain,seed=2  new",
      "     7.6s  retry    train#2  method=plain,seed=2  Diverged: the loss is not finite (attempt 1)",
      "     7.7s  start    train#2  method=plain,seed=2  attempt 2",
      "     8.2s  failed   train#2  method=plain,seed=2  Diverged: the loss is not finite (3/9)",
      "     8.2s  skipped  measure#6  method=plain,seed=2: train#2 failed",
      "    10.4s  done     train#1  method=plain,seed=1  10.3 s (4/9)",
      "    10.4s  start    train#3  method=fair,seed=1  new",
      "    11.0s  skipped  3 nodes: interrupted",
      "interrupted: 9 nodes, 1 executed, 2 cached, 1 failed, 4 skipped, 12.1 s",
      "  failed train#2  method=plain,seed=2  Diverged: the loss is not finite",
      "  in full: ablate logs 20260131-154502-k3f9 --failed"
    ])
  })

  it("says in three lines that ten thousand nodes were cached", () => {
    const large = scripted({ methods: Array.from({ length: 1000 }, (_, index) => `m${index}`), seeds: 5 })
    const lines = written([
      large.started(),
      ...large.nodes.map((_, node) => large.cached(node, 20)),
      large.finished(30, "succeeded", { cached: large.nodes.length })
    ])
    assert.deepStrictEqual(lines, [
      "table3: 5000 cells, 10001 nodes, 2 jobs, run 20260131-154502-k3f9",
      "     0.0s  cached   10001 nodes (10001/10001)",
      "succeeded: 10001 nodes, 0 executed, 10001 cached, 30 ms"
    ])
  })

  it("keeps a message on its line, without escape sequences", () => {
    const lines = written([run.started(), run.failed(a, 0, 1, false, "one\r\n\u001b[31mtwo\u001b[0m\tthree")])
    assert.strictEqual(lines[1], "     0.0s  failed   train#1  method=plain,seed=1  Diverged: one two three (1/9)")
  })

  it("repeats at most ten failures at the end", () => {
    const many = scripted({ methods: ["m"], seeds: 13 })
    const lines = written([
      many.started(),
      ...many.cells.map((_, cell) => many.failed(many.train(cell), 1)),
      many.finished(2, "failed", { failed: 13 })
    ])
    assert.strictEqual(lines.filter((line) => line.startsWith("  failed")).length, 10)
    assert.deepStrictEqual(lines.slice(-2), ["  and 3 more", "  in full: ablate logs 20260131-154502-k3f9 --failed"])
  })
})
