import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { afterAll } from "vitest"
import { isExperiment } from "../../src/declare/Experiment.ts"
import { isStage } from "../../src/declare/Stage.ts"
import * as Programs from "../../src/execute/Programs.ts"
import { experimentFiles, findProjectRoot, findStage, load } from "../../src/session/Loader.ts"

const source = (path: string): string => new URL(`../../src/${path}`, import.meta.url).href

const made: Array<string> = []
afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true, force: true })
})

type Files = Readonly<Record<string, string>>

const writeFiles = (root: string, files: Files): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

const project = (files: Files): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "ablate-load-")))
  made.push(root)
  writeFiles(root, { "package.json": JSON.stringify({ name: "study", type: "module" }), ...files })
  return root
}

const open = (root: string, nameOrPath: string, workingDir = root) =>
  load({ nameOrPath, projectRoot: root, storeDir: join(root, ".ablate"), workingDir, isExperiment })

const study: Files = {
  "experiments/study.ts": `
import { Artifact, Experiment, Grid, Pipeline, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { double } from "../stages/index.ts"

export const start = Stage.make("start", { output: Artifact.json(Schema.Finite), run: () => Effect.succeed(1) })
const pipeline = Pipeline.make("p", Schema.Struct({ by: Schema.Finite }), ({ by }) => ({
  out: double.node({ x: start.node({}) }, { by })
}))
export default Experiment.make("study", { pipeline, grid: Grid.rows([{ by: 1 }, { by: 2 }]) })
`,
  "stages/index.ts": `export * from "./double.ts"\n`,
  "stages/double.ts": `
import { Artifact, Stage } from "ablate"
import { Effect } from "effect"
import * as Schema from "effect/Schema"
import { factor } from "../lib/factor.ts"
export const double = Stage.make("double", {
  config: Schema.Struct({ by: Schema.Finite }),
  inputs: { x: Artifact.json(Schema.Finite) },
  output: Artifact.json(Schema.Finite),
  run: ({ x }, { by }) => Effect.succeed(x * by * factor)
})
`,
  "lib/factor.ts": "export const factor: number = 2\n"
}

const modulePaths = ["experiments/study.ts", "lib/factor.ts", "stages/double.ts", "stages/index.ts"]

describe("load", () => {
  it.live("gives the experiment, its modules and its graph", () =>
    Effect.gen(function* () {
      const root = project(study)
      const loaded = yield* open(root, "study")
      assert.isTrue(isExperiment(loaded.experiment))
      assert.strictEqual(loaded.file, join(root, "experiments/study.ts"))
      assert.deepStrictEqual(Object.keys(loaded.program.modules).sort(), modulePaths)
      assert.deepStrictEqual(
        [...loaded.graph].sort(),
        modulePaths.map((path) => join(root, path))
      )
      assert.deepStrictEqual([...loaded.stamps.keys()].sort(), [...loaded.graph].sort())
    })
  )

  it.live("finds a file by name, with its extension, by path, and from another folder", () =>
    Effect.gen(function* () {
      const root = project({
        ...study,
        "experiments/deep/er.ts": study["experiments/study.ts"]?.replaceAll("../stages", "../../stages") ?? ""
      })
      const file = join(root, "experiments/study.ts")
      for (const name of [
        "study",
        "study.ts",
        "experiments/study.ts",
        "experiments/study",
        "./experiments/study.ts",
        file
      ]) {
        assert.strictEqual((yield* open(root, name)).file, file, name)
      }
      assert.strictEqual((yield* open(root, "../experiments/study.ts", join(root, "lib"))).file, file)
      assert.strictEqual((yield* open(root, "deep/er")).file, join(root, "experiments/deep/er.ts"))
      assert.deepStrictEqual(experimentFiles(root), [{ name: "study", path: file }])
    })
  )

  it.live("tells where a stage is exported: in the module that makes it", () =>
    Effect.gen(function* () {
      const { program } = yield* open(project(study), "study")
      const double = program.modules["stages/index.ts"]?.double
      const start = program.modules["experiments/study.ts"]?.start
      assert(isStage(double) && isStage(start))
      assert.deepStrictEqual(findStage(program.modules, double), { module: "stages/double.ts", export: "double" })
      assert.deepStrictEqual(findStage(program.modules, start), { module: "experiments/study.ts", export: "start" })
      assert.isUndefined(findStage(program.modules, {}))
    })
  )

  it.live("shares Effect and the framework with the process that loads it", () =>
    Effect.gen(function* () {
      const root = project({
        "experiments/e.ts": `
import { Schema, Effect } from "effect"
import * as Same from "effect/Schema"
import { Stage } from "ablate"
export const shared = [Schema.Struct, Effect.succeed, Same.Struct, Stage.isStage]
export default 1`
      })
      const loaded = yield* load({
        nameOrPath: "e",
        projectRoot: root,
        storeDir: join(root, "s"),
        isExperiment: () => true
      })
      assert.deepStrictEqual(loaded.program.modules["experiments/e.ts"]?.shared, [
        Schema.Struct,
        Effect.succeed,
        Schema.Struct,
        isStage
      ])
    })
  )

  it.live("keeps a module's place, and takes packages and JSON from where the importing file finds them", () =>
    Effect.gen(function* () {
      const root = project({
        "node_modules/dep/package.json": JSON.stringify({
          name: "dep",
          version: "1.0.0",
          type: "module",
          exports: "./main.js"
        }),
        "node_modules/dep/main.js": "export const here = import.meta.url\nexport const value = 7\n",
        "lib/table.json": `{ "lambda": 3 }`,
        "experiments/e.ts": `
import { here, value } from "dep"
import table from "../lib/table.json" with { type: "json" }
export const seen = { here, value, lambda: table.lambda, own: import.meta.url, folder: import.meta.dirname }
export default 1`
      })
      const loaded = yield* load({
        nameOrPath: "e",
        projectRoot: root,
        storeDir: join(root, "s"),
        isExperiment: () => true
      })
      assert.deepStrictEqual(loaded.program.modules["experiments/e.ts"]?.seen, {
        here: pathToFileURL(join(root, "node_modules/dep/main.js")).href,
        value: 7,
        lambda: 3,
        own: pathToFileURL(join(root, "experiments/e.ts")).href,
        folder: join(root, "experiments")
      })
    })
  )
})

describe("the compiled program", () => {
  it.live("is another one after an edit, and the same one without", () =>
    Effect.gen(function* () {
      const root = project(study)
      const first = yield* open(root, "study")
      const again = yield* open(root, "study")
      assert.strictEqual(again.program.hash, first.program.hash)
      assert.strictEqual(again.experiment, first.experiment)
      writeFiles(root, { "lib/factor.ts": "export const factor: number = 3\n" })
      const edited = yield* open(root, "study")
      assert.notStrictEqual(edited.program.hash, first.program.hash)
      assert.strictEqual(edited.program.modules["lib/factor.ts"]?.factor, 3)
      assert.strictEqual(first.program.modules["lib/factor.ts"]?.factor, 2)
    })
  )

  it.live("is made again when it is damaged or its note is", () =>
    Effect.gen(function* () {
      const root = project(study)
      const { program } = yield* open(root, "study")
      const path = Programs.pathOf(join(root, ".ablate"), program.hash)
      const code = readFileSync(path, "utf8")
      writeFileSync(path, code.slice(0, 100))
      assert.strictEqual((yield* open(root, "study")).program.hash, program.hash)
      assert.strictEqual(readFileSync(path, "utf8"), code)
    })
  )

  it("is recalled without the bundler, and a worker finds a stage in it", { timeout: 20_000 }, () => {
    const root = project({
      ...study,
      "run.ts": `
import { Worker } from "node:worker_threads"
import { Effect } from ${JSON.stringify(import.meta.resolve("effect"))}
import { findStage, load } from ${JSON.stringify(source("session/Loader.ts"))}
import { urlOf } from ${JSON.stringify(source("execute/Programs.ts"))}
import { isExperiment } from ${JSON.stringify(source("declare/Experiment.ts"))}
const loaded = await Effect.runPromise(load({ nameOrPath: "study", projectRoot: process.cwd(), storeDir: process.cwd() + "/.ablate", isExperiment }))
const place = findStage(loaded.program.modules, loaded.program.modules["stages/double.ts"].double)
const bundler = process.report.getReport().sharedObjects.some((path) => path.includes("rolldown"))
const worker = new Worker(\`
  import { parentPort, workerData } from "node:worker_threads"
  const { modules } = await import(workerData.url)
  parentPort.postMessage(modules[workerData.place.module][workerData.place.export].name)
\`, { eval: true, execArgv: ["--input-type=module"], workerData: { url: urlOf(process.cwd() + "/.ablate", loaded.program.hash), place } })
worker.on("message", (stage) => console.log(JSON.stringify({ bundler, stage })))
`
    })
    const run = (): unknown => JSON.parse(execFileSync(process.execPath, ["run.ts"], { cwd: root, encoding: "utf8" }))
    assert.deepStrictEqual(run(), { bundler: true, stage: "double" })
    assert.deepStrictEqual(run(), { bundler: false, stage: "double" })
  })
})

const failure = (files: Files, nameOrPath = "e") =>
  Effect.gen(function* () {
    const result = yield* Effect.result(open(project(files), nameOrPath))
    assert(Result.isFailure(result))
    return result.failure
  })

describe("what cannot be loaded", () => {
  const cases: ReadonlyArray<readonly [string, Files, string, ReadonlyArray<string>]> = [
    [
      "a syntax error, with its place and the line",
      { "experiments/e.ts": "export const a = 1\nexport const b = (1 + ,\n" },
      "syntax",
      ["experiments/e.ts:2:23: syntax error", "> 2 | export const b = (1 + ,", "|                       ^"]
    ],
    [
      "a file that ends too early",
      { "experiments/e.ts": "export const a = 1\nexport default {\n" },
      "syntax",
      ["experiments/e.ts:3:1: syntax error"]
    ],
    [
      "a syntax error in a module further away",
      { "experiments/e.ts": `import "../lib/a.ts"`, "lib/a.ts": "let x = = 1" },
      "syntax",
      ["lib/a.ts:1:9: syntax error"]
    ],
    [
      "an import of a file that is not there",
      { "experiments/e.ts": `import { a } from "../lib/gone.ts"\nexport default a` },
      "import",
      ["experiments/e.ts:1:", "../lib/gone.ts"]
    ],
    [
      "an import of a package that is not installed",
      { "experiments/e.ts": `export const a = 1\nimport { b } from "no-such-package"\nexport default b` },
      "import",
      [`experiments/e.ts:2:20: cannot find the package "no-such-package"`, "install it"]
    ],
    [
      "an import of a name that is not exported",
      { "experiments/e.ts": `import { b } from "../lib/a.ts"\nexport default b`, "lib/a.ts": "export const a = 1" },
      "import",
      ["experiments/e.ts:1:", `"b"`, "lib/a.ts"]
    ],
    [
      "a module that throws",
      {
        "experiments/e.ts": `import "../lib/a.ts"\nexport default 1`,
        "lib/a.ts": `throw new Error("no vectors here")`
      },
      "throws",
      ["experiments/e.ts", "no vectors here"]
    ],
    [
      "a declaration that is refused",
      {
        "experiments/e.ts": `import { Stage } from "ablate"\nexport const s = Stage.make("Bad Name", {})\nexport default s`
      },
      "throws",
      ["experiments/e.ts", "Bad Name"]
    ],
    [
      "no default export",
      { "experiments/e.ts": "export const a = 1" },
      "no-default",
      ["experiments/e.ts has no default export", "Experiment.make"]
    ],
    [
      "a default export that is a function",
      { "experiments/e.ts": "export default () => 1" },
      "not-experiment",
      ["experiments/e.ts", "a function", "Experiment.make"]
    ],
    ["a default export that is a number", { "experiments/e.ts": "export default 1" }, "not-experiment", ["a number"]]
  ]
  for (const [name, files, reason, parts] of cases) {
    it.live(name, () =>
      Effect.gen(function* () {
        const error = yield* failure(files)
        assert(error._tag === "ExperimentInvalid")
        assert.strictEqual(error.reason, reason)
        for (const part of parts) assert.include(error.message, part)
        assert.notInclude(error.message, "\u001b")
        assert.notInclude(error.message, "    at ")
      })
    )
  }

  it.live("an unknown name, with the nearest one", () =>
    Effect.gen(function* () {
      const files = { "experiments/table3.ts": "", "experiments/coco.ts": "", "experiments/notes.d.ts": "" }
      const near = yield* failure(files, "tabel3")
      assert(near._tag === "ExperimentNotFound")
      assert.strictEqual(near.nearest, "table3")
      assert.include(near.message, `There is no experiment "tabel3"`)
      assert.include(near.message, `Did you mean "table3"?`)
      assert.include(near.message, "coco, table3")
      const far = yield* failure(files, "something-else")
      assert(far._tag === "ExperimentNotFound")
      assert.isUndefined(far.nearest)
      assert.include((yield* failure({})).message, "There are no experiments")
    })
  )

  it.live("a store that cannot be written", () =>
    Effect.gen(function* () {
      const root = project(study)
      writeFileSync(join(root, "store"), "a file")
      const result = yield* Effect.result(
        load({ nameOrPath: "study", projectRoot: root, storeDir: join(root, "store"), isExperiment })
      )
      assert(Result.isFailure(result))
      assert.strictEqual(result.failure._tag, "ProgramNotWritten")
      assert.include(result.failure.message, join(root, "store"))
    })
  )
})

it("the project root is the nearest folder with a package.json or experiments", () => {
  const root = project({ "a/b/c.txt": "", "x/experiments/e.ts": "", "x/y/z.txt": "" })
  assert.strictEqual(findProjectRoot(join(root, "a/b")), root)
  assert.strictEqual(findProjectRoot(join(root, "x/y")), join(root, "x"))
})
