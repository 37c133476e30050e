import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import type { StageNode } from "../../src/declare/Node.ts"
import * as Stage from "../../src/declare/Stage.ts"
import type { ArtifactHash, Key } from "../../src/domain/Hash.ts"
import type { JournalEntry } from "../../src/domain/RunDetail.ts"
import { isRunEvent } from "../../src/domain/RunDetail.ts"
import { RunEvent, type RunEventOf } from "../../src/domain/RunEvent.ts"
import { mostLosses, RunState } from "../../src/execute/RunState.ts"
import type { Decision, Signal } from "../../src/execute/Signal.ts"
import type { Dag, DagNode } from "../../src/plan/Dag.ts"
import { keyOf } from "../../src/plan/Keys.ts"
import { artifact, code, dagOf, number, planOf, runAll, sourcesOf } from "../plan/declared.ts"

const arities = [[], ["x"], ["x", "y"]] as const

/** Stages by where they run, how often they are tried again, and their inputs. */
const stageOf = (() => {
  const made = new Map<string, Stage.AnyStage>()
  return (pool: "worker" | "inline", retries: number, inputs: ReadonlyArray<string>) => {
    const name = `${pool}-${retries}-${inputs.length}`
    const stage =
      made.get(name) ??
      Stage.make(name, {
        config: Schema.Int,
        inputs: Object.fromEntries(inputs.map((input) => [input, number])),
        output: number,
        pool,
        retries,
        run: () => Effect.die("nothing runs here")
      })
    made.set(name, stage)
    return (wires: { readonly [input: string]: StageNode<unknown> }, config: number): StageNode<unknown> =>
      (stage as unknown as { node: (wires: unknown, config: unknown) => StageNode<unknown> }).node(wires, config)
  }
})()

const recipe = fc.record({
  inline: fc.integer({ min: 1, max: 2 }),
  worker: fc.integer({ min: 1, max: 3 }),
  /** What happens next is chosen by these, over and over. */
  choices: fc.array(fc.nat(), { minLength: 20, maxLength: 200 }),
  /** How many things may go wrong. */
  trouble: fc.integer({ min: 0, max: 40 }),
  /** Whether it is stopped: what runs is let end, or not, or after a while not any more. */
  stops: fc.constantFrom("no", "lets end", "at once", "in two steps"),
  /** How often somebody pauses it, or asks for a cell again. */
  pauses: fc.integer({ min: 0, max: 3 }),
  reruns: fc.integer({ min: 0, max: 3 }),
  nodes: fc.array(
    fc.record({
      inputs: fc.array(fc.nat(), { maxLength: 2 }),
      inline: fc.boolean(),
      retries: fc.integer({ min: 0, max: 2 }),
      priority: fc.nat(3),
      /** Known when the plan is made. */
      isKnown: fc.boolean(),
      /** Found in the store when it is to start. */
      isFound: fc.integer({ min: 0, max: 5 }).map((n) => n === 0)
    }),
    { minLength: 1, maxLength: 16 }
  )
})
type Recipe = typeof recipe extends fc.Arbitrary<infer R> ? R : never

const grow = (steps: Recipe["nodes"]): Dag => {
  const made: Array<StageNode<unknown>> = []
  for (const [at, { inline, inputs, retries }] of steps.entries()) {
    const wired = inputs.slice(0, at).flatMap((input) => made[input % at] ?? [])
    const names = arities[wired.length] ?? []
    const wires = Object.fromEntries(names.map((name, each) => [name, wired[each] as StageNode<unknown>]))
    made.push(stageOf(inline ? "inline" : "worker", retries, names)(wires, at))
  }
  return dagOf(...made)
}

/** What the world knows of a run, kept by its own rules: the state is held to it at every step. */
class World {
  readonly dag: Dag
  readonly state: RunState
  readonly done = new Set<number>()
  /** Done by running. The others were known. */
  readonly ran = new Set<number>()
  readonly failed = new Set<number>()
  readonly running = new Set<number>()
  /** Of those that run or rest: a worker has them. */
  readonly begun = new Set<number>()
  /** What of the rest was taken back. */
  readonly withdrawn = new Set<number>()
  readonly resting = new Set<number>()
  readonly writing: Array<{ readonly index: number; readonly key: Key }> = []
  readonly entries: Array<JournalEntry> = []
  readonly attempts = new Map<number, number>()
  readonly losses = new Map<number, number>()
  readonly keys = new Map<number, Key>()
  /** Nodes whose stored results are damaged: no look-up finds them. */
  readonly damagedOnce = new Set<number>()
  isStopped = false
  isStopping = false
  isPaused = false
  reruns = 0
  interrupts = 0
  #at = 0
  readonly #capacity: { readonly inline: number; readonly worker: number }
  readonly #code: ReadonlyMap<string, string>

  constructor({ inline, nodes, worker }: Recipe) {
    this.dag = grow(nodes)
    this.#capacity = { inline, worker }
    this.#code = code(this.dag)
    const results = new Map<string, ArtifactHash>()
    runAll(this.dag, results, sourcesOf(this.dag, results), (node) => node.id)
    for (const [at, key] of [...results.keys()].entries())
      if (nodes[at % nodes.length]?.isKnown !== true) results.delete(key)
    const sources = sourcesOf(this.dag, results)
    const plan = planOf(this.dag, sources)
    for (const node of this.dag.nodes) if (plan.status[node.index] === "hit") this.done.add(node.index)
    this.state = new RunState({
      plan,
      sources,
      capacity: this.#capacity,
      priority: this.dag.nodes.map((node) => nodes[node.index % nodes.length]?.priority ?? 0),
      reason: () => "new"
    })
    this.#follow(this.state.begin(this.#at))
  }

  node(index: number): DagNode {
    return this.dag.nodes[index] ?? assert.fail(`no node ${index}`)
  }

  of<Tag extends RunEvent["_tag"]>(tag: Tag): ReadonlyArray<RunEventOf<Tag>> {
    return this.events.filter((event): event is RunEventOf<Tag> => event._tag === tag)
  }

  get events(): ReadonlyArray<RunEvent> {
    return this.entries.filter(isRunEvent)
  }

  /** What was told of a node since it was asked for again. */
  lastOf(node: string): ReadonlyArray<RunEvent> {
    const isOfNode = (entry: JournalEntry) => "node" in entry && entry.node === node
    const again = this.entries.findLastIndex((entry) => entry._tag === "NodeReopened" && isOfNode(entry))
    return this.entries.slice(again + 1).filter((entry) => isRunEvent(entry) && isOfNode(entry)) as Array<RunEvent>
  }

  #follow(decisions: ReadonlyArray<Decision>): void {
    for (const decision of decisions) {
      if (decision._tag === "Emit") {
        assert.deepStrictEqual(Schema.decodeUnknownSync(RunEvent)(decision.event), decision.event)
        this.entries.push(decision.event)
      } else if (decision._tag === "Tell") {
        this.entries.push(decision.detail)
      } else if (decision._tag === "Interrupt") {
        if (decision.only === null) this.interrupts++
        else this.#withdraw(decision.only)
      } else {
        assert.isTrue(this.running.has(decision.index), "only what ran can rest")
        this.running.delete(decision.index)
        this.resting.add(decision.index)
      }
    }
  }

  /** Those that wait for a worker, all of them, and nothing that runs. */
  #withdraw(only: ReadonlyArray<number>): void {
    assert.isTrue(this.isPaused || this.isStopping, "nothing is taken back but for a pause or a stop")
    const isThere = (index: number) => this.running.has(index) || this.resting.has(index)
    assert.sameMembers(
      only.filter(isThere),
      [...this.running, ...this.resting].filter((index) => !this.begun.has(index))
    )
    for (const index of only) if (this.running.has(index)) this.withdrawn.add(index)
  }

  #tell(signal: Signal): void {
    this.#follow(this.state.on(signal, ++this.#at))
  }

  /** Starts what the state wants to have started. False: nothing. */
  start(isFound: (index: number) => boolean, isTakenAtOnce = true): boolean {
    const start = this.state.next()
    if (start === undefined) return false
    const { inputs, key, mayBeKnown, node } = start
    const { index } = node
    assert.isFalse(this.isStopping, "nothing starts after a stop")
    assert.isFalse(this.isPaused, "nothing starts in a pause")
    assert.isFalse(this.done.has(index) || this.failed.has(index), `${node.id} is over`)
    assert.isFalse(this.resting.has(index), `${node.id} rests`)
    for (const input of node.inputs) assert.isTrue(this.done.has(input.index), `${node.id} starts before its inputs`)
    assert.deepStrictEqual(
      inputs,
      node.inputs.map((input) => artifact(this.node(input.index).id))
    )
    assert.strictEqual(key, keyOf(node, this.#code.get(node.stage.name) ?? "", inputs))
    assert.strictEqual(start.attempt, (this.attempts.get(index) ?? 0) + 1)
    this.keys.set(index, key)
    this.running.add(index)
    this.begun.delete(index)
    this.#assertCapacity()
    if (mayBeKnown && isFound(index) && !this.damagedOnce.has(index)) {
      this.running.delete(index)
      this.done.add(index)
      this.#tell({ _tag: "Known", index, artifact: artifact(node.id) })
    } else if (isTakenAtOnce) this.take(index)
    return true
  }

  /** A worker has it now. */
  take(index: number): void {
    this.begun.add(index)
    this.#tell({ _tag: "Happened", index, event: { _tag: "Started", worker: 0 } })
    assert.strictEqual(this.events.at(-1)?._tag, "NodeStarted")
  }

  /** What was taken back has ended. */
  interrupt(index: number): void {
    this.running.delete(index)
    this.withdrawn.delete(index)
    this.#tell({ _tag: "Interrupted", index })
  }

  #assertCapacity(): void {
    const places = { inline: 0, worker: 0 }
    for (const index of [...this.running, ...this.resting]) places[this.node(index).stage.pool]++
    assert.isAtMost(places.inline, this.#capacity.inline)
    assert.isAtMost(places.worker, this.#capacity.worker)
  }

  succeed(index: number): void {
    this.running.delete(index)
    this.done.add(index)
    this.ran.add(index)
    for (const counts of [this.attempts, this.losses]) counts.delete(index)
    this.writing.push({ index, key: this.keys.get(index) ?? assert.fail("no key") })
    this.#tell({ _tag: "Succeeded", index, artifact: artifact(this.node(index).id) })
  }

  fail(index: number, damaged: ReadonlyArray<number> | null = null): void {
    const node = this.node(index)
    // Where nothing is begun any more, what would be mended is given up.
    if (damaged !== null && this.isStopping) this.running.delete(index)
    else if (damaged !== null && damaged.length > 0) {
      this.running.delete(index)
      for (const counts of [this.attempts, this.losses]) counts.delete(index)
      // What is computed again already is not damaged a second time by this.
      for (const input of damaged) {
        this.done.delete(input)
        this.ran.delete(input)
        this.damagedOnce.add(input)
      }
    } else if (damaged === null) {
      const attempts = (this.attempts.get(index) ?? 0) + 1
      this.attempts.set(index, attempts)
      // What is let end may fail for good; what would be tried again is given up.
      const isGivenUp = this.isStopped || (this.isStopping && !this.begun.has(index))
      if (attempts > node.stage.retries && !isGivenUp) {
        this.running.delete(index)
        this.failed.add(index)
      }
    }
    const names = damaged?.map((input) => artifact(this.node(input).id)) ?? null
    const failure = { tag: "Oops", message: "no luck" }
    this.#tell({ _tag: "Failed", index, failure, durationMs: 1, pauseMs: 100, damaged: names })
    if (this.isStopping) this.running.delete(index)
  }

  lose(index: number): void {
    const losses = (this.losses.get(index) ?? 0) + 1
    this.losses.set(index, losses)
    if (losses >= mostLosses && !this.isStopping) {
      this.running.delete(index)
      this.failed.add(index)
    }
    this.#tell({ _tag: "Lost", index, reason: "exit code 1", durationMs: 1 })
    // It starts again in its place.
    this.running.delete(index)
  }

  wake(index: number): void {
    this.resting.delete(index)
    this.#tell({ _tag: "Rested", index })
  }

  write(at: number): void {
    const [written] = this.writing.splice(at, 1)
    if (written === undefined) return
    const { index, key } = written
    const told = this.of("NodeSucceeded").length
    this.#tell({ _tag: "Durable", index, key, artifact: artifact("r"), durationMs: 1, bytes: 1, warning: undefined })
    assert.strictEqual(this.of("NodeSucceeded").length, told + 1)
  }

  stop(atOnce: boolean): void {
    this.isStopping = true
    if (atOnce) this.isStopped = true
    this.#tell({ _tag: "Stop", atOnce })
    const told = this.entries.at(-1)
    const running = [...this.running, ...this.resting].filter((index) => this.begun.has(index)).length
    assert.deepStrictEqual(told, { _tag: "Stopping", at: this.#at, running, atOnce })
  }

  pause(): void {
    this.isPaused = !this.isPaused
    this.#tell({ _tag: this.isPaused ? "Pause" : "Resume" })
    assert.strictEqual(this.entries.at(-1)?._tag, this.isPaused ? "Paused" : "Resumed")
    if (!this.isPaused) return
    for (const index of this.running)
      assert.strictEqual(this.withdrawn.has(index), !this.begun.has(index), "no worker begins anything in a pause")
  }

  /** What of a cell is neither done nor on its way waits again, and with it what was skipped only because of that. */
  rerun(cell: number): void {
    this.reruns++
    // What the last look for a node to start has decided is told with the next signal.
    if (!this.isPaused) this.#tell({ _tag: "Resume" })
    const isOver = (index: number) =>
      this.lastOf(this.node(index).id).some(
        (event) => event._tag === "NodeSkipped" || (event._tag === "NodeFailed" && !event.willRetry)
      )
    const expected = new Set<number>()
    const again = (index: number): boolean => expected.has(index)
    for (const { cells, index, inputs } of this.dag.nodes) {
      if (!isOver(index)) continue
      const blocked = inputs.filter((input) => isOver(input.index) && !again(input.index))
      const freed = !this.failed.has(index) && inputs.some((input) => again(input.index)) && blocked.length === 0
      if (cells.includes(cell) || freed) expected.add(index)
    }
    const before = this.entries.length
    for (const index of expected) {
      this.failed.delete(index)
      for (const counts of [this.attempts, this.losses]) counts.delete(index)
    }
    this.#tell({ _tag: "Rerun", cell })
    assert.sameMembers(
      this.entries.slice(before).flatMap((entry) => (entry._tag === "NodeReopened" ? [entry.node] : [])),
      [...expected].map((index) => this.node(index).id)
    )
  }

  end(): void {
    this.#follow(this.state.end(++this.#at))
  }

  /** Whether a node depends on one that failed. */
  isBlocked(index: number): boolean {
    return this.node(index).inputs.some(({ index: input }) => this.failed.has(input) || this.isBlocked(input))
  }
}

/** Lets things happen in some order until the run is over. */
const play = (given: Recipe): World => {
  const world = new World(given)
  let at = 0
  let steps = 0
  const choose = (n: number) => {
    // The same numbers again mean something else the next time round.
    const choice = (given.choices[at % given.choices.length] ?? 0) + Math.floor(at / given.choices.length)
    at++
    return choice % n
  }
  let { pauses, reruns, trouble } = given
  const isFound = (index: number) => given.nodes[index % given.nodes.length]?.isFound === true
  while (world.state.phase !== "ended") {
    assert.isBelow(++steps, 5000, "the run does not end")
    // Now and then something happens between two starts.
    while (choose(5) !== 0 && world.start(isFound, choose(3) !== 0));
    const acts: Array<() => void> = []
    for (const index of world.running) {
      if (world.withdrawn.has(index)) {
        acts.push(() => world.interrupt(index))
        continue
      }
      if (!world.begun.has(index)) acts.push(() => world.take(index))
      acts.push(
        () => world.succeed(index),
        () => world.succeed(index)
      )
      if (trouble === 0 && !world.isStopping) continue
      const wrong = (act: () => void) =>
        acts.push(() => {
          trouble = Math.max(0, trouble - 1)
          act()
        })
      wrong(() => world.fail(index))
      wrong(() => world.lose(index))
      const { inputs } = world.node(index)
      const damaged = [...new Set(inputs.map((input) => input.index))].filter((_, each) => (at + each) % 2 === 0)
      if (damaged.length > 0 && !world.isStopped) wrong(() => world.fail(index, damaged))
    }
    for (const index of world.resting) acts.push(() => world.wake(index))
    for (let each = 0; each < world.writing.length; each++) acts.push(() => world.write(each))
    const only = (act: () => void) => void acts.splice(0, acts.length, act)
    if (world.isPaused && !world.isStopping && (acts.length === 0 || choose(4) === 0)) only(() => world.pause())
    else if (pauses > 0 && !world.isStopping && choose(8) === 0) {
      pauses--
      only(() => world.pause())
    } else if (reruns > 0 && world.failed.size > 0 && !world.isStopping && choose(3) === 0) {
      reruns--
      only(() => world.rerun(choose(world.dag.cells.length)))
    } else if (given.stops !== "no" && !world.isStopping && choose(12) === 0)
      only(() => world.stop(given.stops === "at once"))
    else if (given.stops === "in two steps" && world.isStopping && !world.isStopped && choose(2) === 0)
      only(() => world.stop(true))
    if (acts.length > 0) acts[choose(acts.length)]?.()
    else if (!world.start(isFound)) assert.strictEqual<string>(world.state.phase, "ended", "the run hangs")
  }
  world.end()
  return world
}

describe("the state of a run", () => {
  it("any DAG, any order, any trouble: every rule of a run holds at every step, and at the end", () => {
    const seen = { stopped: 0, failed: 0, healed: 0, lost: 0, cached: 0, skipped: 0, ended: 0, reran: 0, unhurt: 0 }
    fc.assert(
      fc.property(recipe, (given) => {
        const world = play(given)
        const { dag, done, failed, ran, state } = world
        const { artifacts, cached, executed, failed: failures, interrupted, skipped } = state.outcome
        // Nothing is left.
        assert.deepStrictEqual([world.running.size, world.resting.size, world.writing.length], [0, 0, 0])
        assert.isUndefined(state.next())
        // The counts are what happened, and add up.
        assert.strictEqual(executed, ran.size)
        assert.strictEqual(cached, done.size - ran.size)
        assert.strictEqual(failures, failed.size)
        assert.strictEqual(executed + cached + failures + skipped, dag.nodes.length)
        const isCut = world.of("NodeSkipped").some(({ because }) => because === null)
        assert.strictEqual(interrupted, world.isStopping && isCut)
        assert.strictEqual(world.interrupts, world.isStopped ? 1 : 0)
        for (const node of dag.nodes) {
          const { id, index } = node
          if (done.has(index)) assert.strictEqual(artifacts[index], artifact(id))
          const last = world.lastOf(id)
          const skips = last.filter((event) => event._tag === "NodeSkipped")
          const finals = last.filter((event) => event._tag === "NodeFailed" && !event.willRetry)
          assert.strictEqual(finals.length, failed.has(index) ? 1 : 0)
          assert.strictEqual(state.outcome.failures.has(index), failed.has(index))
          // All that can finish has finished; what has not says why.
          const isLeft = !done.has(index) && !failed.has(index)
          assert.strictEqual(skips.length, isLeft ? 1 : 0)
          if (!isLeft) continue
          const because = skips[0]?.because ?? null
          assert.isTrue(
            world.isBlocked(index) ? because !== null || world.isStopping : world.isStopping && because === null
          )
          if (because === null) continue
          assert.isTrue(world.of("NodeFailed").some((event) => event.node === because && !event.willRetry))
        }
        if (world.isStopped) seen.stopped++
        if (failures > 0) seen.failed++
        if (skipped > 0 && !world.isStopping) seen.skipped++
        if (world.isStopping && !world.isStopped && interrupted) seen.ended++
        if (world.isStopping && !interrupted) seen.unhurt++
        if (world.reruns > 0) seen.reran++
        if (world.damagedOnce.size > 0) seen.healed++
        if (world.state.outcome.warnings.some((warning) => warning.includes("was lost"))) seen.lost++
        if (world.of("NodeCached").length > 0) seen.cached++
      }),
      { numRuns: 500 }
    )
    // The orders that were tried had everything in them.
    for (const [what, times] of Object.entries(seen)) assert.isAbove(times, 10, what)
  })

  it("without trouble every node that is not known runs exactly once", () => {
    fc.assert(
      fc.property(recipe, (given) => {
        const world = play({ ...given, trouble: 0, stops: "no" })
        const starts = world.of("NodeStarted").map(({ node }) => node)
        assert.strictEqual(new Set(starts).size, starts.length)
        assert.strictEqual(world.done.size, world.dag.nodes.length)
      }),
      { numRuns: 200 }
    )
  })

  /** A plan by the inputs of its nodes. */
  const wired = (...nodes: ReadonlyArray<Array<number>>): Recipe => ({
    inline: 1,
    worker: 2,
    choices: [],
    trouble: 0,
    stops: "no",
    pauses: 0,
    reruns: 0,
    nodes: nodes.map((inputs) => ({
      inputs,
      inline: false,
      retries: 0,
      priority: 0,
      isKnown: false,
      isFound: false
    }))
  })
  const never = () => false

  it("gives a lost task to another worker, and fails it when it has taken too many with it", () => {
    const world = new World(wired([], [0], [1]))
    for (let n = 1; n <= mostLosses; n++) {
      assert.isTrue(world.start(never))
      world.lose(0)
    }
    assert.isFalse(world.start(never))
    const [failed, ...others] = world.of("NodeFailed")
    assert.deepStrictEqual(others, [])
    assert.strictEqual(failed?.failure.tag, "WorkerLost")
    assert.match(failed?.failure.message ?? "", /^this task has taken 3 workers with it, the last one by exit code 1/)
    assert.isFalse(failed?.willRetry)
    assert.deepStrictEqual(
      world.of("NodeStarted").map(({ attempt, reason }) => [attempt, reason]),
      [
        [1, "new"],
        [1, "its worker was lost"],
        [1, "its worker was lost"]
      ]
    )
    assert.strictEqual(world.state.outcome.skipped, 2)
    assert.strictEqual(world.state.phase, "ended")
  })

  it("a node that runs while its input is lost for good is skipped where it needs it, and counts where it does not", () => {
    // 0 → 1 → 2, 3, 4: all three consumers have begun when the first finds 1 damaged; then 0 is damaged too, and fails.
    const world = new World({ ...wired([], [0], [1], [1], [1], [3], [4]), worker: 3 })
    for (const index of [0, 1]) {
      world.start(never)
      world.succeed(index)
    }
    while (world.start(never));
    assert.deepStrictEqual([...world.running], [2, 3, 4])
    world.fail(2, [1])
    world.start(never)
    world.fail(1, [0])
    world.start(never)
    world.fail(0)
    assert.deepStrictEqual([...world.running], [3, 4])
    world.fail(3, [1])
    world.succeed(4)
    while (world.start(never));
    world.succeed(6)
    while (world.writing.length > 0) world.write(0)
    assert.strictEqual(world.state.phase, "ended")
    assert.deepStrictEqual(
      world.of("NodeSkipped").map(({ because, node }) => [node.split("#")[1], because?.split("#")[1]]),
      [
        ["1", "0"],
        ["2", "0"],
        ["3", "0"],
        ["5", "0"]
      ]
    )
    const { cached, executed, failed, skipped } = world.state.outcome
    assert.deepStrictEqual({ cached, executed, failed, skipped }, { cached: 0, executed: 2, failed: 1, skipped: 4 })
  })

  it("a disk that keeps nothing fails the node that cannot read, and the run ends", () => {
    const world = new World(wired([], [0], [1]))
    world.start(never)
    world.succeed(0)
    let rounds = 0
    while (world.of("NodeFailed").length === 0) {
      assert.isBelow(++rounds, 100)
      assert.isTrue(world.start(never))
      if (world.running.has(0)) world.succeed(0)
      else world.fail(1, [0])
    }
    assert.match(world.of("NodeFailed")[0]?.failure.message ?? "", /computed again 8 times and could not be read$/)
  })

  it("inputs that turn out whole start the attempt again, a few times", () => {
    const world = new World(wired([], [0], [1]))
    world.start(never)
    world.succeed(0)
    for (let n = 0; n < 3; n++) {
      assert.isTrue(world.start(never))
      world.fail(1, [])
      world.running.delete(1)
      assert.deepStrictEqual(world.of("NodeFailed"), [])
    }
    assert.isTrue(world.start(never))
    world.fail(1)
    assert.strictEqual(world.of("NodeFailed").length, 1)
  })
})
