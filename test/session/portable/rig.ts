/** A project whose stages need all that a program can need beside its own code, and folders that have only packages. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { type ArtifactHash, Key, RunId } from "../../../src/domain/Hash.ts"
import { Executor } from "../../../src/execute/Executor.ts"
import { taskOf } from "../../../src/execute/NodeTask.ts"
import { Notices } from "../../../src/execute/Notices.ts"
import type { Task, TaskOutcome } from "../../../src/execute/Task.ts"
import * as Threads from "../../../src/execute/ThreadExecutor.ts"
import * as Only from "../../../src/session/Only.ts"
import { open } from "../../../src/session/OpenExperiment.ts"
import { publish } from "../../../src/session/portable/Publish.ts"
import { workerEntry } from "../../../src/session/Version.ts"
import { Sqlite } from "../../../src/store/index.ts"
import { temporary } from "../../temporary.ts"

export type Files = { readonly [path: string]: string | null }

export const writeFiles = (root: string, files: Files): void => {
  for (const [path, text] of Object.entries(files)) {
    if (text === null) rmSync(join(root, path), { recursive: true, force: true })
    else {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  }
}

/** `outer` needs `inner`. */
export const packages: Files = {
  "node_modules/outer/package.json": JSON.stringify({
    name: "outer",
    version: "1.2.0",
    type: "module",
    exports: "./index.js",
    dependencies: { inner: "*" }
  }),
  "node_modules/outer/index.js": `import { inner } from "inner"\nexport const outer = 10 * inner\n`,
  "node_modules/inner/package.json": JSON.stringify({ name: "inner", version: "3.0.0", main: "main.cjs" }),
  "node_modules/inner/main.cjs": "exports.inner = 2\n"
}

const experiment = `
import { Artifact, Experiment, Grid, Pipeline, Stage } from "ablate"
import { Config, Effect, Schema } from "effect"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { outer } from "outer"
import { lib } from "../lib/place.ts"

const grid = JSON.parse(readFileSync(new URL("./grid.json", import.meta.url), "utf8"))
const number = Artifact.json(Schema.Finite)
export const packaged = Stage.make("packaged", { output: number, run: () => Effect.sync(() => outer + lib()) })
export const required = Stage.make("required", {
  output: number,
  run: () => Effect.sync(() => createRequire(import.meta.url)("inner").inner)
})
export const placed = Stage.make("placed", {
  output: number,
  run: () => Effect.sync(() =>
    Number(readFileSync(new URL("../data/one.txt", import.meta.url), "utf8")) +
    Number(readFileSync(join(import.meta.dirname, "../data", "two.txt"), "utf8")))
})
export const threaded = Stage.make("threaded", {
  output: number,
  run: () => Effect.promise(() => new Promise((resolve, reject) => {
    const worker = new Worker(new URL("../lib/thread.js", import.meta.url))
    worker.once("message", resolve)
    worker.once("error", reject)
  }))
})
export const configured = Stage.make("configured", { output: Artifact.json(Schema.String), run: () => Config.String("PORTABLE_WORD") })
export const failing = Stage.make("failing", {
  output: number,
  run: () => Effect.sync((): number => { throw new Error("here") })
})
const pipeline = Pipeline.make("p", Schema.Struct({ k: Schema.Finite }), () => ({
  a: packaged.node({}), b: required.node({}), c: placed.node({}), d: threaded.node({}), e: configured.node({}), f: failing.node({})
}))
export default Experiment.make("study", { pipeline, grid: Grid.rows(grid) })
`

/** Every stage's result is in its files. */
export const study: Files = {
  "package.json": JSON.stringify({ name: "study", type: "module", dependencies: { outer: "*", inner: "*" } }),
  ...packages,
  "experiments/study.ts": experiment,
  "experiments/grid.json": JSON.stringify([{ k: 1 }]),
  "lib/place.ts": `import { readFileSync } from "node:fs"
export const lib = (): number => Number(readFileSync(\`\${import.meta.dirname}/deep/three.txt\`, "utf8"))\n`,
  "lib/deep/three.txt": "3",
  "data/one.txt": "1",
  "data/two.txt": "200",
  "lib/thread.js": `import { parentPort } from "node:worker_threads"
import { outer } from "outer"
import { seven } from "./seven.js"
parentPort.postMessage(outer + seven)\n`,
  "lib/seven.js": "export const seven = 7\n"
}

export const values: { readonly [stage: string]: unknown } = {
  packaged: 23,
  required: 2,
  placed: 201,
  threaded: 27,
  configured: "blue"
}

export const folder = (files: Files): string => {
  const root = temporary("ablate-portable-")
  writeFiles(root, files)
  return root
}

/** A folder that has only packages, as \`npm ci\` leaves it. */
export const elsewhere = (files: Files = {}): string => folder({ "package.json": "{}", ...packages, ...files })

const request = { experiment: "study", settings: {}, only: Only.selectionOf({}), force: [] }

/** Opens the project's study, publishes it, and gives a task of every stage. */
export const published = (root: string) =>
  Effect.gen(function* () {
    const project = { root, storeDir: join(root, ".ablate") }
    const opened = yield* open(project, request)
    const portable = yield* publish(project, opened)
    const tasks = opened.dag.nodes.map((node) =>
      taskOf(
        {
          externals: opened.externals,
          findStage: opened.findStage,
          program: { hash: portable, name: opened.shown, variables: ["PORTABLE_WORD"] },
          runId: RunId.make("run")
        },
        { node, key: Key.make("0".repeat(64)), record: "{}", isForced: false, inputs: [], spentMs: 0 }
      )
    )
    return { opened, portable, tasks }
  })

export const storeOf = (dir: string) => Sqlite.layer({ dir, mode: "read-write" })

/** Computes tasks on a thread of a machine whose programs and store are in a folder. */
export const computed = (storeDir: string, tasks: ReadonlyArray<Task>) =>
  Effect.gen(function* () {
    const executor = yield* Executor
    const outcomes = new Map<string, TaskOutcome>()
    for (const task of tasks) outcomes.set(task.stage.name, yield* executor.run(task, () => {}))
    yield* executor.release
    return outcomes
  }).pipe(
    Effect.provide(Threads.layer({ size: 1, entry: workerEntry, place: { storeDir } }), { local: true }),
    Effect.provide(
      Notices.layer(() => {}),
      { local: true }
    ),
    Effect.scoped
  )

export const resultOf = (outcome: TaskOutcome | undefined): unknown =>
  outcome?._tag === "Succeeded" && outcome.inline !== null
    ? JSON.parse(new TextDecoder().decode(outcome.inline))
    : outcome

export const withHash = (task: Task, hash: string): Task => ({ ...task, program: { ...task.program, hash } })

export type { ArtifactHash }
