import { assert, describe, it } from "@effect/vitest"
import * as Fold from "../../src/observe/Fold.ts"
import { initial } from "../../src/observe/Progress.ts"
import { elapsedMs, timeLeftMs } from "../../src/observe/TimeLeft.ts"
import { scripted } from "./ScriptedRun.ts"

// One corpus (100 ms), four trainings (1000 ms each), four measurings (10 ms each), two jobs.
const run = scripted({ methods: ["plain", "fair"], seeds: 2 })

describe("TimeLeft", () => {
  it("spreads the estimates over the jobs", () => {
    assert.strictEqual(timeLeftMs(Fold.step(initial, run.started()), 0), (100 + 4000 + 40) / 2)
  })

  it("takes off what is cached and what running nodes have spent", () => {
    const events = [run.started(), run.cached(0, 0), run.start(run.train(0), 0), run.start(run.train(1), 100)]
    assert.strictEqual(timeLeftMs(Fold.steps(initial, events), 600), (4040 - 600 - 500) / 2)
  })

  it("corrects history by what this run measures", () => {
    const events = [run.started(), run.start(0, 0), run.succeeded(0, 300, 300)]
    assert.strictEqual(timeLeftMs(Fold.steps(initial, events), 300), (3 * 4040) / 2)
  })

  it("is never less than the longest running node", () => {
    const others = [0, 1, 2, 3].flatMap((cell) => (cell === 0 ? [] : [run.train(cell), run.measure(cell)]))
    const events = [run.started(), ...[0, ...others].map((node) => run.cached(node, 0)), run.start(run.train(0), 0)]
    assert.strictEqual(timeLeftMs(Fold.steps(initial, events), 200), 800)
  })

  it("believes a node's own pace over history", () => {
    const others = [0, 1, 2, 3].flatMap((cell) => [run.measure(cell), ...(cell === 0 ? [] : [run.train(cell)])])
    const node = run.train(0)
    const events = [run.started(), ...[0, ...others].map((index) => run.cached(index, 0)), run.start(node, 0)]
    // A quarter of the epochs in 1500 ms: three quarters take 4500 ms.
    const progress = Fold.steps(initial, [...events, run.report(node, 1500, 100, 400, 1)])
    assert.strictEqual(timeLeftMs(progress, 1500), 4500)
  })

  it("is a guess without history, from the first node on that this run has computed", () => {
    const fresh = scripted({ methods: ["plain"], seeds: 3, jobs: 1, estimates: [null, null, null] })
    const begun = [fresh.started(), fresh.start(0, 0)]
    assert.isNull(timeLeftMs(Fold.steps(initial, begun), 40))
    const events = [...begun, fresh.succeeded(0, 50, 50)]
    // Three trainings and three measurings, each as long as what was computed.
    assert.strictEqual(timeLeftMs(Fold.steps(initial, events), 50), 6 * 50)
    // No shorter than one of them runs already: 150 ms in all of three trainings, of which 100 are over.
    const late = [...events, fresh.start(1, 50)]
    assert.strictEqual(timeLeftMs(Fold.steps(initial, late), 150), 3 * 100 + 3 * 50 - 100)
    // A quarter of the epochs in 100 ms.
    const reported = [...late, fresh.report(1, 150, 100, 400, 1)]
    assert.strictEqual(timeLeftMs(Fold.steps(initial, reported), 150), 3 * 400 + 3 * 50 - 100)
    const trained = [fresh.start(1, 50), fresh.succeeded(1, 250, 200)]
    assert.strictEqual(timeLeftMs(Fold.steps(initial, [...events, ...trained]), 250), 2 * 200 + 3 * 125)
    const measured = [fresh.start(fresh.measure(0), 250), fresh.succeeded(fresh.measure(0), 260, 10)]
    assert.strictEqual(timeLeftMs(Fold.steps(initial, [...events, ...trained, ...measured]), 260), 2 * 200 + 2 * 10)
  })

  it("counts up while the run goes on and stands still after it", () => {
    const started = Fold.step(initial, run.started(1000))
    assert.strictEqual(elapsedMs(started, 4500), 3500)
    const over = Fold.step(started, run.finished(9000, "succeeded", {}))
    assert.strictEqual(elapsedMs(over, 99_000), 9000)
    assert.strictEqual(timeLeftMs(over, 99_000), 0)
    assert.isNull(timeLeftMs(initial, 0))
  })
})
