/** Stages, pipelines, layers and experiments of installed packages: they work like own ones, and are known by their content. */
import { mkdirSync, symlinkSync } from "node:fs"
import { dirname } from "node:path"
import { assert, describe, it } from "vitest"
import { assertExecuted, type Files, type Project, project } from "./rig.ts"

const counter = `import { appendFileSync } from "node:fs"
export const ran = (what) => appendFileSync("ran.log", what + "\\n")
`

const manifest = (version: string, more: object = {}): string =>
  JSON.stringify({
    name: "lab",
    version,
    type: "module",
    exports: { ".": "./dist/index.js" },
    peerDependencies: { ablate: "*", effect: "*" },
    ...more
  })

/** A package as a compiler would leave it: an index that passes on, stages with a helper, a layer, a pipeline. */
const lab: Files = {
  "package.json": manifest("1.0.0"),
  "dist/index.js": `export { half, shifted } from "./stages.js"
export { Offset, OffsetLive } from "./layers.js"
export { pipeline } from "./pipeline.js"
`,
  "dist/ran.js": counter,
  "dist/helper.js": "export const twice = (n) => 2 * n\n",
  "dist/layers.js": `import { Context, Layer } from "effect"
export class Offset extends Context.Service()("lab/Offset") {}
export const OffsetLive = Layer.succeed(Offset, { by: 10 })
`,
  "dist/stages.js": `import { Artifact, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { twice } from "./helper.js"
import { Offset } from "./layers.js"
import { ran } from "./ran.js"
export const half = Stage.make("lab/half", {
  config: Schema.Struct({ k: Schema.Int, seed: Schema.Int }),
  output: Artifact.json(Schema.Finite),
  run: (_, { k }) => Effect.sync(() => {
    ran("lab/half " + k)
    return twice(k) / 4
  })
})
export const shifted = Stage.make("lab/shifted", {
  inputs: { x: Artifact.json(Schema.Finite) },
  output: Artifact.metrics(["v"]),
  run: ({ x }) => Effect.map(Offset, ({ by }) => {
    ran("lab/shifted")
    return { v: { value: x + by } }
  })
})
`,
  "dist/pipeline.js": `import { Pipeline } from "ablate"
import { Schema } from "effect"
import { half, shifted } from "./stages.js"
export const pipeline = Pipeline.make("lab", Schema.Struct({ k: Schema.Int, seed: Schema.Int }), (p) => ({
  metrics: shifted.node({ x: half.node({}, p) })
}))
`
}

const experiment = `import { Experiment, Grid, Table } from "ablate"
import { OffsetLive, pipeline } from "lab"
export default Experiment.make("study", {
  pipeline,
  layer: OffsetLive,
  grid: Grid.axes({ k: [1, 2], seed: [0] }),
  table: Table.make({ title: "t", rows: ["k"], columns: [{ metric: "v", label: "v" }] })
})
`

const at = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))

const link = (made: Project, path: string, target: string): void => {
  mkdirSync(dirname(made.path(path)), { recursive: true })
  symlinkSync(target, made.path(path))
}

interface Layout {
  readonly what: string
  /** The package's real folder. */
  readonly folder: string
  readonly make: () => Project
}

const direct = (files: Files = lab): Project =>
  project({ ...at("node_modules/lab", files), "experiments/study.ts": experiment })

const layouts: ReadonlyArray<Layout> = [
  { what: "as npm installs it", folder: "node_modules/lab", make: () => direct() },
  {
    what: "as pnpm installs it",
    folder: "node_modules/.pnpm/lab@1.0.0/node_modules/lab",
    make: () => {
      const made = project({
        ...at("node_modules/.pnpm/lab@1.0.0/node_modules/lab", lab),
        "experiments/study.ts": experiment
      })
      link(made, "node_modules/lab", ".pnpm/lab@1.0.0/node_modules/lab")
      return made
    }
  },
  {
    what: "as a workspace of the project",
    folder: "packages/lab",
    make: () => {
      const made = project({ ...at("packages/lab", lab), "experiments/study.ts": experiment })
      link(made, "node_modules/lab", "../packages/lab")
      return made
    }
  },
  {
    what: "nested under a package that passes it on",
    folder: "node_modules/outer/node_modules/lab",
    make: () =>
      project({
        ...at("node_modules/outer/node_modules/lab", lab),
        "node_modules/outer/package.json": JSON.stringify({
          name: "outer",
          version: "1.0.0",
          type: "module",
          main: "index.js",
          // It does not name the framework: what it passes on does.
          dependencies: { lab: "1.0.0" }
        }),
        "node_modules/outer/index.js": `export * from "lab"\n`,
        "experiments/study.ts": experiment.replace(`from "lab"`, `from "outer"`)
      })
  }
]

const valuesOf = async (made: Project): Promise<ReadonlyArray<number | undefined>> =>
  (await made.table(["study"])).rows.map(({ cells }) => cells.v?.values[0] ?? undefined)

for (const { folder, make, what } of layouts)
  describe(what, () => {
    it("its stages run in workers, and what reaches an edit of its files reruns, no more", async () => {
      const made = make()
      assertExecuted(await made.run(["study"]), { "lab/half": 2, "lab/shifted": 2 })
      assert.deepStrictEqual(await valuesOf(made), [10.5, 11])
      assertExecuted(await made.run(["study"]), {})

      made.edit(`${folder}/dist/helper.js`, "2 * n", "2 * n + 2")
      const why = await made.ablate(["why", "study", "lab/half"])
      assert.include(why.stdout, `code ${folder}/dist/helper.js`)
      assertExecuted(await made.run(["study"]), { "lab/half": 2, "lab/shifted": 1 })
      assert.deepStrictEqual(await valuesOf(made), [11, 11.5])

      made.edit(`${folder}/dist/layers.js`, "by: 10", "by: 20")
      const service = await made.ablate(["why", "study", "lab/shifted"])
      assert.include(service.stdout, "OffsetLive")
      assertExecuted(await made.run(["study"]), { "lab/shifted": 2 })
      assert.deepStrictEqual(await valuesOf(made), [21, 21.5])
    })

    it("a new version, a comment and another stage of it rerun nothing", async () => {
      const made = make()
      assertExecuted(await made.run(["study"]), { "lab/half": 2, "lab/shifted": 2 })
      made.write({ [`${folder}/package.json`]: manifest("2.0.0", { keywords: ["lab"] }) })
      made.edit(`${folder}/dist/helper.js`, "export", "// twice as much\nexport")
      made.edit(
        `${folder}/dist/stages.js`,
        `export const shifted`,
        `export const other = Stage.make("lab/other", { output: Artifact.json(Schema.Finite), run: () => Effect.succeed(1) })\nexport const shifted`
      )
      assertExecuted(await made.run(["study"]), {})
    })
  })

describe("other ways to write a package", () => {
  it("TypeScript sources, and an experiment of its own that the project passes on", async () => {
    const made = direct({
      "package.json": JSON.stringify({
        name: "lab",
        version: "1.0.0",
        type: "module",
        exports: "./index.ts",
        dependencies: { ablate: "*" }
      }),
      "ran.ts": counter.replace("(what)", "(what: string)"),
      "index.ts": `import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"
import { ran } from "./ran.ts"
export const one = Stage.make("lab/one", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Artifact.metrics(["v"]),
  run: (_, { seed }: { seed: number }) => Effect.sync(() => { ran("lab/one"); return { v: { value: seed + 1 } } })
})
export const study = Experiment.make("study", {
  pipeline: Pipeline.make("lab", Schema.Struct({ seed: Schema.Int }), (p) => ({ metrics: one.node({}, p) })),
  grid: Grid.axes({ seed: [0] }),
  table: Table.make({ title: "t", rows: [], columns: [{ metric: "v", label: "v" }] })
})
`
    })
    made.write({ "experiments/study.ts": `export { study as default } from "lab"\n` })
    assertExecuted(await made.run(["study"]), { "lab/one": 1 })
    assert.deepStrictEqual(await valuesOf(made), [1])
    made.edit("node_modules/lab/index.ts", "seed + 1", "seed + 2")
    assertExecuted(await made.run(["study"]), { "lab/one": 1 })
    assert.deepStrictEqual(await valuesOf(made), [2])
  })

  it("CommonJS, which requires the framework", async () => {
    const made = direct({
      "package.json": JSON.stringify({
        name: "lab",
        version: "1.0.0",
        main: "index.js",
        dependencies: { ablate: "*", effect: "*" }
      }),
      "index.js": `const { Artifact, Pipeline, Stage } = require("ablate")
const { Effect, Layer, Schema } = require("effect")
const { appendFileSync } = require("node:fs")
exports.OffsetLive = Layer.empty
exports.one = Stage.make("lab/one", {
  config: Schema.Struct({ k: Schema.Int, seed: Schema.Int }),
  output: Artifact.metrics(["v"]),
  run: (_, { k }) => Effect.sync(() => { appendFileSync("ran.log", "lab/one\\n"); return { v: { value: k + 1 } } })
})
exports.pipeline = Pipeline.make("lab", Schema.Struct({ k: Schema.Int, seed: Schema.Int }), (p) => ({
  metrics: exports.one.node({}, p)
}))
`
    })
    assertExecuted(await made.run(["study"]), { "lab/one": 2 })
    assert.deepStrictEqual(await valuesOf(made), [2, 3])
    made.edit("node_modules/lab/index.js", "k + 1", "k + 5")
    assertExecuted(await made.run(["study"]), { "lab/one": 2 })
    assert.deepStrictEqual(await valuesOf(made), [6, 7])
  })

  it("a failure in it is told with the package's file and line", async () => {
    const made = direct()
    made.edit("node_modules/lab/dist/helper.js", "2 * n", "n.missing.field")
    const run = await made.run(["study"])
    assert.strictEqual(run.ended.code, 1)
    for (const { failure } of run.of("NodeFailed"))
      assert.strictEqual(failure.place, "node_modules/lab/dist/helper.js:1:39")
  })
})
