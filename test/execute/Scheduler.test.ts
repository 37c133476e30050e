import { assert, describe, it } from "@effect/vitest"
import { Cause, type Duration, Effect, Exit, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import type { StageNode } from "../../src/declare/Node.ts"
import * as Stage from "../../src/declare/Stage.ts"
import type { ArtifactHash } from "../../src/domain/Hash.ts"
import { RunEvent } from "../../src/domain/RunEvent.ts"
import type { Dag } from "../../src/plan/Dag.ts"
import { artifact, code, dagOf, number, runAll, sourcesOf, stage } from "../plan/declared.ts"
import { counts, type Played, play } from "./scheduled.ts"

const load = stage("load")
const clean = stage("clean", ["x"])
const train = stage("train", ["x"])
const both = stage("both", ["x", "y"])
const light = stage("light", [], undefined, "inline")

/** load → clean → train, the last one for every λ: load#0, clean#1, train#2, train#3 … */
const fan = (...lambdas: ReadonlyArray<number>) =>
  dagOf(...lambdas.map((lambda) => train.node({ x: clean.node({ x: load.node() }) }, { lambda })))

/** A store in which every node of the DAG is known, by an artifact named as the node. */
const known = (dag: Dag) => {
  const results = new Map<string, ArtifactHash>()
  runAll(dag, results, sourcesOf(dag, results), (node) => node.id)
  return results
}

describe("the scheduler", () => {
  it.effect("runs every node once, after its inputs, and gives every artifact and key", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2)
      const played = yield* play({ dag })
      assert.deepStrictEqual(played.executed, ["load#0", "clean#1", "train#2", "train#3"])
      assert.deepStrictEqual(counts(played), { executed: 4, cached: 0, failed: 0, skipped: 0 })
      assert.deepStrictEqual(
        played.outcome.artifacts,
        dag.nodes.map((node) => artifact(node.id))
      )
      assert.isTrue(played.outcome.keys.every((key) => key !== undefined))
      assert.strictEqual(played.at, 30)
      // Every event is one that the readers know.
      for (const event of played.events) assert.deepStrictEqual(Schema.decodeUnknownSync(RunEvent)(event), event)
      assert.strictEqual(played.of("NodeStarted").length, 4)
      assert.deepStrictEqual(
        played.of("NodeSucceeded").map((event) => [event.node, event.artifact, event.durationMs, event.bytes]),
        dag.nodes.map((node) => [node.id, artifact(node.id), 10, 1])
      )
    })
  )

  it.effect("with everything known executes nothing", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2, 3)
      const played = yield* play({ dag, results: known(dag) })
      assert.deepStrictEqual(played.executed, [])
      assert.deepStrictEqual(counts(played), { executed: 0, cached: 5, failed: 0, skipped: 0 })
      assert.strictEqual(played.of("NodeCached").length, 5)
      assert.strictEqual(played.at, 0)
    })
  )

  it.effect("starts the largest priority first, the earlier node among equals", () =>
    Effect.gen(function* () {
      const dag = dagOf(...[1, 2, 3, 4, 5].map((k) => load.node({}, k)))
      const priority = (id: string) => ({ "load#1": 7, "load#3": 9, "load#4": 7 })[id] ?? 1
      const played = yield* play({ dag, jobs: 1, priority })
      assert.deepStrictEqual(played.executed, ["load#3", "load#1", "load#4", "load#0", "load#2"])
    })
  )

  it.effect("inline nodes run one at a time, beside the workers and not instead of one", () =>
    Effect.gen(function* () {
      const dag = dagOf(...[1, 2, 3, 4].flatMap((k) => [load.node({}, k), light.node({}, k)]))
      const played = yield* play({ dag, jobs: 2 })
      assert.deepStrictEqual(played.most, { inline: 1, worker: 2 })
      assert.strictEqual(played.at, 40)
    })
  )

  const recipe = fc.record({
    jobs: fc.integer({ min: 1, max: 4 }),
    nodes: fc.array(
      fc.record({
        inputs: fc.array(fc.nat(), { maxLength: 2 }),
        ms: fc.integer({ min: 1, max: 9 }),
        priority: fc.nat(3),
        fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
        known: fc.boolean()
      }),
      { minLength: 1, maxLength: 14 }
    )
  })
  type Step = typeof recipe extends fc.Arbitrary<infer R> ? R : never

  const grow = (steps: Step["nodes"]): Dag => {
    const made: Array<StageNode<unknown>> = []
    for (const [at, step] of steps.entries()) {
      const [x, y] = step.inputs.slice(0, at).map((input) => made[input % at])
      if (x === undefined) made.push(load.node({}, at))
      else made.push(y === undefined ? train.node({ x }, at) : both.node({ x, y }, at))
    }
    return dagOf(...made)
  }

  const holds = Effect.fnUntraced(function* ({ jobs, nodes: steps }: Step) {
    const dag = grow(steps)
    const stepOf = (id: string) => {
      const config = dag.nodes.find((node) => node.id === id)?.config
      return (typeof config === "number" ? steps[config] : undefined) ?? assert.fail(id)
    }
    const results = known(dag)
    for (const [at, key] of [...results.keys()].entries())
      if (!stepOf(dag.nodes[at]?.id ?? "").known) results.delete(key)
    const played = yield* play({
      dag,
      jobs,
      results,
      priority: (id) => stepOf(id).priority,
      duration: (id) => stepOf(id).ms,
      ending: (id) => (stepOf(id).fails ? { failure: "no" } : id)
    })
    const failing = new Set<number>()
    const blocked = new Set<number>()
    const chains: Array<number> = []
    let work = 0
    for (const node of dag.nodes) {
      const step = stepOf(node.id)
      if (node.inputs.some(({ index }) => failing.has(index) || blocked.has(index))) blocked.add(node.index)
      const runs = !blocked.has(node.index) && !step.known
      if (runs && step.fails) failing.add(node.index)
      if (runs) work += step.ms
      chains.push((runs ? step.ms : 0) + Math.max(0, ...node.inputs.map(({ index }) => chains[index] ?? 0)))
      assert.strictEqual(played.executed.filter((id) => id === node.id).length, runs ? 1 : 0)
      const from = played.spans.get(node.id)?.from ?? Number.POSITIVE_INFINITY
      for (const { index } of node.inputs) assert.isAtMost(played.spans.get(dag.nodes[index]?.id ?? "")?.to ?? 0, from)
    }
    const { cached, executed, failed, skipped } = played.outcome
    assert.strictEqual(failed, failing.size)
    assert.strictEqual(skipped, blocked.size)
    assert.strictEqual(executed + failed, played.executed.length)
    assert.strictEqual(executed + cached + failed + skipped, dag.nodes.length)
    assert.isAtMost(played.most.worker, jobs)
    // Graham's bound, which no schedule exceeds that leaves no worker idle while a node is ready.
    assert.isAtMost(played.at, work / jobs + Math.max(0, ...chains))
  })

  it("any DAG: each node once, at most as many as jobs at once, no idle worker, only dependents of failures skipped", () =>
    fc.assert(
      fc.asyncProperty(recipe, (each) => Effect.runPromise(Effect.provide(holds(each), TestClock.layer()))),
      { numRuns: 60 }
    ))
})

describe("a result that was computed for another run", () => {
  it.effect("is known, not executed, and what depends on it goes on", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2)
      const played = yield* play({ dag, isOwn: (id) => !id.startsWith("clean") })
      assert.deepStrictEqual(
        played.executed,
        dag.nodes.map(({ id }) => id)
      )
      assert.deepStrictEqual(counts(played), { executed: 3, cached: 1, failed: 0, skipped: 0 })
    })
  )
})

describe("nodes whose inputs come out alike", () => {
  const alike = () =>
    dagOf(...[1, 2, 3].map((k) => train.node({ x: clean.node({ x: load.node() }, { k }) }, { lambda: 1 })))
  const sameBytes = (id: string) => (id.startsWith("clean") ? "clean" : id)

  it.effect("are one computation, also at the same time", () =>
    Effect.gen(function* () {
      const dag = alike()
      const played = yield* play({ dag, jobs: 3, ending: sameBytes })
      assert.strictEqual(played.executed.filter((id) => id.startsWith("train")).length, 1)
      assert.deepStrictEqual(counts(played), { executed: 5, cached: 2, failed: 0, skipped: 0 })
      const trained = dag.nodes.filter(({ stage }) => stage.name === "train")
      assert.strictEqual(new Set(trained.map(({ index }) => played.outcome.artifacts[index])).size, 1)
    })
  )

  it.effect("are each tried where the first one fails", () =>
    Effect.gen(function* () {
      const played = yield* play({
        dag: alike(),
        jobs: 3,
        ending: (id) => (id.startsWith("train") ? { failure: "no" } : sameBytes(id))
      })
      assert.strictEqual(played.executed.filter((id) => id.startsWith("train")).length, 3)
      assert.strictEqual(counts(played).failed, 3)
    })
  )
})

describe("early cutoff", () => {
  it.effect("a result that comes out as before leaves what depends on it known", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2)
      const played = yield* play({ dag, results: known(dag), sources: { code: code(dag, { clean: "code:new" }) } })
      assert.deepStrictEqual(played.executed, ["clean#1"])
      assert.deepStrictEqual(counts(played), { executed: 1, cached: 3, failed: 0, skipped: 0 })
    })
  )

  it.effect("another result runs them", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2)
      const sources = { code: code(dag, { clean: "code:new" }) }
      const played = yield* play({ dag, results: known(dag), sources, ending: (id) => `new ${id}` })
      assert.deepStrictEqual(played.executed, ["clean#1", "train#2", "train#3"])
    })
  )

  it.effect("a forced stage runs although its result is known, and is named so", () =>
    Effect.gen(function* () {
      const dag = fan(1)
      const played = yield* play({ dag, results: known(dag), sources: { force: new Set(["clean"]) } })
      assert.deepStrictEqual(played.executed, ["clean#1"])
      assert.deepStrictEqual(counts(played), { executed: 1, cached: 2, failed: 0, skipped: 0 })
      assert.strictEqual(played.of("NodeStarted")[0]?.reason, "forced")
    })
  )

  it.effect("a result that another process has stored meanwhile is taken", () =>
    Effect.gen(function* () {
      const dag = fan(1)
      const results = known(dag)
      let calls = 0
      const played = yield* play({
        dag,
        results,
        // Nothing is known while the plan is made: one look-up.
        sources: { lookup: (key) => (calls++ === 0 ? undefined : results.get(key)) }
      })
      assert.deepStrictEqual(played.executed, [])
      assert.deepStrictEqual(counts(played), { executed: 0, cached: 3, failed: 0, skipped: 0 })
    })
  )
})

describe("failure", () => {
  it.effect("skips what depends on it, at any distance, and nothing else", () =>
    Effect.gen(function* () {
      const dag = dagOf(
        train.node({ x: clean.node({ x: load.node({}, "bad") }, 1) }, 1),
        train.node({ x: clean.node({ x: load.node({}, "good") }, 2) }, 2)
      )
      const played = yield* play({ dag, ending: (id) => (id === "load#0" ? { failure: "no such file" } : id) })
      assert.deepStrictEqual(counts(played), { executed: 3, cached: 0, failed: 1, skipped: 2 })
      assert.deepStrictEqual(
        played.of("NodeSkipped").map((event) => [event.node, event.because]),
        [
          ["clean#1", "load#0"],
          ["train#2", "load#0"]
        ]
      )
      assert.deepStrictEqual([...played.outcome.failures], [[0, "load: no such file"]])
      assert.deepStrictEqual(played.outcome.keys.slice(1, 3), [undefined, undefined])
      assert.strictEqual(played.of("NodeFailed").length, 1)
    })
  )

  it.effect("of one of two inputs skips the node once", () =>
    Effect.gen(function* () {
      const dag = dagOf(both.node({ x: load.node({}, 1), y: load.node({}, 2) }))
      const one = yield* play({ dag, ending: (id) => (id === "load#0" ? { failure: "no" } : id) })
      assert.deepStrictEqual(counts(one), { executed: 1, cached: 0, failed: 1, skipped: 1 })
      const two = yield* play({ dag, ending: () => ({ failure: "no" }) })
      assert.deepStrictEqual(counts(two), { executed: 0, cached: 0, failed: 2, skipped: 1 })
    })
  )

  it.effect("a defect is a failure of its node with the message, told once", () =>
    Effect.gen(function* () {
      const dag = fan(1)
      const played = yield* play({ dag, ending: (id) => (id === "clean#1" ? { defect: "a bug" } : id) })
      assert.deepStrictEqual(counts(played), { executed: 1, cached: 0, failed: 1, skipped: 1 })
      const [failed, ...others] = played.of("NodeFailed")
      assert.deepStrictEqual(
        [failed?.node, failed?.failure.tag, failed?.failure.message],
        ["clean#1", "Defect", "a bug"]
      )
      assert.isFalse(failed?.willRetry)
      assert.deepStrictEqual(others, [])
    })
  )

  it.effect("of the store ends the run with its error; what still runs is interrupted", () =>
    Effect.gen(function* () {
      const dag = dagOf(load.node({}, 1), load.node({}, 2), train.node({ x: load.node({}, 1) }))
      const full = new Error("disk full")
      const played = yield* play({
        dag,
        duration: (id) => (id === "load#1" ? 5000 : 10),
        durable: (id) => (id === "load#0" ? full : 0)
      })
      assert.isTrue(Exit.isFailure(played.exit) && Cause.squash(played.exit.cause) === full)
      assert.isBelow(played.at, 20)
      assert.deepStrictEqual(played.of("NodeSucceeded"), [])
    })
  )

  it.effect("the run ends only when everything is durable; a node counts as succeeded only then", () =>
    Effect.gen(function* () {
      const dag = fan(1)
      const played = yield* play({ dag, durable: (id) => (id === "load#0" ? 100 : 0) })
      assert.strictEqual(played.at, 110)
      assert.strictEqual(played.of("NodeSucceeded").at(-1)?.node, "load#0")
      // Its dependents do not wait for the disk.
      assert.strictEqual(played.spans.get("train#2")?.to, 30)
    })
  )

  it.effect("a result unlike the stored one is a warning", () =>
    Effect.gen(function* () {
      const played = yield* play({ dag: fan(1), warning: (id) => (id === "clean#1" ? "not the same" : undefined) })
      assert.deepStrictEqual(played.outcome.warnings, ["clean#1: not the same"])
    })
  )
})

describe("another attempt", () => {
  const flaky = (retries: number, timeout?: string) => {
    const made = Stage.make("flaky", {
      output: number,
      retries,
      ...(timeout === undefined ? {} : { timeout: timeout as Duration.Input }),
      run: () => Effect.succeed(1)
    })
    return dagOf(train.node({ x: made.node({}) }))
  }
  const failsUntil = (n: number) => (id: string, at: number) =>
    id === "flaky#0" && at < n ? { failure: `no ${at}` } : id
  const told = (played: Played) => played.of("NodeFailed").map((each) => [each.attempt, each.willRetry])

  it.effect(
    "follows as often as the stage says, after longer and longer pauses, each told with whether another follows",
    () =>
      Effect.gen(function* () {
        const played = yield* play({ dag: flaky(5), ending: failsUntil(3) })
        assert.deepStrictEqual(counts(played), { executed: 2, cached: 0, failed: 0, skipped: 0 })
        assert.deepStrictEqual(told(played), [
          [1, true],
          [2, true]
        ])
        assert.deepStrictEqual(
          played.of("NodeStarted").map(({ attempt }) => attempt),
          [1, 2, 3, 1]
        )
        // Each takes 10; 100 and 200 between them; then the dependent's 10.
        assert.strictEqual(played.at, 10 + 100 + 10 + 200 + 10 + 10)
      })
  )

  it.effect("does not follow the last one: its failure is the node's", () =>
    Effect.gen(function* () {
      const played = yield* play({ dag: flaky(1), ending: failsUntil(9) })
      assert.deepStrictEqual(told(played), [
        [1, true],
        [2, false]
      ])
      assert.deepStrictEqual(counts(played), { executed: 0, cached: 0, failed: 1, skipped: 1 })
      assert.deepStrictEqual([...played.outcome.failures.values()], ["flaky: no 2"])
    })
  )

  it.effect("does not follow where the stage's time would be over by then", () =>
    Effect.gen(function* () {
      const played = yield* play({ dag: flaky(1000, "1 second"), ending: failsUntil(1000) })
      assert.deepStrictEqual(
        told(played).map(([, willRetry]) => willRetry),
        [true, true, true, false]
      )
      assert.strictEqual(played.at, 4 * 10 + 100 + 200 + 400)
      // The last attempt is told what is left.
      assert.deepStrictEqual(played.spent, [0, 110, 320, 730])
    })
  )

  it.effect("is not waited for after a stop", () =>
    Effect.gen(function* () {
      const played = yield* play({ dag: flaky(5), ending: failsUntil(9), stopAt: 50 })
      assert.strictEqual(played.at, 50)
      assert.deepStrictEqual(counts(played), { executed: 0, cached: 0, failed: 0, skipped: 2 })
    })
  )
})

describe("a lost worker", () => {
  it.effect("has its task given to another; the node counts once, and the person is told", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2)
      const played = yield* play({ dag, ending: (id, n) => (id === "clean#1" && n < 3 ? { lost: "killed" } : id) })
      assert.deepStrictEqual(played.executed, ["load#0", "clean#1", "clean#1", "clean#1", "train#2", "train#3"])
      assert.deepStrictEqual(counts(played), { executed: 4, cached: 0, failed: 0, skipped: 0 })
      assert.deepStrictEqual(played.of("NodeFailed"), [])
      assert.deepStrictEqual(played.outcome.warnings, [
        "clean#1: its worker was lost (killed); the task was given to another",
        "clean#1: its worker was lost (killed); the task was given to another"
      ])
    })
  )

  it.effect("time and again fails the node, whatever its retries", () =>
    Effect.gen(function* () {
      const played = yield* play({ dag: fan(1), ending: (id) => (id === "clean#1" ? { lost: "killed" } : id) })
      assert.deepStrictEqual(played.executed, ["load#0", "clean#1", "clean#1", "clean#1"])
      assert.deepStrictEqual(counts(played), { executed: 1, cached: 0, failed: 1, skipped: 1 })
      assert.match(played.of("NodeFailed")[0]?.failure.message ?? "", /^this task has taken 3 workers with it/)
    })
  )
})

describe("interruption", () => {
  it.effect("keeps what is finished, ends what runs at once, skips the rest", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2, 3)
      const results = new Map<string, ArtifactHash>()
      const played = yield* play({ dag, results, jobs: 2, duration: () => 100, stopAt: 250 })
      assert.isTrue(played.outcome.interrupted)
      assert.strictEqual(played.at, 250)
      assert.deepStrictEqual(counts(played), { executed: 2, cached: 0, failed: 0, skipped: 3 })
      assert.sameDeepMembers(
        played.of("NodeSkipped").map((event) => [event.node, event.because]),
        [
          ["train#2", null],
          ["train#3", null],
          ["train#4", null]
        ]
      )
      assert.deepStrictEqual(played.of("NodeFailed"), [])
      // The next run goes on from there.
      const resumed = yield* play({ dag, results })
      assert.deepStrictEqual(resumed.executed, ["train#2", "train#3", "train#4"])
      assert.deepStrictEqual(counts(resumed), { executed: 3, cached: 2, failed: 0, skipped: 0 })
    })
  )

  it.effect("waits for the disk: a finished node is kept", () =>
    Effect.gen(function* () {
      const played = yield* play({ dag: fan(1), durable: () => 50, duration: () => 100, stopAt: 110 })
      assert.deepStrictEqual(counts(played), { executed: 1, cached: 0, failed: 0, skipped: 2 })
      assert.strictEqual(played.of("NodeSucceeded").length, 1)
      assert.strictEqual(played.at, 150)
    })
  )

  it.effect("after the end changes nothing", () =>
    Effect.gen(function* () {
      const played = yield* play({ dag: fan(1), stopAt: 31 })
      assert.isFalse(played.outcome.interrupted)
    })
  )
})

describe("damaged inputs", () => {
  it.effect("a known one is computed again, once, and its consumer runs after", () =>
    Effect.gen(function* () {
      const dag = fan(1)
      const results = known(dag)
      results.delete([...results.keys()][2] ?? "")
      const played = yield* play({
        dag,
        results,
        ending: (id, n) => (id === "train#2" && n === 1 ? { damaged: ["clean#1"] } : id)
      })
      assert.deepStrictEqual(played.executed, ["train#2", "clean#1", "train#2"])
      assert.deepStrictEqual(counts(played), { executed: 2, cached: 1, failed: 0, skipped: 0 })
      assert.deepStrictEqual(
        played.of("NodeStarted").map((event) => [event.node, event.reason]),
        [
          ["train#2", "new"],
          ["clean#1", "damaged"],
          ["train#2", "new"]
        ]
      )
      assert.deepStrictEqual(played.outcome.warnings, ["train#2: damaged"])
    })
  )

  it.effect("that several consumers need is computed once for all of them", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2, 3)
      const results = known(dag)
      for (const key of [...results.keys()].slice(2)) results.delete(key)
      const played = yield* play({
        dag,
        results,
        jobs: 3,
        ending: (id, n) => (id.startsWith("train") && n === 1 ? { damaged: ["clean#1"] } : id)
      })
      assert.strictEqual(played.executed.filter((id) => id === "clean#1").length, 1)
      assert.deepStrictEqual(counts(played), { executed: 4, cached: 1, failed: 0, skipped: 0 })
    })
  )

  it.effect("one found through early cutoff counts as executed, and no longer as cached", () =>
    Effect.gen(function* () {
      const dag = fan(1)
      const results = known(dag)
      const [, , last] = [...results.keys()]
      results.delete(last ?? "")
      const played = yield* play({
        dag,
        results,
        // load runs and gives what it gave: clean is found, but its artifact cannot be read.
        sources: { force: new Set(["load"]) },
        ending: (id, n) => (id === "train#2" && n === 1 ? { damaged: ["clean#1"] } : id)
      })
      assert.deepStrictEqual(played.executed, ["load#0", "train#2", "clean#1", "train#2"])
      assert.deepStrictEqual(counts(played), { executed: 3, cached: 0, failed: 0, skipped: 0 })
    })
  )

  it.effect("one executed in this very run, and damaged twice", () =>
    Effect.gen(function* () {
      const played = yield* play({
        dag: fan(1),
        ending: (id, n) => (id === "train#2" && n < 3 ? { damaged: ["clean#1"] } : id)
      })
      assert.deepStrictEqual(played.executed, [
        "load#0",
        "clean#1",
        "train#2",
        "clean#1",
        "train#2",
        "clean#1",
        "train#2"
      ])
      assert.deepStrictEqual(counts(played), { executed: 3, cached: 0, failed: 0, skipped: 0 })
    })
  )

  it.effect("the inputs of a damaged one are damaged too", () =>
    Effect.gen(function* () {
      const dag = fan(1)
      const results = known(dag)
      results.delete([...results.keys()][2] ?? "")
      const played = yield* play({
        dag,
        results,
        ending: (id, n) =>
          id === "train#2" && n === 1
            ? { damaged: ["clean#1"] }
            : id === "clean#1" && n === 1
              ? { damaged: ["load#0"] }
              : id
      })
      assert.deepStrictEqual(played.executed, ["train#2", "clean#1", "load#0", "clean#1", "train#2"])
      assert.deepStrictEqual(counts(played), { executed: 3, cached: 0, failed: 0, skipped: 0 })
    })
  )

  it.effect("both of a node's inputs", () =>
    Effect.gen(function* () {
      const dag = dagOf(both.node({ x: load.node({}, 1), y: load.node({}, 2) }))
      const results = known(dag)
      results.delete([...results.keys()][2] ?? "")
      const played = yield* play({
        dag,
        results,
        ending: (id, n) => (id === "both#2" && n === 1 ? { damaged: ["load#0", "load#1"] } : id)
      })
      assert.deepStrictEqual(counts(played), { executed: 3, cached: 0, failed: 0, skipped: 0 })
      assert.deepStrictEqual([...played.executed].sort(), ["both#2", "both#2", "load#0", "load#1"])
      assert.strictEqual(played.executed.at(-1), "both#2")
    })
  )

  it.effect("where the second computation fails, its consumers are skipped", () =>
    Effect.gen(function* () {
      const dag = fan(1, 2)
      const results = known(dag)
      for (const key of [...results.keys()].slice(2)) results.delete(key)
      const played = yield* play({
        dag,
        results,
        ending: (id) => (id === "clean#1" ? { failure: "no" } : id.startsWith("train") ? { damaged: ["clean#1"] } : id)
      })
      assert.deepStrictEqual(counts(played), { executed: 0, cached: 1, failed: 1, skipped: 2 })
    })
  )

  it.effect("a stop while one is computed again", () =>
    Effect.gen(function* () {
      const dag = fan(1)
      const results = known(dag)
      results.delete([...results.keys()][2] ?? "")
      const played = yield* play({
        dag,
        results,
        stopAt: 15,
        ending: (id) => (id === "train#2" ? { damaged: ["clean#1"] } : id)
      })
      assert.deepStrictEqual(counts(played), { executed: 0, cached: 1, failed: 0, skipped: 2 })
    })
  )
})
