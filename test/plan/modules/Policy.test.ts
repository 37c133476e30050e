/** The compiler of programs and the code hash agree on what a module is: whatever a program loads, its stages' code counts. */
import { spawnSync } from "node:child_process"
import { readFileSync, realpathSync, writeFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Observed } from "../../../src/plan/modules/Observed.ts"
import * as Policy from "../../../src/plan/modules/Policy.ts"
import * as Resolver from "../../../src/plan/modules/Resolver.ts"
import { placed } from "../../../src/session/Program.ts"
import { compile } from "../../../src/session/ProgramCompiler.ts"
import { current } from "../../../src/session/ProgramRuntime.ts"
import { codes, type Files, project } from "../code/rig.ts"

const pack = (name: string, more: object): string => JSON.stringify({ name, version: "1.0.0", type: "module", ...more })

/** Each file gives a number of its own, which the stage adds up. */
const corpus: Files = {
  "package.json": pack("study", { imports: { "#alias": "./lib/alias.ts" } }),
  "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { "~/*": ["./paths/*"] } } }),
  "lib/own.ts": "export const own: number = 101\n",
  "lib/named.ts": "export const named: number = 102\n",
  "lib/folder/index.ts": 'export { inner as folder } from "./inner.ts"\n',
  "lib/folder/inner.ts": "export const inner: number = 103\n",
  "lib/alias.ts": "export const alias: number = 104\n",
  "paths/mapped.ts": "export const mapped: number = 105\n",
  "lib/data.json": '{ "value": 106 }',
  "lib/late.ts": "export const late: number = 107\n",
  "lib/common.cjs": 'exports.common = 108 + require("required").value\n',
  "members/member/package.json": pack("member", { main: "index.ts" }),
  "members/member/index.ts": "export const member: number = 109\n",
  "node_modules/member": "-> ../members/member",
  "node_modules/plain/package.json": pack("plain", { exports: "./main.js", dependencies: { deep: "1" } }),
  "node_modules/plain/main.js": 'import { deep } from "deep"\nexport const plain = 110 + deep\n',
  "node_modules/plain/node_modules/deep/package.json": pack("deep", { main: "index.js" }),
  "node_modules/plain/node_modules/deep/index.js": "export const deep = 111\n",
  "node_modules/required/package.json": JSON.stringify({ name: "required", version: "1.0.0", main: "index.js" }),
  "node_modules/required/index.js": "exports.value = 112\n",
  "node_modules/typed/package.json": pack("typed", { exports: "./index.ts" }),
  "node_modules/typed/index.ts": "export const typed: number = 113\n",
  "node_modules/.store/lab@1/node_modules/lab/package.json": pack("lab", {
    main: "index.js",
    peerDependencies: { ablate: "*" }
  }),
  "node_modules/.store/lab@1/node_modules/lab/index.js":
    'import { Artifact } from "ablate"\nexport const lab = 114 + (Artifact === undefined ? 1 : 0)\n',
  "node_modules/outer/package.json": pack("outer", { main: "index.js", dependencies: { lab: "1" } }),
  "node_modules/outer/index.js": 'export { lab } from "lab"\nexport const outer = 115\n',
  "node_modules/outer/node_modules/lab": "-> ../../.store/lab@1/node_modules/lab",
  "node_modules/ablate": `-> ${fileURLToPath(new URL("../../../src", import.meta.url))}`,
  "node_modules/effect": `-> ${fileURLToPath(new URL("../../../node_modules/effect", import.meta.url))}`,
  "experiments/study.ts": `import { join } from "node:path"
import { sep } from "path"
import { alias } from "#alias"
import { mapped } from "~/mapped.ts"
import { Artifact, Stage } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import * as Schema from "effect/Schema"
import { member } from "member"
import { lab, outer } from "outer"
import { plain } from "plain"
import { typed } from "typed"
import { common } from "../lib/common.cjs"
import data from "../lib/data.json" with { type: "json" }
import { folder } from "../lib/folder"
import { named } from "../lib/named.js"
import { own } from "../lib/own.ts"
export const sum = Stage.make("sum", {
  output: Artifact.json(Schema.Finite),
  run: () => Effect.promise(async () => {
    const { late } = await import("../lib/late.ts")
    await import("nowhere").catch(() => join(sep, typeof Rng))
    return own + named + folder + alias + mapped + data.value + late + common + member + plain + typed + lab + outer
  })
})
export default sum
`
}

const Sources = Schema.fromJsonString(Schema.Struct({ sources: Schema.Array(Schema.String) }))

/** Runs the stage in a process of its own and tells its value, with every file that Node loaded. */
const loadedBy = (program: string) => {
  const script = `import { registerHooks } from "node:module"
const urls = []
registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context) } })
const { default: stage } = await import(${JSON.stringify(program)})
const { Effect } = await import(${JSON.stringify(import.meta.resolve("effect"))})
process.stdout.write(JSON.stringify({ value: await Effect.runPromise(stage.run({}, {})), urls }))`
  const { stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })
  assert.notStrictEqual(stdout, "", stderr)
  return Schema.decodeUnknownSync(
    Schema.fromJsonString(Schema.Struct({ value: Schema.Finite, urls: Schema.Array(Schema.String) }))
  )(stdout)
}

const stage = ["experiments/study.ts#sum"]

describe("what a program loads", () => {
  it.live(
    "is its stage's code, file by file, in whatever way it is imported",
    () =>
      Effect.gen(function* () {
        const root = project(corpus)
        const entry = join(root, "experiments/study.ts")
        const compiled = yield* Effect.promise(() => compile(entry, root, current(), 0))
        const program = join(root, "program.mjs")
        writeFileSync(program, placed(compiled, root, current()))
        const { urls, value } = loadedBy(program)
        const numbers = Object.values(corpus).flatMap((text) => String(text).match(/\b1[01]\d\b/g) ?? [])
        assert.strictEqual(
          value,
          numbers.reduce((sum, each) => sum + Number(each), 0)
        )

        const framework = [new URL("../../../src", import.meta.url), new URL("../../../node_modules", import.meta.url)]
        const outside = framework.map((url) => realpathSync(fileURLToPath(url)))
        const own = Schema.decodeUnknownSync(Sources)(compiled.map).sources.map((source) => resolve(root, source))
        const external = urls
          .flatMap((url) => (url.startsWith("file:") ? [realpathSync(fileURLToPath(url))] : []))
          .filter((path) => path !== program && !outside.some((folder) => path.startsWith(folder)))
        const files = [...new Set([...own, ...external])].filter((path) => path.startsWith(root) && path !== entry)
        const numbered = Object.entries(corpus).flatMap(([path, text]) =>
          /\b1[01]\d\b/.test(String(text)) ? [path] : []
        )
        // Data are in the program itself.
        const loaded = new Set([...files.map((path) => relative(root, path)), "lib/data.json"])
        assert.deepStrictEqual(
          numbered.filter((path) => !loaded.has(path)),
          []
        )

        const [before] = yield* codes(root, stage, { entry: "experiments/study.ts" })
        for (const path of numbered) {
          const text = readFileSync(join(root, path), "utf8")
          writeFileSync(join(root, path), text.replace(/\b1([01]\d)\b/, "2$1"))
          const [after] = yield* codes(root, stage, { entry: "experiments/study.ts" })
          writeFileSync(join(root, path), text)
          assert.notStrictEqual(after?.hash, before?.hash, `${path} is loaded and does not count`)
        }
        const [again] = yield* codes(root, stage, { entry: "experiments/study.ts" })
        assert.strictEqual(again?.hash, before?.hash)
      }),
    60_000
  )
})

describe("the policy of modules", () => {
  it("tells own code, packages, the framework, Effect and Node's apart", () => {
    const root = project(corpus)
    const observed = new Observed(0)
    const policy = Policy.make(root, Resolver.make(root, observed), observed)
    const origin = (specifier: string, importer = "experiments/study.ts") => {
      const found = policy.of(specifier, join(root, importer))
      return "path" in found ? `${found._tag} ${relative(root, found.path)}` : found._tag
    }
    for (const [specifier, expected] of [
      ["../lib/own.ts", "Own lib/own.ts"],
      ["../lib/named.js", "Own lib/named.ts"],
      ["../lib/folder", "Own lib/folder/index.ts"],
      ["../lib/data.json", "Own lib/data.json"],
      ["#alias", "Own lib/alias.ts"],
      ["~/mapped.ts", "Own paths/mapped.ts"],
      // A workspace of the project is linked among the packages and lies outside of them.
      ["member", "Own members/member/index.ts"],
      ["plain", "Package node_modules/plain/main.js"],
      ["required", "Package node_modules/required/index.js"],
      // Node strips no types there.
      ["typed", "Own node_modules/typed/index.ts"],
      // It passes on what a package on the framework makes.
      ["outer", "Own node_modules/outer/index.js"],
      ["ablate", "Framework"],
      ["ablate/numerics", "Framework"],
      ["effect", "Effect"],
      ["effect/Schema", "Effect"],
      ["node:fs", "Builtin"],
      ["fs", "Builtin"],
      ["nowhere", "Missing"],
      ["../lib/nothing.ts", "Missing"]
    ] as const)
      assert.strictEqual(origin(specifier), expected, specifier)
    assert.strictEqual(
      origin("lab", "node_modules/outer/index.js"),
      "Own node_modules/.store/lab@1/node_modules/lab/index.js"
    )
    assert.strictEqual(
      origin("deep", "node_modules/plain/main.js"),
      "Package node_modules/plain/node_modules/deep/index.js"
    )
  })
})
