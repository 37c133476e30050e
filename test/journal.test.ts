/** What happened in a run is kept: read while it goes on and afterwards, by logs, watch and why; and a run is steered. */
import { assert, describe, it } from "@effect/vitest"
import { Control, run } from "ablate/commands"
import { Effect, Fiber } from "effect"
import type { JournalEntry } from "../src/domain/RunDetail.ts"
import { imports, type Project, parseEvents, project } from "./rig.ts"

/** Ends by itself where it was told to go on: the test holds it. */
const study = `${imports}import { existsSync } from "node:fs"
import { ran } from "../ran.ts"
const until = (file: string) => Effect.sleep(20).pipe(Effect.repeat({ until: () => existsSync(file) }))
const Seed = Schema.Struct({ seed: Schema.Int })
export const talk = Stage.make("talk", {
  config: Seed,
  output: Artifact.json(Schema.Finite),
  run: (_, { seed }) => Effect.gen(function* () {
    console.log("one of " + seed)
    process.stdout.write("two of " + seed)
    console.error("three of " + seed)
    process.stderr.write("four of " + seed)
    process.stdout.write("\\n\\n")
    yield* until("go")
    ran("talk " + seed)
    process.stdout.write("five of " + seed)
    return seed
  })
})
export const score = Stage.make("score", {
  config: Schema.Struct({ way: Schema.String }),
  inputs: { x: Artifact.json(Schema.Finite) },
  output: Artifact.metrics(["sum"]),
  pool: "inline",
  run: ({ x }, { way }) => Effect.sync(() => {
    console.log("scoring " + way)
    if (way === "bad" && !existsSync("mended")) throw new Error("no luck with " + x)
    return { sum: { value: x + 1 } }
  })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ way: Schema.String, seed: Schema.Int }), (p) => ({
    metrics: score.node({ x: talk.node({}, p) }, p)
  })),
  grid: Grid.axes({ way: ["good", "bad"], seed: Grid.seeds(2) })
})
`

const spoken = (seed: number) => ["one", "two", "three", "four", "five"].map((word) => `${word} of ${seed}`)

const linesOf = (text: string): ReadonlyArray<{ node: string; stage: string; text: string; failure: unknown }> =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line))

const logs = async (made: Project, ...args: ReadonlyArray<string>) => {
  const { code, stderr, stdout } = await made.ablate(["logs", ...args, "--format", "json"])
  assert.strictEqual(code, 0, stderr)
  return linesOf(stdout)
}

describe("a run's journal", () => {
  it("is followed from other processes while it goes on, and tells everything afterwards", {
    timeout: 60_000
  }, async () => {
    const made = project({ "experiments/study.ts": study })
    const running = made.start(["run", "study", "--ui", "json", "--jobs", "2"])
    await running.says('"NodeStarted"', 2)
    const watching = made.start(["watch", "--ui", "json"])
    await watching.says('"NodeStarted"', 2)
    const following = made.start(["logs", "--follow", "seed=1"])
    await following.says("three of 1")
    made.write({ go: "" })
    const [ended, watched, followed] = await Promise.all([running.ended, watching.ended, following.ended])
    assert.strictEqual(ended.code, 1)
    // The watcher sees the run's own events, and ends as the run does.
    assert.deepStrictEqual(parseEvents(watched.stdout), parseEvents(ended.stdout))
    assert.deepStrictEqual([watched.code, watched.stderr.includes("failed")], [1, true])
    assert.include(followed.stdout, "five of 1")
    assert.notInclude(followed.stdout, "of 0")

    const all = await logs(made)
    for (const seed of [0, 1]) {
      const lines = all.filter(({ stage, text }) => stage === "talk" && text.endsWith(` of ${seed}`))
      assert.sameMembers(
        lines.map(({ text }) => text),
        spoken(seed)
      )
      assert.strictEqual(new Set(lines.map(({ node }) => node)).size, 1)
    }
    assert.strictEqual(all.filter(({ text }) => text.startsWith("scoring")).length, 4)
    assert.sameMembers(
      (await logs(made, "study", "--failed")).map(({ text }) => text),
      ["scoring bad", "no luck with 0", "scoring bad", "no luck with 1"]
    )
    assert.deepStrictEqual(
      (await logs(made, "way=good,seed=0")).map(({ stage }) => stage),
      ["talk", "talk", "talk", "talk", "talk", "talk", "score"]
    )
    const { code, stderr } = await made.ablate(["logs", "study", "tlak"])
    assert.deepStrictEqual([code, stderr.includes('Did you mean "talk"?')], [2, true])

    // A run that finds it in the cache has printed nothing: the lines are those of the run that computed it.
    made.write({ mended: "" })
    await made.run(["study"])
    const cached = await made.ablate(["logs", "study", "talk"])
    assert.match(cached.stderr, /found this in the cache/)
    assert.strictEqual(cached.stdout.match(/ of \d/g)?.length, 10)
    const past = await made.ablate(["watch", "study", "--ui", "json"])
    assert.strictEqual(parseEvents(past.stdout).at(-1)?._tag, "RunFinished")
  })

  it("tells by why what failed, where in the source, and what was printed", { timeout: 60_000 }, async () => {
    const made = project({ "experiments/study.ts": study, go: "" })
    await made.run(["study"])
    const { stdout } = await made.ablate(["why", "study", "way=bad,seed=1", "--format", "json"])
    const { failures } = JSON.parse(stdout)
    assert.strictEqual(failures.length, 1)
    const [{ attempts, config, failure, printed, source, stage }] = failures
    assert.deepStrictEqual([stage, config, printed], ["score", { way: "bad" }, ["scoring bad"]])
    assert.strictEqual(failure.message, "no luck with 1")
    const line = study.split("\n").findIndex((each) => each.includes("no luck with")) + 1
    assert.match(failure.place, new RegExp(`^experiments/study\\.ts:${line}:\\d+$`))
    assert.strictEqual(source, study.split("\n")[line - 1])
    assert.strictEqual(attempts.length, 1)
    const text = await made.ablate(["why", "study", "way=bad,seed=1"])
    assert.include(text.stdout, "no luck with 1")
    assert.notInclude((await made.ablate(["why", "study", "way=good"])).stdout, "no luck")
  })

  it("ends for who watches when the run is killed", { timeout: 60_000 }, async () => {
    const made = project({ "experiments/study.ts": study })
    const running = made.start(["run", "study", "--ui", "json", "--jobs", "1"])
    await running.says('"NodeStarted"')
    const watching = made.start(["watch", "--ui", "json"])
    await watching.says('"NodeStarted"')
    running.child.kill("SIGKILL")
    const { code, stderr } = await watching.ended
    assert.strictEqual(code, 130)
    assert.match(stderr, /the process of this run is gone/)
  })
})

describe("steering", () => {
  it.live(
    "a pause begins nothing, and a failed cell is computed again within the run",
    () =>
      Effect.gen(function* () {
        const made = project({ "experiments/study.ts": study.replaceAll('"go"', '"GO"') })
        made.edit(
          "experiments/study.ts",
          'until("GO")',
          `until(${JSON.stringify(made.path("go"))} + (seed === 1 ? "1" : ""))`
        )
        made.edit("experiments/study.ts", '"mended"', JSON.stringify(made.path("mended")))
        made.edit("ran.ts", '"ran.log"', JSON.stringify(made.path("ran.log")))
        const entries: Array<JournalEntry> = []
        const note = (entry: JournalEntry) => void entries.push(entry)
        const of = (tag: JournalEntry["_tag"]) => entries.filter(({ _tag }) => _tag === tag)
        const until = (holds: () => boolean): Effect.Effect<void> =>
          Effect.suspend(() => (holds() ? Effect.void : Effect.andThen(Effect.sleep(10), until(holds))))
        const control = yield* Control.make
        const fiber = yield* Effect.forkChild(
          run({
            folder: made.root,
            experiment: "study",
            jobs: 2,
            control,
            onEvent: note,
            onDetail: note,
            onPrint: () => {}
          })
        )
        yield* until(() => of("NodeStarted").length === 2)
        yield* control.pause
        yield* until(() => of("Paused").length === 1)
        made.write({ go: "" })
        yield* until(() => of("NodeSucceeded").length === 1)
        yield* Effect.sleep(100)
        assert.strictEqual(of("NodeStarted").length, 2)
        yield* control.resume
        yield* until(() => of("NodeFailed").length === 1)
        made.write({ mended: "" })
        yield* control.rerun(2)
        yield* until(() => of("CellEnded").length === 2)
        made.write({ go1: "" })
        const { run: record } = yield* Fiber.join(fiber)
        assert.deepStrictEqual([record.status, record.executed, record.failed, record.skipped], ["succeeded", 6, 0, 0])
        assert.deepStrictEqual(of("NodeReopened").length, 1)
        const sums = entries.flatMap((entry) =>
          entry._tag === "CellEnded" ? [[entry.cell, entry.metrics?.sum?.value]] : []
        )
        assert.sameDeepMembers(sums, [
          [0, 1],
          [1, 2],
          [2, 1],
          [3, 2]
        ])
      }),
    60_000
  )

  it("--watch runs again what a saved file changes, waits for the next after an error, and leaves", {
    timeout: 60_000
  }, async () => {
    const made = project({ "experiments/study.ts": study, go: "", mended: "" })
    const running = made.start(["run", "study", "--ui", "stream", "--watch"])
    await running.says("watching ")
    made.edit("experiments/study.ts", "x + 1", "x + 2")
    await running.says("watching ", 2)
    made.edit("experiments/study.ts", "return seed", "return seed +")
    await running.says("watching ", 3)
    made.edit("experiments/study.ts", "return seed +", "return seed + 0 + ran.length - 1")
    await running.says("watching ", 4)
    running.child.kill("SIGINT")
    const { code, stdout } = await running.ended
    assert.strictEqual(code, 0)
    const told = stdout.split("\n").filter((line) => /^(changed|succeeded|experiments)/.test(line))
    assert.deepStrictEqual(
      told.map((line) => line.replace(/, [^,]*s$/, "").replace(/:\d+:\d+:.*/, "")),
      [
        "succeeded: 6 nodes, 6 executed, 0 cached",
        "changed: experiments/study.ts; runs again: score 4×",
        "succeeded: 6 nodes, 4 executed, 2 cached",
        "experiments/study.ts",
        "changed: experiments/study.ts; runs again: talk 2×, score up to 4×",
        "succeeded: 6 nodes, 2 executed, 4 cached"
      ]
    )
  })
})
