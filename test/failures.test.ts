/** What stages and disks do wrong: told, contained, and never a wrong number. */
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { assertExecuted, type Files, imports, type Project, project, type Run } from "./rig.ts"

/** One cell a way to fail: draw → work → score. Only `work` fails; `score` depends on it. */
const failing: Files = {
  "experiments/failing.ts": `${imports}import { Context, Layer } from "effect"
import { ran } from "../ran.ts"
class TooSmall extends Schema.TaggedError<TooSmall>()("TooSmall", { size: Schema.Int }) {
  override get message() { return "a sample of " + this.size + " is too small" }
}
export class Dice extends Context.Service<Dice, { readonly roll: number }>()("test/Dice") {}
const numbers = Artifact.json(Schema.Array(Schema.Finite))
export const draw = Stage.make("draw", {
  output: numbers,
  run: () => Effect.sync(() => { ran("draw"); return [1, 2] })
})
export const work = Stage.make("work", {
  config: Schema.Struct({ how: Schema.String }),
  inputs: { drawn: numbers },
  output: numbers,
  timeout: "400 millis",
  run: ({ drawn }, { how }) => Effect.gen(function* () {
    ran("work")
    switch (how) {
      case "typed": return yield* new TooSmall({ size: 2 })
      case "defect": throw new TypeError("not what was meant")
      case "exit": process.exit(3)
      case "callback": return yield* Effect.callback<never>(() => { setTimeout(() => { throw new Error("thrown later") }, 10) })
      case "slow": return yield* Effect.never
      case "busy": for (;;) Math.random()
      case "writes": (drawn as Array<number>).push(3)
      case "nan": return [Number.NaN]
      case "service": return [(yield* Dice).roll]
    }
    return drawn
  })
})
export const score = Stage.make("score", {
  inputs: { worked: numbers },
  output: Artifact.metrics(["sum"]),
  run: ({ worked }) => Effect.sync(() => { ran("score"); return { sum: { value: worked.reduce((a, x) => a + x, 0) } } })
})
const hows = ["fine", "typed", "defect", "exit", "callback", "slow", "busy", "writes", "nan", "service"]
export default Experiment.make("failing", {
  pipeline: Pipeline.make("failing", Schema.Struct({ how: Schema.String }), ({ how }) => ({
    metrics: score.node({ worked: work.node({ drawn: draw.node({}) }, { how }) })
  })),
  grid: Grid.axes({ how: hows }),
  // A lie that the types would refuse: the layer lacks the service.
  layer: Layer.empty as unknown as Layer.Layer<Dice>,
  table: Table.make({ title: "Failing", rows: ["how"], columns: [{ metric: "sum", label: "sum" }] })
})
`
}

const failures = (run: Run) => {
  const { cells, nodes } = run.started
  return new Map(
    run.of("NodeFailed").map((event) => {
      const cell = cells[nodes.find((node) => node.id === event.node)?.cells[0] ?? -1]
      return [cell?.labels.how, event] as const
    })
  )
}

describe("a stage that fails", () => {
  it("fails its cell in its own words; every other cell goes on", async () => {
    const made = project(failing)
    const run = await made.run(["failing", "--jobs", "2"])
    assert.strictEqual(run.ended.code, 1, run.ended.stderr)
    assert.deepStrictEqual(run.executed, { draw: 1, work: 1, score: 1 })
    const { cached, executed, failed, skipped, status } = run.finished
    assert.deepStrictEqual(
      { cached, executed, failed, skipped, status },
      { cached: 0, executed: 3, failed: 9, skipped: 9, status: "failed" }
    )
    const told = failures(run)
    const assertTold = (how: string, tag: string, message: string | RegExp, isDefect = false) => {
      const failure = told.get(how)?.failure
      assert.strictEqual(failure?.tag, tag, how)
      if (typeof message === "string") assert.strictEqual(failure?.message, message)
      else assert.match(failure?.message ?? "", message)
      // Only a defect has a stack.
      if (isDefect) assert.match(failure?.detail ?? "", /\n\s+at /)
      else assert.isUndefined(failure?.detail, how)
    }
    assertTold("typed", "TooSmall", "a sample of 2 is too small")
    assertTold("defect", "Defect", "not what was meant", true)
    assertTold("exit", "ProcessEnded", /process\.exit\(3\)/)
    assertTold("callback", "Uncaught", /thrown later/, true)
    assertTold("slow", "StageTimeout", /400ms/)
    assertTold("busy", "StageTimeout", /400ms/)
    assertTold("writes", "Defect", /not extensible/, true)
    assertTold("nan", "ArtifactInvalid", /finite number[\s\S]*\[0\]/)
    assertTold("service", "Defect", /test\/Dice/, true)
    for (const event of run.of("NodeSkipped")) {
      assert.strictEqual(event.stage, "score")
      assert.match(event.because ?? "", /^work#/)
    }

    // The table: a figure where there is one, null with a note where there is none.
    const table = await made.table(["failing"])
    assert.strictEqual(table.rows.length, 10)
    for (const row of table.rows) {
      const cell = row.cells.sum
      if (row.labels.how === "fine") assert.deepStrictEqual(cell?.values, [3])
      else {
        assert.deepStrictEqual({ mean: cell?.mean, n: cell?.n, values: cell?.values }, { mean: null, n: 0, values: [] })
        assert.strictEqual(cell?.note, "failed")
      }
    }
    assert.include(table.notes.join("\n"), "work: a sample of 2 is too small (how=typed)")

    // Nothing of a failure is kept: mended, it runs, and only it.
    made.edit("experiments/failing.ts", `case "typed": return yield* new TooSmall({ size: 2 })`, "")
    const mended = await made.run(["failing", "--only", "how=fine,typed"])
    assert.deepStrictEqual(mended.executed, { work: 2 })
    assert.strictEqual(mended.ended.code, 0)
  })

  it("says so on plain lines, and in the table that follows", async () => {
    const made = project(failing)
    const { code, stderr, stdout } = await made.ablate(["run", "failing", "--only", "how=fine,typed,writes"])
    assert.deepStrictEqual({ code, stderr }, { code: 1, stderr: "" })
    assert.match(stdout, /failed +work#\d+ +how=typed +TooSmall: a sample of 2 is too small/)
    assert.match(stdout, /ended +score +1 computed, .*, 2 skipped: work#\d+ failed, among other reasons/)
    assert.match(stdout, /^failed: 7 nodes, 3 executed, 0 cached, 2 failed, 2 skipped/m)
    assert.match(stdout, /^fine +3\.0000/m)
    assert.match(stdout, /Failed: 1 of 3 cells: work: a sample of 2 is too small \(how=typed\)/)
  })

  it("is tried again as often as it asks for, and no oftener", async () => {
    const made = project({
      "experiments/flaky.ts": `${imports}import { readFileSync } from "node:fs"
import { ran } from "../ran.ts"
export const flaky = Stage.make("flaky", {
  config: Schema.Struct({ good: Schema.Int }),
  output: Artifact.metrics(["tries"]),
  retries: 2,
  run: (_, { good }) => Effect.gen(function* () {
    ran("flaky " + good)
    const tries = readFileSync("ran.log", "utf8").split("\\n").filter((line) => line === "flaky " + good).length
    if (tries < good) return yield* Effect.fail("not yet")
    return { tries: { value: good } }
  })
})
export default Experiment.make("flaky", {
  pipeline: Pipeline.make("flaky", Schema.Struct({ good: Schema.Int }), ({ good }) => ({ metrics: flaky.node({}, { good }) })),
  grid: Grid.axes({ good: [1, 3, 9] }),
  table: Table.make({ title: "Flaky", rows: ["good"], columns: [{ metric: "tries", label: "tries" }] })
})
`
    })
    const run = await made.run(["flaky", "--jobs", "1"])
    assert.strictEqual(run.ended.code, 1)
    assert.deepStrictEqual([...run.ran].sort(), ["flaky 1", ...Array(3).fill("flaky 3"), ...Array(3).fill("flaky 9")])
    const attempts = (node: string) =>
      run
        .of("NodeFailed")
        .filter((event) => event.node === node)
        .map((event) => [event.attempt, event.willRetry])
    assert.deepStrictEqual(attempts("flaky#0"), [])
    assert.deepStrictEqual(attempts("flaky#1"), [
      [1, true],
      [2, true]
    ])
    assert.deepStrictEqual(attempts("flaky#2"), [
      [1, true],
      [2, true],
      [3, false]
    ])
    assert.deepStrictEqual({ executed: run.finished.executed, failed: run.finished.failed }, { executed: 2, failed: 1 })
  })
})

describe("damage", () => {
  /** Every output is large enough to be a file in the store. */
  const large: Files = {
    "experiments/large.ts": `${imports}import { ran } from "../ran.ts"
const numbers = Artifact.json(Schema.Array(Schema.Finite))
const padding = "x".repeat(100_000)
export const draw = Stage.make("draw", {
  output: numbers,
  run: () => Effect.sync(() => { ran("draw"); return Array.from({ length: 50_000 }, (_, i) => i) })
})
export const score = Stage.make("score", {
  config: Schema.Struct({ by: Schema.Finite }),
  inputs: { drawn: numbers },
  output: Artifact.metrics(["sum"]),
  run: ({ drawn }, { by }) => Effect.sync(() => {
    ran("score")
    return { sum: { value: drawn.reduce((a, x) => a + x, 0) * by, note: padding + by } }
  })
})
export default Experiment.make("large", {
  pipeline: Pipeline.make("large", Schema.Struct({ by: Schema.Finite }), ({ by }) => ({
    metrics: score.node({ drawn: draw.node({}) }, { by })
  })),
  grid: Grid.axes({ by: [1, 2] }),
  table: Table.make({ title: "Large", rows: ["by"], columns: [{ metric: "sum", label: "sum" }] })
})
`
  }
  const total = (50_000 * 49_999) / 2

  const blobOf = (made: Project, artifact: string | undefined): string => {
    const file = made.files(".ablate/blobs").find((each) => artifact !== undefined && each.includes(artifact.slice(8)))
    if (file === undefined) throw new Error(`no blob of ${artifact}`)
    return made.path(".ablate/blobs", file)
  }

  const flip = (path: string): void => {
    const bytes = readFileSync(path)
    bytes[1000] = (bytes[1000] ?? 0) ^ 1
    writeFileSync(path, bytes)
  }

  const sums = async (made: Project) => (await made.table(["large"])).rows.map((row) => row.cells.sum?.values[0])

  it("of an input: it is computed again, and the report says so", async () => {
    const made = project(large)
    const first = await made.run(["large"])
    assertExecuted(first, { draw: 1, score: 2 })
    for (const hurt of [flip, (path: string) => rmSync(path)]) {
      hurt(blobOf(made, first.artifacts.get("by=1 draw")))
      const run = await made.run(["large", "--force", "score"])
      assert.strictEqual(run.ended.code, 0, run.ended.stderr)
      assert.deepStrictEqual(run.executed, { draw: 1, score: 2 })
      assert.match(run.ended.stderr, /^ablate: score#\d: .*(damaged|missing)/im)
      assert.deepStrictEqual(run.artifacts, first.artifacts)
      assert.deepStrictEqual(await sums(made), [total, 2 * total])
    }
  })

  it("of a row's metrics: the run mends it and says so; until then the table says what is missing", async () => {
    const made = project(large)
    const first = await made.run(["large"])
    flip(blobOf(made, first.artifacts.get("by=2 score")))
    made.takeRan()
    const { code, stderr, stdout } = await made.ablate(["run", "large"])
    assert.strictEqual(code, 0, stderr)
    assert.match(stderr, /metrics of 1 cells were damaged/)
    assert.deepStrictEqual(made.takeRan(), ["score"])
    assert.include(stdout, String(2 * total))

    rmSync(blobOf(made, first.artifacts.get("by=2 score")))
    const table = await made.table(["large"])
    assert.deepStrictEqual(
      table.rows.map((row) => row.cells.sum?.mean),
      [total, null]
    )
    assert.match(table.notes.join("\n"), /its stored metrics were damaged \(.*by=2\)/)
    const mended = await made.run(["large"])
    assertExecuted(mended, { score: 1 })
    assert.deepStrictEqual(mended.artifacts, first.artifacts)
    assert.deepStrictEqual(await sums(made), [total, 2 * total])
  })
})
