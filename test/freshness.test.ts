/** What runs again after a change, counted: exactly what depends on it. */
import { existsSync, utimesSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { assertExecuted, type Files, imports, type Project, project } from "./rig.ts"

/** Two methods × two seeds. Of its stages `feature` alone reaches `lib/far.ts`, through three modules; `fit` alone runs in a worker. */
const study: Files = {
  "lib/far.ts": `export const far = (x: number): number => x * 2\n`,
  "lib/middle.ts": `import { far } from "./far.ts"\nexport const middle = (x: number): number => far(x) + 1\n`,
  "lib/near.ts": `import { middle } from "./middle.ts"\nexport const near = (x: number): number => middle(x)\n`,
  "lib/unused.ts": `export const unused = 1\n`,
  "stages.ts": `${imports}import { near } from "./lib/near.ts"
import { ran } from "./ran.ts"

const Numbers = Artifact.json(Schema.Array(Schema.Finite))

export const draw = Stage.make("draw", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Numbers,
  pool: "inline",
  run: (_, { seed }) => Effect.sync(() => {
    ran("draw")
    const drawn = [seed, seed + 1, seed + 2]
    return drawn
  })
})

export const feature = Stage.make("feature", {
  inputs: { drawn: Numbers },
  output: Numbers,
  pool: "inline",
  run: ({ drawn }) => Effect.sync(() => {
    ran("feature")
    return drawn.map(near)
  })
})

export const fit = Stage.make("fit", {
  config: Schema.Struct({ method: Schema.String, power: Schema.Finite }),
  inputs: { features: Numbers },
  output: Numbers,
  run: ({ features }, { method, power }) => Effect.sync(() => {
    ran("fit " + method)
    return features.map((x) => x ** power)
  })
})

export const score = Stage.make("score", {
  inputs: { fitted: Numbers },
  output: Artifact.metrics(["total"]),
  pool: "inline",
  run: ({ fitted }) => Effect.sync(() => {
    ran("score")
    return { total: { value: fitted.reduce((sum, x) => sum + x, 0) } }
  })
})
`,
  "experiments/study.ts": `${imports}import { draw, feature, fit, score } from "../stages.ts"
const Settings = Schema.Struct({ power: Setting.make(Schema.Finite, 2) })
const pipeline = Pipeline.make(
  "study",
  Schema.Struct({ method: Schema.String, power: Schema.Finite, seed: Schema.Int }),
  ({ method, power, seed }) => {
    const features = feature.node({ drawn: draw.node({}, { seed }) })
    return { metrics: score.node({ fitted: fit.node({ features }, { method, power }) }) }
  }
)
export default Experiment.make("study", {
  settings: Settings,
  pipeline,
  grid: Grid.rows([{ method: "plain" }, { method: "tuned" }]).cross({ seed: Grid.seeds(2) }),
  params: ({ method, seed }, { power }) => ({ method, seed, power: { tuned: power, added: 4 }[method] ?? 1 }),
  table: Table.make({ title: "Study", rows: ["method"], columns: [{ metric: "total", label: "total" }] })
})
`
}

const all = { draw: 2, feature: 2, fit: 4, score: 4 }

/** The study, computed once. */
const computed = async (): Promise<Project> => {
  const made = project(study)
  assertExecuted(await made.run(["study"]), all)
  return made
}

describe("freshness", () => {
  it("a second run executes nothing, and nor does one after edits that change no computation", async () => {
    const made = await computed()
    const table = await made.table(["study"])
    assertExecuted(await made.run(["study"]), {})

    // Comments, formatting and types, in the stages' file and in a helper.
    made.edit("stages.ts", "const drawn =", "// a comment\n    const   drawn  : ReadonlyArray<number> =")
    made.edit("lib/far.ts", "(x: number): number => x * 2", "(\n  x: number\n): number =>\n  /* twice */ x * 2")
    made.edit("lib/near.ts", "export const near", "export type Unused = { readonly a: string }\nexport const near")
    assertExecuted(await made.run(["study"]), {})

    // The name of a local, a new export of a helper, a module that is imported for nothing.
    made.edit("stages.ts", "const   drawn", "const   numbers")
    made.edit("stages.ts", "return drawn\n", "return numbers\n")
    made.edit("lib/far.ts", "export const far", "export const farther = (x: number) => x * 3\nexport const far")
    made.edit("stages.ts", "\nconst Numbers", `import { unused } from "./lib/unused.ts"\nvoid unused\nconst Numbers`)
    assertExecuted(await made.run(["study"]), {})

    assert.strictEqual((await made.table(["study"])).contentHash, table.contentHash)
  })

  it("of stages in one file, only the edited one and what it changes run", async () => {
    const made = await computed()
    made.edit(
      "stages.ts",
      "value: fitted.reduce((sum, x) => sum + x, 0)",
      "value: fitted.reduce((sum, x) => sum + x, 1)"
    )
    assertExecuted(await made.run(["study"]), { score: 4 })
    // Its outputs come out as before: what follows is known.
    made.edit("stages.ts", "[seed, seed + 1, seed + 2]", "[seed, 1 + seed, 2 + seed]")
    assertExecuted(await made.run(["study"]), { draw: 2 })
    // Back to code that was there before: nothing runs.
    made.edit("stages.ts", "[seed, 1 + seed, 2 + seed]", "[seed, seed + 1, seed + 2]")
    made.edit("stages.ts", "sum + x, 1)", "sum + x, 0)")
    assertExecuted(await made.run(["study"]), {})
  })

  it("a helper three modules away reruns the stages that reach it", async () => {
    const made = await computed()
    made.edit("lib/far.ts", "x * 2", "2 * x")
    assertExecuted(await made.run(["study"]), { feature: 2 })
    made.edit("lib/far.ts", "2 * x", "2 * x + 1")
    assertExecuted(await made.run(["study"]), { feature: 2, fit: 4, score: 4 })
  })

  it("a setting reruns the branch that reads it, and the old value is known again", async () => {
    const made = await computed()
    const run = await made.run(["study", "--set", "power=3"])
    assertExecuted(run, { fit: 2, score: 2 })
    assert.deepStrictEqual([...new Set(run.ran)].sort(), ["fit tuned", "score"])
    assertExecuted(await made.run(["study"]), {})
    const table = await made.table(["study"])
    assert.deepStrictEqual(
      table.rows.map((row) => row.cells.total?.values),
      [
        [9, 15],
        [35, 83]
      ]
    )
  })

  it("a row or a seed more runs the new cells and moves nobody's artifacts", async () => {
    const made = project(study)
    const before = (await made.run(["study"])).artifacts
    made.edit("experiments/study.ts", `[{ method: "plain" }`, `[{ method: "added" }, { method: "plain" }`)
    const row = await made.run(["study"])
    assertExecuted(row, { fit: 2, score: 2 })
    made.edit("experiments/study.ts", "Grid.seeds(2)", "Grid.seeds([0, 1, 7])")
    const seed = await made.run(["study"])
    assertExecuted(seed, { draw: 1, feature: 1, fit: 3, score: 3 })
    assert.strictEqual(before.size, 16)
    for (const [place, artifact] of before) {
      assert.strictEqual(row.artifacts.get(place), artifact, place)
      assert.strictEqual(seed.artifacts.get(place), artifact, place)
    }
  })

  it("--only runs the chosen cells, and the rest later", async () => {
    const made = project(study)
    const only = await made.run(["study", "--only", "method=plain,seed=1"])
    assertExecuted(only, { draw: 1, feature: 1, fit: 1, score: 1 })
    assert.deepStrictEqual(
      only.started.cells.map((cell) => cell.id),
      ["method=plain,seed=1"]
    )
    assertExecuted(await made.run(["study", "--only", "seed=1"]), { fit: 1, score: 1 })
    assertExecuted(await made.run(["study"]), { draw: 1, feature: 1, fit: 2, score: 2 })
  })

  it("--force runs a stage again; what follows stays known when its results are the same", async () => {
    const made = await computed()
    const forced = await made.run(["study", "--force", "feature"])
    assertExecuted(forced, { feature: 2 })
    assert.deepStrictEqual([...new Set(forced.of("NodeStarted").map((event) => event.reason))], ["forced"])
    assertExecuted(await made.run(["study", "--force", "draw", "--force", "score"]), { draw: 2, score: 4 })
  })

  it("a version replaces the code's hash", async () => {
    const made = project(study)
    made.edit("stages.ts", `Stage.make("feature", {`, `Stage.make("feature", {\n  version: "1",`)
    assertExecuted(await made.run(["study"]), all)
    made.edit("lib/far.ts", "x * 2", "x * 5")
    assertExecuted(await made.run(["study"]), {})
    made.edit("stages.ts", `version: "1"`, `version: "2"`)
    assertExecuted(await made.run(["study"]), { feature: 2, fit: 4, score: 4 })
  })

  it("a package enters by its version", async () => {
    const made = project({
      ...study,
      "node_modules/times/package.json": JSON.stringify({ name: "times", version: "1.0.0", main: "index.js" }),
      "node_modules/times/index.js": "module.exports.times = (x) => x * 2\n",
      "lib/far.ts": `import { times } from "times"\nexport const far = (x: number): number => times(x)\n`
    })
    assertExecuted(await made.run(["study"]), all)
    made.write({
      "node_modules/times/package.json": JSON.stringify({ name: "times", version: "1.1.0", main: "index.js" }),
      "node_modules/times/index.js": "module.exports.times = (x) => x * 3\n"
    })
    const run = await made.run(["study"])
    assertExecuted(run, { feature: 2, fit: 4, score: 4 })
    assert.deepStrictEqual((await made.table(["study"])).rows[0]?.cells.total?.values, [12, 21])
  })
})

describe("files from outside", () => {
  const reading: Files = {
    "data.txt": "1 2 3",
    "stages.ts": `${imports}import { existsSync, readFileSync } from "node:fs"
import { ran } from "./ran.ts"
export const read = Stage.make("read", {
  config: Schema.Struct({ scale: Schema.Finite }),
  inputs: { file: Artifact.file },
  output: Artifact.metrics(["sum"]),
  run: ({ file }, { scale }) => Effect.gen(function* () {
    ran("read")
    const numbers = readFileSync(file.path, "utf8").split(" ").map(Number)
    const { UNTIL } = process.env
    while (UNTIL !== undefined && !existsSync(UNTIL)) yield* Effect.sleep(20)
    return { sum: { value: scale * numbers.reduce((sum, x) => sum + x, 0) } }
  })
})
`,
    "experiments/study.ts": `${imports}import { read } from "../stages.ts"
const Settings = Schema.Struct({ path: Setting.make(Schema.String, "data.txt") })
export default Experiment.make("study", {
  settings: Settings,
  pipeline: Pipeline.make("study", Schema.Struct({ scale: Schema.Finite, path: Schema.String }), ({ path, scale }) => ({
    metrics: read.node({ file: External.file(path, "--set path") }, { scale })
  })),
  grid: Grid.axes({ scale: [1, 10] }),
  params: ({ scale }, { path }) => ({ scale, path }),
  table: Table.make({ title: "Sums", rows: ["scale"], columns: [{ metric: "sum", label: "sum" }] })
})
`
  }
  const sums = async (made: Project) => (await made.table(["study"])).rows.flatMap((row) => row.cells.sum?.values ?? [])

  it("content counts, neither time nor name", async () => {
    const made = project(reading)
    assertExecuted(await made.run(["study"]), { read: 2 })
    utimesSync(made.path("data.txt"), new Date(2e12), new Date(2e12))
    assertExecuted(await made.run(["study"]), {})
    made.write({ "elsewhere/copy.txt": "1 2 3" })
    assertExecuted(await made.run(["study", "--set", "path=elsewhere/copy.txt"]), {})
    // As long as before, and as old.
    made.write({ "data.txt": "1 2 4" })
    utimesSync(made.path("data.txt"), new Date(2e12), new Date(2e12))
    assertExecuted(await made.run(["study"]), { read: 2 })
    assert.deepStrictEqual(await sums(made), [7, 70])
  })

  it("a file that changes while a stage reads it gives no result", async () => {
    const made = project(reading)
    const running = made.start(["run", "study", "--ui", "json", "--jobs", "2"], { env: { UNTIL: made.path("go") } })
    // Both stages have read the old content when the file changes.
    while (!existsSync(made.path("ran.log")) || made.read("ran.log").split("\n").length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20))
    made.write({ "data.txt": "5 6" })
    made.write({ go: "" })
    const ended = await running.ended
    assert.strictEqual(ended.code, 1, ended.stdout)
    assert.include(ended.stdout, `"tag":"FileChanged"`)
    assert.include(ended.stdout, made.path("data.txt"))
    assertExecuted(await made.run(["study"]), { read: 2 })
    assert.deepStrictEqual(await sums(made), [11, 110])
  })
})

describe("the environment", () => {
  const asking: Files = {
    "stages.ts": `${imports}import { Config } from "effect"
import { ran } from "./ran.ts"
export const ask = Stage.make("ask", {
  inputs: { wired: Artifact.env },
  output: Artifact.metrics(["sum"]),
  run: ({ wired }) => Effect.gen(function* () {
    ran("ask")
    const read = yield* Config.Finite("SECOND").pipe(Config.withDefault(0))
    const hidden = Number(process.env.THIRD ?? 0)
    return { sum: { value: Number(wired ?? 0) + 10 * read + 100 * hidden } }
  })
})
`,
    "experiments/study.ts": `${imports}import { ask } from "../stages.ts"
export default Experiment.make("study", {
  pipeline: Pipeline.make("study", Schema.Struct({ k: Schema.Int }), () => ({ metrics: ask.node({ wired: External.env("FIRST") }) })),
  grid: Grid.axes({ k: [1] }),
  table: Table.make({ title: "Sum", rows: ["k"], columns: [{ metric: "sum", label: "sum" }] })
})
`
  }

  it("counts by the values of what is wired and of what Config reads; what nobody declared is told", async () => {
    const made = project(asking)
    const sumWith = async (env: Readonly<Record<string, string>>, executed: Readonly<Record<string, number>>) => {
      const run = await made.run(["study"], { env })
      assertExecuted(run, executed)
      return { sum: (await made.table(["study"])).rows[0]?.cells.sum?.mean, stderr: run.ended.stderr }
    }
    assert.strictEqual((await sumWith({}, { ask: 1 })).sum, 0)
    assert.strictEqual((await sumWith({ FIRST: "1" }, { ask: 1 })).sum, 1)
    assert.strictEqual((await sumWith({ FIRST: "1", SECOND: "2" }, { ask: 1 })).sum, 21)
    assert.strictEqual((await sumWith({}, {})).sum, 0)
    const told = await sumWith({ FIRST: "2", THIRD: "3" }, { ask: 1 })
    assert.strictEqual(told.sum, 302)
    assert.match(
      told.stderr,
      /^ablate: hidden input: ask#0 reads the environment variable THIRD \(stages\.ts:\d+:\d+\)/m
    )
    assert.notInclude(told.stderr, "FIRST")
    assert.notInclude(told.stderr, "SECOND")
  })
})

describe("a grid of 61 nodes", () => {
  /** data → 20 × (feat → train → eval). */
  const grid: Files = {
    "experiments/grid.ts": `${imports}import { ran } from "../ran.ts"
const Numbers = Artifact.json(Schema.Array(Schema.Finite))
const variant = Schema.Struct({ variant: Schema.Int })
export const data = Stage.make("data", {
  output: Numbers,
  pool: "inline",
  run: () => Effect.sync(() => { ran("data"); return [1, 2, 3] })
})
export const feat = Stage.make("feat", {
  config: variant,
  inputs: { data: Numbers },
  output: Numbers,
  pool: "inline",
  run: ({ data }, { variant }) => Effect.sync(() => { ran("feat"); return data.map((x) => x + variant) })
})
export const train = Stage.make("train", {
  inputs: { feat: Numbers },
  output: Numbers,
  pool: "inline",
  run: ({ feat }) => Effect.sync(() => { ran("train"); return feat.map((x) => x * 2) })
})
export const evaluate = Stage.make("eval", {
  inputs: { train: Numbers },
  output: Artifact.metrics(["sum"]),
  pool: "inline",
  run: ({ train }) => Effect.sync(() => { ran("eval"); return { sum: { value: train.reduce((a, x) => a + x, 0) } } })
})
export default Experiment.make("grid", {
  pipeline: Pipeline.make("grid", variant, ({ variant }) => ({
    metrics: evaluate.node({ train: train.node({ feat: feat.node({ data: data.node({}) }, { variant }) }) })
  })),
  grid: Grid.axes({ variant: Array.from({ length: 20 }, (_, i) => i) }),
  table: Table.make({ title: "Grid", rows: ["variant"], columns: [{ metric: "sum", label: "sum" }] })
})
`
  }

  it("runs one node after an edit of its root that gives the same output", async () => {
    const made = project(grid)
    assertExecuted(await made.run(["grid"]), { data: 1, feat: 20, train: 20, eval: 20 })
    made.edit("experiments/grid.ts", "return [1, 2, 3]", "return [3, 2, 1].reverse()")
    assertExecuted(await made.run(["grid"]), { data: 1 })
    made.edit("experiments/grid.ts", "[3, 2, 1].reverse()", "[4, 2, 1].reverse()")
    assertExecuted(await made.run(["grid"]), { data: 1, feat: 20, train: 20, eval: 20 })
  })
})
