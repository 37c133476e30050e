import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { afterAll } from "vitest"
import { type CodeMemo, manifest as codeManifest, type StageRef, stageCodes } from "../../src/plan/CodeHash.ts"

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

const manifest = (name: string, version: string): string => JSON.stringify({ name, version, main: "index.js" })

/** A project of its own, with the packages that its stages import. */
const project = (files: Files): string => {
  const root = mkdtempSync(join(tmpdir(), "ablate-code-"))
  made.push(root)
  writeFiles(root, {
    "package.json": JSON.stringify({ name: "study", type: "module" }),
    "node_modules/effect/package.json": manifest("effect", "4.1.0"),
    "node_modules/csv/package.json": manifest("csv", "1.0.0"),
    "node_modules/csv/index.js": "export const parse = 1",
    ...files
  })
  return root
}

const memory = () => {
  const rows = new Map<string, string>()
  const memo: CodeMemo = {
    get: (kind, id) => Effect.sync(() => rows.get(`${kind} ${id}`)),
    set: (kind, id, json) => Effect.sync(() => void rows.set(`${kind} ${id}`, json))
  }
  return { rows, memo }
}

const framework = () => Promise.resolve({ effect: "4.1.0", numerics: { fit: "f1", exp: "e1" } })

const ref = (text: string): StageRef => {
  const [module = "", name = "stage"] = text.split("#")
  return { module, export: name }
}

const codes = (root: string, stages: ReadonlyArray<string>, memo: CodeMemo = memory().memo) =>
  stageCodes(stages.map(ref), { projectRoot: root, memo, framework })

const hashes = (files: Files, stages: ReadonlyArray<string>) =>
  codes(project(files), stages).pipe(Effect.map((all) => all.map(({ hash }) => hash)))

const train = `
import { Artifact, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { loss } from "./loss.ts"
import { scale } from "./scale.ts"

const Config = Schema.Struct({ rate: Schema.Finite }).pipe(Schema.annotate({ title: "config" }))

export const train = Stage.make("train", {
  config: Config,
  output: Artifact.json(Schema.Finite),
  run: (inputs, config) => Effect.succeed(loss(config.rate) * scale)
})

export const evaluate = Stage.make("evaluate", {
  output: Artifact.json(Schema.Finite),
  run: () => Effect.succeed(scale)
})

export const report = Stage.make("report", {
  output: Artifact.json(Schema.String),
  run: () => Effect.succeed(\`scaled\`)
})
`
const base: Files = {
  "stages/train.ts": train,
  "stages/loss.ts": `import { square } from "../lib/index.ts"\nexport const loss = (x: number): number => square(x) + 1\n`,
  "stages/scale.ts": "export const scale = 3\n",
  "lib/index.ts": `export * from "./square.ts"\nexport * from "./cube.ts"\n`,
  "lib/square.ts": "export const square = (x: number): number => x * x\n",
  "lib/cube.ts": "export const cube = (x: number): number => x ** 3\n"
}
const stages = ["stages/train.ts#train", "stages/train.ts#evaluate", "stages/train.ts#report"]

/** Which of the three stages get another hash by an edit. */
const changedBy = (edit: Files) =>
  Effect.gen(function* () {
    const before = yield* hashes(base, stages)
    const after = yield* hashes({ ...base, ...edit }, stages)
    return stages.filter((_, i) => before[i] !== after[i]).map((stage) => stage.split("#")[1])
  })

const edited = (from: string, to: string): Files => {
  assert.include(train, from)
  return { "stages/train.ts": train.replaceAll(from, to) }
}

describe("what changes no stage's code", () => {
  const edits: ReadonlyArray<readonly [string, Files]> = [
    ["a comment", edited("export const train", "/** Trains. */\n// at last\nexport const train")],
    ["formatting", edited(", {\n  config", ",\n\n\n      {\n config")],
    [
      "a type",
      { "stages/loss.ts": base["stages/loss.ts"]?.replace("(x: number): number", "(x: 1 | 2 | number)") ?? "" }
    ],
    ["an added interface", edited("const Config", "export interface Unused { readonly a: string }\nconst Config")],
    ["a local's name", { "lib/square.ts": "export const square = (value: number) => value * value\n" }],
    [
      "a helper's name",
      {
        "stages/loss.ts": `import { sq } from "../lib/index.ts"\nexport const loss = (x: number): number => sq(x) + 1\n`,
        "lib/square.ts": "export const sq = (x: number): number => x * x\n"
      }
    ],
    [
      "the order of imports",
      edited(
        'import { loss } from "./loss.ts"\nimport { scale } from "./scale.ts"',
        'import { scale } from "./scale.ts"\nimport { loss } from "./loss.ts"'
      )
    ],
    ["a helper that no stage uses", { "lib/cube.ts": "export const cube = (x: number): number => x * x * x + 1\n" }],
    [
      "a function beside a used one",
      { "lib/square.ts": `${base["lib/square.ts"]}export const half = (x: number) => x / 2\n` }
    ]
  ]
  for (const [name, edit] of edits) {
    it.live(name, () => changedBy(edit).pipe(Effect.map((changed) => assert.deepStrictEqual(changed, []))))
  }

  const siblings: ReadonlyArray<readonly [string, string]> = [
    ["a plain stage", `export const other = Stage.make("other", { run: () => Effect.succeed(1) })`],
    [
      "a stage whose options are spread",
      `export const other = Stage.make("other", { ...{ a: loss(1) }, run: () => 1 })`
    ],
    ["a stage whose name is a template", "export const other = Stage.make(`other-$" + "{scale}`, {})"],
    [
      "a schema with checks",
      "export const Row = Schema.Array(Schema.Finite.check(Schema.isPositive())).pipe(Schema.brand(loss.name))"
    ],
    [
      "a class with a static layer",
      `export class Row extends Schema.Class<Row>("Row")({ ...Config.fields, n: Schema.Finite }) { static readonly of = this.make({ rate: 1, n: loss(2) }) }`
    ],
    [
      "an effect function",
      `export const helper = Effect.fn("helper")(function* (n: number) { return yield* Effect.succeed(n) })`
    ],
    ["a derived table", `export const names = new Map(["a", "b"].map((name, i) => [name, i * 2] as const))`],
    ["an enum", `export enum Kind { A = "a", B = "b" }`],
    [
      "a stage from a factory",
      `const maker = (name: string) => Stage.make(name, { run: () => loss(2) })\nexport const other = maker("m")`
    ],
    [
      "a pipeline",
      `import { Pipeline } from "ablate"\nexport const pipeline = Pipeline.make("p", {}, () => ({ train: train.node({}, { rate: 1 }) }))`
    ]
  ]
  for (const [name, sibling] of siblings) {
    it.live(`beside it ${name}`, () =>
      changedBy({ "stages/train.ts": `${train}\n${sibling}\n` }).pipe(
        Effect.map((changed) => assert.deepStrictEqual(changed, []))
      )
    )
  }

  it.live("the folder it stands in", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* hashes(base, stages), yield* hashes(base, stages))
    })
  )
})

describe("what changes exactly the stages that reach it", () => {
  const edits: ReadonlyArray<readonly [string, Files, Array<string>]> = [
    ["the stage's own code", edited("* scale)", "* scale + 1)"), ["train"]],
    [
      "a helper three files away",
      { "lib/square.ts": "export const square = (x: number): number => x * x * x\n" },
      ["train"]
    ],
    ["a constant of two stages", { "stages/scale.ts": "export const scale = 4\n" }, ["train", "evaluate"]],
    ["a template string", edited("`scaled`", "`scaled twice`"), ["report"]],
    ["the config's schema", edited("rate: Schema.Finite", "rate: Schema.Int"), ["train"]],
    ["an option of the stage", edited('"evaluate", {', '"evaluate", {\n  retries: 2,'), ["evaluate"]],
    [
      "an effect when a module is loaded",
      { "lib/cube.ts": `${base["lib/cube.ts"]}Reflect.set(globalThis, "cubes", 1)\n` },
      ["train", "evaluate", "report"]
    ]
  ]
  for (const [name, edit, expected] of edits) {
    it.live(name, () => changedBy(edit).pipe(Effect.map((changed) => assert.deepStrictEqual(changed, expected))))
  }

  const pairs: ReadonlyArray<readonly [string, Files, Files]> = [
    [
      "a JSON file",
      {
        "s.ts": `import table from "./table.json" with { type: "json" }\nexport const stage = () => table.lambda`,
        "table.json": `{ "lambda": 1 }`
      },
      { "table.json": `{ "lambda": 2 }` }
    ],
    [
      "a generated module",
      {
        "s.ts": `import { wasm } from "./k.generated.ts"\nexport const stage = () => wasm`,
        "k.generated.ts": `export const wasm = "AGFz"`
      },
      { "k.generated.ts": `export const wasm = "AGFt"` }
    ],
    [
      "the version of a package",
      { "s.ts": `import { parse } from "csv"\nexport const stage = () => parse` },
      { "node_modules/csv/package.json": manifest("csv", "1.0.1") }
    ],
    [
      "an enum-like object",
      {
        "s.ts": `const Mode = { Fast: "fast", Slow: "slow" } as const\nexport const stage = (m: keyof typeof Mode) => Mode[m]`
      },
      {
        "s.ts": `const Mode = { Fast: "fast", Slow: "slower" } as const\nexport const stage = (m: keyof typeof Mode) => Mode[m]`
      }
    ],
    [
      "a method of a class",
      { "s.ts": `class Model { step(x: number) { return x + 1 } }\nexport const stage = () => new Model().step(1)` },
      { "s.ts": `class Model { step(x: number) { return x + 2 } }\nexport const stage = () => new Model().step(1)` }
    ],
    [
      "a module that is imported when the stage runs",
      {
        "s.ts": `export const stage = async () => (await import("./late.ts")).late`,
        "late.ts": "export const late = 1"
      },
      { "late.ts": "export const late = 2" }
    ],
    [
      "a module that is imported for its effects",
      {
        "s.ts": `import "./setup.ts"\nexport const stage = () => 1`,
        "setup.ts": `Reflect.set(globalThis, "mode", "a")`
      },
      { "setup.ts": `Reflect.set(globalThis, "mode", "b")` }
    ],
    [
      "a table that a loop fills",
      {
        "s.ts":
          "const table = new Float64Array(4)\nfor (let i = 0; i < 4; i++) table[i] = i\nexport const stage = () => table"
      },
      {
        "s.ts":
          "const table = new Float64Array(4)\nfor (let i = 0; i < 4; i++) table[i] = i * 2\nexport const stage = () => table"
      }
    ],
    [
      "a file beside the module, by its URL",
      { "s.ts": `export const stage = () => new URL("./words.txt", import.meta.url)`, "words.txt": "nurse" },
      { "words.txt": "captain" }
    ],
    [
      "a module in a circle",
      {
        "s.ts": `import { even } from "./even.ts"\nexport const stage = () => even(4)`,
        "even.ts": `import { odd } from "./odd.ts"\nexport const even = (n: number): boolean => n === 0 || odd(n - 1)`,
        "odd.ts": `import { even } from "./even.ts"\nexport const odd = (n: number): boolean => n !== 0 && even(n - 1)`
      },
      {
        "odd.ts": `import { even } from "./even.ts"\nexport const odd = (n: number): boolean => n > 0 && even(n - 1)`
      }
    ]
  ]
  for (const [name, files, edit] of pairs) {
    it.live(name, () =>
      Effect.gen(function* () {
        const [before] = yield* hashes(files, ["s.ts"])
        const [after] = yield* hashes({ ...files, ...edit }, ["s.ts"])
        assert.notStrictEqual(before, after)
      })
    )
  }

  it.live("a default export is a stage's place too", () =>
    Effect.gen(function* () {
      const file = (n: number) => ({
        "s.ts": `import { Stage } from "ablate"\nexport default Stage.make("s", { n: ${n} })\nexport const b = 1`
      })
      const [one] = yield* hashes(file(1), ["s.ts#default"])
      const [two] = yield* hashes(file(2), ["s.ts#default"])
      assert.notStrictEqual(one, two)
    })
  )
})

describe("packages", () => {
  it.live("count by name and version, the framework by its name", () =>
    Effect.gen(function* () {
      const root = project({
        "s.ts": `import { Stage } from "ablate"
import { Schema } from "effect"
import * as Fs from "node:fs"
import { parse } from "csv"
import { unused } from "never-used"
export const stage = Stage.make("s", { config: Schema.Struct({}), run: () => parse(Fs) })`
      })
      const [code] = yield* codes(root, ["s.ts"])
      assert.deepStrictEqual(code?.packages, ["ablate", "csv@1.0.0", "effect@4.1.0", "node:fs"])
    })
  )

  it.live("the numerics count by the code behind what is taken of them, not by a version", () =>
    Effect.gen(function* () {
      const root = project({ "s.ts": `import { fit } from "ablate/numerics"\nexport const stage = () => fit()` })
      const hashWith = (numerics: Readonly<Record<string, string>>) =>
        stageCodes([ref("s.ts")], {
          projectRoot: root,
          memo: memory().memo,
          framework: () => Promise.resolve({ effect: "4.1.0", numerics })
        }).pipe(Effect.map(([code]) => code?.hash))
      const before = yield* hashWith({ fit: "f1", exp: "e1" })
      assert.strictEqual(yield* hashWith({ fit: "f1", exp: "e2" }), before)
      assert.notStrictEqual(yield* hashWith({ fit: "f2", exp: "e1" }), before)
    })
  )
})

it.live("the readable code names its files, without types, comments and siblings", () =>
  Effect.gen(function* () {
    const { memo } = memory()
    const [code] = yield* codes(project(base), ["stages/train.ts#train"], memo)
    const readable = (yield* codeManifest(memo, code?.hash ?? ""))?.readable
    assert.deepStrictEqual(
      readable?.split("\n").filter((line) => line.startsWith("//#region")),
      ["//#region lib/square.ts", "//#region stages/loss.ts", "//#region stages/scale.ts", "//#region stages/train.ts"]
    )
    assert.include(readable, `Schema.Struct({ rate: Schema.Finite }).pipe(Schema.annotate({ title: "config" }));`)
    assert.notInclude(readable, "evaluate")
    assert.notInclude(readable, "__PURE__")
    assert.notInclude(readable, ": number")
  })
)

describe("the memo", () => {
  const old = (root: string, path: string): void => utimesSync(join(root, path), 1000, 1000)

  it.live("answers as long as the stat of every file is the same, also for a file that was young", () =>
    Effect.gen(function* () {
      const root = project(base)
      const { memo, rows } = memory()
      const first = yield* codes(root, stages, memo)
      const marked = "f".repeat(64)
      // A hash that no computation gives: whoever returns it has not computed.
      for (const [id, json] of rows) {
        if (id.startsWith("code/")) rows.set(id, json.replaceAll(/"hash":"[0-9a-f]{64}"/g, `"hash":"${marked}"`))
      }
      const second = yield* codes(root, stages, memo)
      assert.deepStrictEqual(
        second.map(({ hash }) => String(hash)),
        stages.map(() => marked)
      )
      writeFiles(root, { "stages/scale.ts": "export const scale = 8\n" })
      const third = yield* codes(root, stages, memo)
      assert.notStrictEqual(third[0]?.hash, first[0]?.hash)
      assert.notStrictEqual(third[0]?.hash, second[0]?.hash)
    })
  )

  it.live("sees a rewrite of the same size whose time was set back", () =>
    Effect.gen(function* () {
      const root = project(base)
      old(root, "stages/scale.ts")
      const { memo } = memory()
      const [before] = yield* codes(root, ["stages/train.ts#evaluate"], memo)
      const { size } = statSync(join(root, "stages/scale.ts"))
      writeFiles(root, { "stages/scale.ts": "export const scale = 9\n" })
      old(root, "stages/scale.ts")
      assert.strictEqual(statSync(join(root, "stages/scale.ts")).size, size)
      const [after] = yield* codes(root, ["stages/train.ts#evaluate"], memo)
      assert.notStrictEqual(before?.hash, after?.hash)
    })
  )

  it.live("computes again what is damaged in it", () =>
    Effect.gen(function* () {
      const root = project(base)
      const { memo, rows } = memory()
      const first = yield* codes(root, stages, memo)
      for (const id of rows.keys()) rows.set(id, "{ not json")
      const second = yield* codes(root, stages, memo)
      assert.deepStrictEqual(
        second.map(({ hash }) => hash),
        first.map(({ hash }) => hash)
      )
      assert.include((yield* codeManifest(memo, second[0]?.hash ?? ""))?.readable, "Schema")
    })
  )
})

it.live("a file that changed since the program was compiled is refused by name", () =>
  Effect.gen(function* () {
    const root = project(base)
    const stamps = new Map([[join(root, "stages/scale.ts"), "22 1 1 1"]])
    const result = yield* Effect.result(
      stageCodes([ref("stages/train.ts#evaluate")], { projectRoot: root, memo: memory().memo, stamps, framework })
    )
    assert(Result.isFailure(result))
    assert.strictEqual(result.failure._tag, "CodeHashError")
    assert.include(result.failure.message, "stages/scale.ts changed")
  })
)

it.live("a stage that cannot be found is told with its file", () =>
  Effect.gen(function* () {
    const result = yield* Effect.result(codes(project({ "s.ts": "export const other = 1" }), ["s.ts#stage"]))
    assert(Result.isFailure(result))
    assert.strictEqual(result.failure.stage, "s.ts#stage")
    assert.include(result.failure.message, "s.ts")
  })
)
