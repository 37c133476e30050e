/** Runs that are stopped, killed, doubled or spread over workers end in the same table, bit for bit. */
import { assert, describe, it } from "vitest"
import type { ResultTable } from "../src/domain/ResultTable.ts"
import { assertExecuted, type Files, imports, type Project, project, type Run } from "./rig.ts"

/** What is on stderr, but for what is told of SLOWLY: it is in no key, on purpose. */
const said = (stderr: string) =>
  stderr
    .split("\n")
    .filter((line) => !/^ablate: hidden input: .*SLOWLY/.test(line))
    .join("\n")

/**
 * Four variants × three seeds: 3 draws, 12 fits, 12 scores. A fit gives 40 kB, so that it is a file in the store. With
 * SLOWLY every fit takes a tenth of a second, so that a signal finds some done and some not.
 */
const study: Files = {
  "experiments/study.ts": `${imports}import { F32, f32 } from "ablate"
import { ran } from "../ran.ts"
const weights = Artifact.tensors({ w: F32("rows", "columns") }, Schema.Struct({ power: Schema.Finite }))
const numbers = Artifact.json(Schema.Array(Schema.Finite))
export const draw = Stage.make("draw", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: numbers,
  run: (_, { seed }) => Effect.sync(() => {
    ran("draw")
    return Array.from({ length: 50 }, (_, i) => Math.fround(Math.sin(seed * 50 + i)))
  })
})
export const fit = Stage.make("fit", {
  config: Schema.Struct({ power: Schema.Finite }),
  inputs: { drawn: numbers },
  output: weights,
  run: ({ drawn }, { power }) => Effect.gen(function* () {
    ran("fit")
    if (process.env.SLOWLY !== undefined) yield* Effect.sleep(100)
    const data = Float32Array.from({ length: 10_000 }, (_, i) => Math.abs(drawn[i % 50] ?? 0) ** power + i)
    return { tensors: { w: f32([100, 100], data) }, meta: { power } }
  })
})
export const score = Stage.make("score", {
  inputs: { fitted: weights },
  output: Artifact.metrics(["mean"]),
  run: ({ fitted }) => Effect.sync(() => {
    ran("score")
    const data = fitted.tensors.w.data
    return { mean: { value: data.reduce((sum, x) => sum + x, 0) / data.length } }
  })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("study", Schema.Struct({ power: Schema.Finite, seed: Schema.Int }), ({ power, seed }) => {
    const fitted = fit.node({ drawn: draw.node({}, { seed }) }, { power })
    return { fitted, metrics: score.node({ fitted }) }
  }),
  grid: Grid.axes({ power: [1, 1.5, 2, 3], seed: Grid.seeds(3) }),
  table: Table.make({
    title: "Study",
    rows: ["power"],
    columns: [{ metric: "mean", label: "mean" }],
    baseline: { power: "1" }
  })
})
`
}

const all = { draw: 3, fit: 12, score: 12 }
const slowly = { env: { SLOWLY: "1" } }

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

/** The table without what names its run. */
const plain = ({ runId: _, ...table }: ResultTable): Omit<ResultTable, "runId"> => table

let undisturbed: { readonly run: Run; readonly table: Omit<ResultTable, "runId"> } | undefined

/** What a run on one worker that nothing disturbs gives. */
const reference = async () => {
  if (undisturbed === undefined) {
    const made = project(study)
    const run = await made.run(["study", "--jobs", "1"])
    assertExecuted(run, all)
    undisturbed = { run, table: plain(await made.table(["study"])) }
  }
  return undisturbed
}

/** The store has exactly the undisturbed results: the same table, and nothing left to run. */
const assertSame = async (made: Project): Promise<void> => {
  const { run, table } = await reference()
  const again = await made.run(["study"])
  assertExecuted(again, {})
  assert.deepStrictEqual(again.artifacts, run.artifacts)
  assert.deepStrictEqual(plain(await made.table(["study"])), table)
}

describe("workers", () => {
  it("one or two: the same artifacts and the same table", async () => {
    const { run, table } = await reference()
    const made = project(study)
    const two = await made.run(["study", "--jobs", "2"])
    assertExecuted(two, all)
    assert.deepStrictEqual([...new Set(two.of("NodeStarted").map((event) => event.worker))].sort(), [0, 1])
    assert.deepStrictEqual(new Set(run.of("NodeStarted").map((event) => event.worker)), new Set([0]))
    assert.strictEqual(two.artifacts.size, 36)
    assert.deepStrictEqual(two.artifacts, run.artifacts)
    assert.deepStrictEqual(plain(await made.table(["study"])), table)
    // The table is not empty, and its figures are those of the formula.
    const mean = Array.from({ length: 10_000 }, (_, i) =>
      Math.fround(Math.abs(Math.fround(Math.sin(i % 50))) ** 2 + i)
    ).reduce((total, x) => total + x, 0)
    assert.strictEqual(table.rows[2]?.cells.mean?.values[0], mean / 10_000)
  })
})

describe("Ctrl-C", () => {
  it("lets what runs end, keeps what is finished, and the next run does only the rest", async () => {
    const made = project(study)
    const running = made.start(["run", "study", "--ui", "json", "--jobs", "2"], slowly)
    await running.says(`"NodeSucceeded"`, 6)
    running.child.kill("SIGINT")
    const ended = await running.ended
    assert.deepStrictEqual({ code: ended.code, signal: ended.signal }, { code: 130, signal: null })
    assert.match(said(ended.stderr), /^ablate: stopping: \d+ nodes? .* let end; again to stop at once\n$/)
    // Whatever had begun has ended.
    const started = ended.stdout.split("\n").filter((line) => line.includes(`"NodeStarted"`)).length
    const lines = ended.stdout.trim().split("\n")
    const finished: { readonly status: string; readonly executed: number; readonly skipped: number } = JSON.parse(
      lines.at(-1) ?? ""
    )
    assert.strictEqual(finished.status, "interrupted")
    const kept = lines.filter((line) => line.includes(`"NodeSucceeded"`)).length
    assert.isAtLeast(kept, 6)
    assert.strictEqual(kept, started)
    assert.deepStrictEqual(
      { executed: finished.executed, skipped: finished.skipped },
      { executed: kept, skipped: 27 - kept }
    )
    assert.notInclude(ended.stdout, `"NodeFailed"`)

    const rest = await made.run(["study"])
    assert.strictEqual(rest.ended.code, 0)
    assert.strictEqual(sum(rest.executed), 27 - kept)
    assert.strictEqual(rest.ran.length, 27 - kept)
    await assertSame(made)
  })

  it("the second time ends a stage that never yields", async () => {
    const made = project({
      "experiments/busy.ts": `${imports}import { ran } from "../ran.ts"
export const busy = Stage.make("busy", {
  output: Artifact.metrics(["x"]),
  run: () => Effect.sync(() => { ran("busy"); for (;;) Math.random() })
})
export default Experiment.make("busy", {
  pipeline: Pipeline.make("busy", Schema.Struct({ a: Schema.Int }), () => ({ metrics: busy.node({}) })),
  grid: Grid.axes({ a: [1] }),
  table: Table.make({ title: "Busy", rows: ["a"], columns: [{ metric: "x", label: "x" }] })
})
`
    })
    const running = made.start(["run", "busy", "--ui", "json"])
    await running.says(`"NodeStarted"`)
    await new Promise((resolve) => setTimeout(resolve, 400))
    running.child.kill("SIGINT")
    await new Promise((resolve) => setTimeout(resolve, 100))
    running.child.kill("SIGINT")
    const { code, stdout } = await running.ended
    assert.strictEqual(code, 130)
    assert.include(stdout, `"status":"interrupted"`)
  })
})

describe("killed outright", () => {
  it("at whatever moment, runs that follow end in the undisturbed table", async () => {
    const made = project(study)
    // The moments differ from one time to the next; whatever they are, the end must be the same.
    const moments = Array.from({ length: 5 }, () => Math.round(100 + Math.random() * 1200))
    for (const moment of moments) {
      const running = made.start(["run", "study", "--ui", "json"], slowly)
      const timer = setTimeout(() => running.child.kill("SIGKILL"), moment)
      const { code, signal, stdout } = await running.ended
      clearTimeout(timer)
      assert.isTrue(signal === "SIGKILL" || code === 0, `killed at ${moments}: exit code ${code}, ${stdout}`)
    }
    const last = await made.run(["study"])
    assert.strictEqual(last.ended.code, 0, `killed at ${moments}: ${last.ended.stderr}`)
    assert.strictEqual(said(last.ended.stderr), "")
    await assertSame(made)
    const { stdout } = await made.ablate(["runs", "--format", "json"])
    assert.notInclude(stdout, `"running"`)
  })

  it("what a killed run told as done is done", async () => {
    const made = project(study)
    const running = made.start(["run", "study", "--ui", "json"], slowly)
    await running.says(`"NodeSucceeded"`, 7)
    running.child.kill("SIGKILL")
    const { stdout } = await running.ended
    const told = stdout.split("\n").filter((line) => line.includes(`"NodeSucceeded"`) && line.endsWith("}")).length
    const rest = await made.run(["study"])
    assert.strictEqual(rest.ended.code, 0)
    assert.isAtLeast(rest.finished.cached, told)
    assert.isAtLeast(told, 7)
    await assertSame(made)
  })
})

describe("two runs at the same time on one store", () => {
  it("end in the same table; a node computed twice is harmless", async () => {
    const { table } = await reference()
    const made = project(study)
    const both = await Promise.all(
      [0, 1].map(() => made.start(["run", "study", "--ui", "json", "--jobs", "1"], slowly).ended)
    )
    const executions = both.map(({ code, stderr, stdout }) => {
      assert.deepStrictEqual({ code, stderr: said(stderr) }, { code: 0, stderr: "" })
      return stdout.split("\n").filter((line) => line.includes(`"NodeSucceeded"`)).length
    })
    // Each node at least once; where both were at it at the same moment, twice.
    const total = (executions[0] ?? 0) + (executions[1] ?? 0)
    assert.isAtLeast(total, 27)
    assert.isAtMost(total, 54)
    assert.strictEqual(made.takeRan().length, total)
    const runs: ReadonlyArray<{ readonly id: string }> = JSON.parse(
      (await made.ablate(["runs", "--format", "json"])).stdout
    )
    assert.strictEqual(runs.length, 2)
    for (const { id } of runs) assert.deepStrictEqual(plain(await made.table(["study", "--run", id])), table)
    await assertSame(made)
  })
})
