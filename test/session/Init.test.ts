import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll } from "vitest"
import { init } from "../../src/session/Init.ts"
import { files, manifest } from "../../src/session/Template.ts"
import { versions } from "../../src/session/Version.ts"
import { bin } from "../rig.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const made: Array<string> = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

const folderWith = (given: Readonly<Record<string, string>> = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ablate-init-")))
  made.push(folder)
  for (const [path, text] of Object.entries(given)) {
    mkdirSync(join(folder, path, ".."), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const read = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8")

describe("init", () => {
  it.effect("makes a folder that is not there, named as npm takes it", () =>
    Effect.gen(function* () {
      const folder = join(folderWith(), "My Study", "_First")
      const done = yield* init({ folder })
      assert.strictEqual(done.folder, folder)
      assert.isFalse(done.isInstalled)
      assert.deepStrictEqual(done.advice, [])
      assert.sameMembers(
        done.files.map(({ path, state }) => `${state} ${path}`),
        ["package.json", ...Object.keys(files)].map((path) => `created ${path}`)
      )
      const { name, ...rest } = JSON.parse(read(folder, "package.json"))
      assert.strictEqual(name, "first")
      assert.deepStrictEqual(rest, manifest(versions))
    })
  )

  it.effect("leaves every file that is there as it is, and says so; again it changes nothing", () =>
    Effect.gen(function* () {
      const own = { "experiments/first.ts": "// mine\n", ".gitignore": "data/\n", "notes.txt": "x" }
      const folder = folderWith(own)
      const first = yield* init({ folder })
      for (const [path, text] of Object.entries(own)) assert.strictEqual(read(folder, path), text)
      const states = Object.fromEntries(first.files.map(({ path, state }) => [path, state]))
      assert.strictEqual(states["experiments/first.ts"], "kept")
      assert.strictEqual(states[".gitignore"], "kept")
      assert.strictEqual(states["tsconfig.json"], "created")
      const before = Object.keys(files).map((path) => read(folder, path))
      const again = yield* init({ folder })
      assert.isTrue(again.files.every(({ state }) => state === "kept"))
      assert.deepStrictEqual(
        Object.keys(files).map((path) => read(folder, path)),
        before
      )
    })
  )

  it.effect("adds to a package.json what is missing, in its own style, and changes nothing that it says", () =>
    Effect.gen(function* () {
      const found = {
        name: "mine",
        type: "commonjs",
        scripts: { start: "node server.js", test: 'echo "Error: no test specified" && exit 1' },
        devDependencies: { effect: "4.0.0" }
      }
      const folder = folderWith({ "package.json": `${JSON.stringify(found, null, "\t")}\n` })
      const { advice, files: done } = yield* init({ folder })
      const text = read(folder, "package.json")
      assert.match(text, /\n\t"name": "mine"/)
      const json = JSON.parse(text)
      assert.deepInclude(json, { name: "mine", type: "commonjs" })
      assert.deepStrictEqual(json.scripts, { start: "node server.js", test: manifest(versions).scripts.test })
      assert.deepStrictEqual(json.dependencies, { ablate: versions.ablate })
      assert.strictEqual(json.devDependencies.effect, "4.0.0")
      const [first] = done
      assert.strictEqual(first?.state, "completed")
      assert.sameMembers(
        [...(first?.added ?? [])],
        ["scripts.test", "dependencies.ablate", "devDependencies.@types/node", "devDependencies.typescript"]
      )
      assert.lengthOf(advice, 1)
      assert.include(advice[0], `"type": "module"`)
    })
  )

  const refused: ReadonlyArray<readonly [string, () => string, string]> = [
    ["a file in place of the folder", () => join(folderWith({ study: "" }), "study"), "is a file"],
    ["a package.json that is no JSON", () => folderWith({ "package.json": "{" }), "not a JSON object"],
    ["a package.json that is a list", () => folderWith({ "package.json": "[]" }), "not a JSON object"],
    ["a file in place of a folder of the project", () => folderWith({ experiments: "" }), "experiments"]
  ]
  for (const [what, make, text] of refused)
    it.effect(`refuses ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(init({ folder: make() }))
        assert.strictEqual(error._tag, "UsageError")
        assert.include(error.message, text)
      })
    )
})

describe("the new project", () => {
  it("runs, is known the second time, type-checks, and passes its test", () => {
    const folder = join(folderWith(), "study")
    const ablate = (...args: ReadonlyArray<string>) =>
      spawnSync(process.execPath, [bin, ...args], {
        cwd: args[0] === "init" ? join(folder, "..") : folder,
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1" }
      })
    const begun = ablate("init", "study")
    assert.strictEqual(begun.status, 0, begun.stderr)
    assert.include(begun.stdout, "cd study\n  npm install\n  npx ablate run first")
    mkdirSync(join(folder, "node_modules/@types"), { recursive: true })
    symlinkSync(join(root, "src"), join(folder, "node_modules/ablate"))
    for (const name of ["effect", "@types/node"])
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name))

    const first = ablate("run", "first", "--ui", "json")
    assert.strictEqual(first.status, 0, first.stderr)
    const table = JSON.parse(ablate("table", "first", "--format", "json").stdout)
    const mean = (method: string, outliers: string): number =>
      table.rows.find(
        ({ labels }: { labels: Record<string, string> }) => labels.method === method && labels.outliers === outliers
      ).cells.error.mean
    assert.isBelow(mean("mean", "0"), mean("median", "0"), "without outliers the mean is the better one")
    assert.isBelow(mean("median", "0.1"), mean("mean", "0.1"), "with outliers the median is")
    const finished = JSON.parse(ablate("run", "first", "--ui", "json").stdout.trim().split("\n").at(-1) ?? "")
    assert.strictEqual(finished.executed, 0)

    const types = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], {
      encoding: "utf8"
    })
    assert.strictEqual(types.status, 0, types.stdout)
    const tested = spawnSync(process.execPath, ["--experimental-strip-types", "--test", "test/first.test.ts"], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH ?? "" }
    })
    assert.strictEqual(tested.status, 0, tested.stdout)
    assert.match(tested.stdout, /pass 1/)
  })
})
