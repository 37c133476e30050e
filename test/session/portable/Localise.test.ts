/** A task of another machine gets what it needs here: files by their content, the same values, and programs that print the same. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterEach } from "vitest"
import { isFileRef } from "../../../src/domain/ExternalRef.ts"
import type { Task } from "../../../src/execute/Task.ts"
import { make } from "../../../src/session/portable/Localise.ts"
import { shareFiles } from "../../../src/session/portable/ShareFiles.ts"
import { computed, elsewhere, type Files, folder, published, resultOf, storeOf, writeFiles } from "./rig.ts"

const wired = (printed: string): Files => ({
  "package.json": JSON.stringify({ name: "study", type: "module" }),
  "experiments/study.ts": `
import { Artifact, Experiment, External, Grid, Pipeline, Stage } from "ablate"
import { Config, Effect, Schema } from "effect"
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
const text = Artifact.json(Schema.String)
const read = (path: string) => readFileSync(path, "utf8")
export const file = Stage.make("file", { inputs: { from: Artifact.file }, output: text, run: ({ from }) => Effect.sync(() => read(from.path)) })
export const whole = Stage.make("whole", {
  inputs: { from: Artifact.folder },
  output: text,
  run: ({ from }) => Effect.sync(() => readdirSync(from.path, { recursive: true }).map(String).filter((path) => path.endsWith(".txt")).sort()
    .map((path) => path + ":" + read(join(from.path, path))).join(" "))
})
export const variable = Stage.make("variable", {
  inputs: { word: Artifact.env },
  output: text,
  run: ({ word }) => Effect.map(Config.String(["WIRED", "WORD"].join("_")), (read) => word + read)
})
export const shell = Stage.command("shell", {
  program: ["sh", "own.sh"],
  files: ["own.sh", "parts"],
  version: ["cat", ${JSON.stringify(printed)}],
  output: text,
  outputFrom: "stdout"
})
const pipeline = Pipeline.make("p", Schema.Struct({}), () => ({
  a: file.node({ from: External.file("data/words.txt") }),
  b: whole.node({ from: External.folder("data/deep") }),
  c: variable.node({ word: External.env("WIRED_WORD") }),
  d: shell.node({})
}))
export default Experiment.make("study", { pipeline, grid: Grid.rows([{}]) })
`,
  "data/words.txt": "one two",
  "data/deep/a.txt": "a",
  "data/deep/down/b.txt": "b",
  "own.sh": `printf '"'; cat parts/p.txt; printf '"'`,
  "parts/p.txt": "own part"
})

/** Publishes and shares, and loses the project. */
const shared = (limit?: string) =>
  Effect.gen(function* () {
    const printed = join(folder({ printed: "version 1" }), "printed")
    const root = folder(wired(printed))
    const store = join(folder({}), "store")
    process.env.WIRED_WORD = "there"
    if (limit !== undefined) process.env.ABLATE_SHARE_LIMIT = limit
    const { leftOut, tasks } = yield* Effect.provide(
      Effect.gen(function* () {
        const { opened, tasks } = yield* published(root)
        return { tasks, leftOut: yield* shareFiles(opened.plan, opened.externals) }
      }),
      storeOf(store),
      { local: true }
    )
    rmSync(root, { recursive: true })
    process.env.WIRED_WORD = "here"
    return { printed, root, store, tasks, leftOut }
  })

/** Tasks as a machine with the folder has them. */
const localised = (store: string, root: string, tasks: ReadonlyArray<Task>) =>
  Effect.flatMap(make({ root, storeDir: join(root, ".ablate") }), (localise) => Effect.forEach(tasks, localise)).pipe(
    Effect.provide(storeOf(store), { local: true })
  )

const of = (tasks: ReadonlyArray<Task>, stage: string) => tasks.filter((task) => task.stage.name === stage)

afterEach(() => {
  delete process.env.WIRED_WORD
  delete process.env.ABLATE_SHARE_LIMIT
})

describe("a task of another machine", () => {
  it.live("gets files, folders, values and the files of its programs from the store", () =>
    Effect.gen(function* () {
      const { leftOut, store, tasks } = yield* shared()
      assert.deepStrictEqual(leftOut, [])
      const root = elsewhere()
      const here = yield* localised(store, root, tasks)
      const outcomes = yield* computed(join(root, ".ablate"), here)
      assert.strictEqual(resultOf(outcomes.get("file")), "one two")
      assert.strictEqual(resultOf(outcomes.get("whole")), "a.txt:a down/b.txt:b")
      assert.strictEqual(resultOf(outcomes.get("variable")), "therethere")
      assert.strictEqual(resultOf(outcomes.get("shell")), "own part")
      const paths = here.flatMap(({ inputs }) =>
        inputs.flatMap((input) => ("external" in input && isFileRef(input.external) ? [input.external.path] : []))
      )
      assert.strictEqual(paths.length, 4)
      for (const path of paths) assert.isTrue(path.startsWith(root) && existsSync(path), path)
    })
  )

  it.live("takes a file at the same path where it is the same, and the store's where it is another", () =>
    Effect.gen(function* () {
      const { root: there, store, tasks } = yield* shared()
      const path = join(there, "data/words.txt")
      const [task] = of(tasks, "file")
      assert(task !== undefined)
      const pathOf = (text: string) =>
        Effect.gen(function* () {
          writeFiles(there, { "data/words.txt": text })
          const [here] = yield* localised(store, elsewhere(), [task])
          const [input] = here?.inputs ?? []
          assert(input !== undefined && "external" in input && isFileRef(input.external))
          return input.external.path
        })
      assert.strictEqual(yield* pathOf("one two"), path)
      const other = yield* pathOf("three")
      assert.notStrictEqual(other, path)
      assert.strictEqual(readFileSync(other, "utf8"), "one two")
    })
  )

  it.live("is refused where a file is too large for the store and not at its path, which both sides are told", () =>
    Effect.gen(function* () {
      const { leftOut, root: there, store, tasks } = yield* shared("5")
      assert.strictEqual(leftOut.length, 3)
      assert.match(
        leftOut.join(),
        /data\/words\.txt \(7 bytes\) is larger than the 5 bytes .*ABLATE_SHARE_LIMIT=7bytes/
      )
      const error = yield* Effect.flip(localised(store, elsewhere(), of(tasks, "file")))
      assert(error._tag === "ProgramRefused")
      assert.include(error.message, `${join(there, "data/words.txt")} is not here`)
      assert.match(error.message, /have it at this path, .* or start the run with a larger ABLATE_SHARE_LIMIT/)
    })
  )

  it.live("is refused where a program prints another version", () =>
    Effect.gen(function* () {
      const { printed, store, tasks } = yield* shared()
      writeFileSync(printed, "version 2")
      const error = yield* Effect.flip(localised(store, elsewhere(), of(tasks, "shell")))
      assert(error._tag === "ProgramRefused")
      assert.match(error.message, /prints "version 2" here, and "version 1" where the run was started/)
      rmSync(printed)
      assert.match((yield* Effect.flip(localised(store, elsewhere(), of(tasks, "shell")))).message, /cat/)
    })
  )
})
