/** Bad input through the command: the right exit code, one message that names file and field, and an unharmed store. */
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import Sqlite from "better-sqlite3"
import { Result } from "effect"
import { afterAll, assert, describe, it } from "vitest"
import { assertExecuted, assertRefused, bin, type Ended, imports, Project, project, temporary } from "./rig.ts"

const head = `${imports}import { ran } from "../ran.ts"
export const one = Stage.make("one", {
  config: Schema.Struct({ a: Schema.Int }),
  output: Artifact.metrics(["x"]),
  pool: "inline",
  run: (_, { a }) => Effect.sync(() => { ran("one"); return { x: { value: a } } })
})
const pipeline = Pipeline.make("p", Schema.Struct({ a: Schema.Int }), ({ a }) => ({ metrics: one.node({}, { a }) }))
`

const good = `${head}
const Settings = Schema.Struct({
  n: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })), 2),
  mode: Setting.make(Schema.Literals(["fast", "slow"]), "fast"),
  words: Setting.group({ path: Setting.make(Schema.NullOr(Schema.String), null) })
})
export default Experiment.make("good", {
  settings: Settings,
  pipeline,
  grid: ({ n }) => Grid.axes({ a: Array.from({ length: n }, (_, i) => i) }),
  table: Table.make({ title: "Good", rows: ["a"], columns: [{ metric: "x", label: "x" }] })
})
`

/** The store still works: what was known is known, and what is new is computed and found again. */
const assertUnharmed = async (made: Project): Promise<void> => {
  assertExecuted(await made.run(["good"]), {})
  assertExecuted(await made.run(["good", "--set", "n=3"]), { one: 1 })
}

const withGood = async (files: Readonly<Record<string, string>> = {}): Promise<Project> => {
  const made = project({ "experiments/good.ts": good, ...files })
  assertExecuted(await made.run(["good"]), { one: 2 })
  return made
}

describe("an experiment file", () => {
  /** Its name, what follows the imports, and what the message says besides the file's name. */
  const cases: ReadonlyArray<readonly [name: string, body: string, parts: ReadonlyArray<string | RegExp>]> = [
    [
      "syntax",
      `export default Experiment.make("x", { pipeline, grid: Grid.axes({ a: [1, 2 }) })`,
      [/:\d+:\d+: syntax error/]
    ],
    [
      "wrong-type",
      `export default Experiment.make("x", { pipeline, grid: Grid.axes({ a: ["one"] }) } as never)`,
      [/a=one[\s\S]*"a"/]
    ],
    ["no-default", "export const x = 1", ["no default export", "export default Experiment.make("]],
    ["other-default", `export default { name: "x" }`, ["not an experiment"]],
    ["throws", `throw new Error("on purpose")\nexport default 1`, ["on purpose"]],
    ["gone", `import { gone } from "./gone-module.ts"\nexport default gone`, ["gone-module.ts"]],
    [
      "not-exported",
      `const hidden = Stage.make("hidden", { output: Artifact.metrics(["x"]), run: () => Effect.succeed({ x: { value: 1 } }) })
export default Experiment.make("x", {
  pipeline: Pipeline.make("p", Schema.Struct({ a: Schema.Int }), () => ({ metrics: hidden.node({}) })),
  grid: Grid.axes({ a: [1] })
})`,
      [`stage "hidden"`, "export const"]
    ],
    [
      "twins",
      `export const two = Stage.make("one", { output: Artifact.metrics(["x"]), run: () => Effect.succeed({ x: { value: 1 } }) })
export default Experiment.make("x", {
  pipeline: Pipeline.make("p", Schema.Struct({ a: Schema.Int }), ({ a }) => ({ metrics: one.node({}, { a }), two: two.node({}) })),
  grid: Grid.axes({ a: [1] })
})`,
      [`stage "one"`, "rename"]
    ],
    [
      "twice",
      `export default Experiment.make("x", { pipeline, grid: Grid.rows([{ a: 1 }, { a: 1 }]) })`,
      ["the cell a=1"]
    ],
    [
      "empty",
      `export default Experiment.make("x", { pipeline, grid: Grid.axes({ a: [1] }).filter(() => false) })`,
      ["no points"]
    ],
    ["no-values", `export default Experiment.make("x", { pipeline, grid: Grid.axes({ a: [] }) })`, [`axis "a"`]]
  ]

  it("that is wrong is refused by name, with what to do", async () => {
    const made = await withGood(
      Object.fromEntries(cases.map(([name, body]) => [`experiments/${name}.ts`, `${head}${body}\n`]))
    )
    for (const [name, , parts] of cases) {
      const ended = await made.ablate(["run", name])
      assertRefused(ended, [`experiments/${name}.ts`, ...parts])
      assert.strictEqual(ended.stdout, "", name)
    }
    await assertUnharmed(made)
  })

  it("that names a missing file is refused before anything runs", async () => {
    const made = await withGood({
      "experiments/reads.ts": `${head}
export const reads = Stage.make("reads", {
  inputs: { file: Artifact.file, metrics: Artifact.metrics(["x"]) },
  output: Artifact.metrics(["x"]),
  run: ({ metrics }) => Effect.succeed(metrics)
})
export default Experiment.make("reads", {
  pipeline: Pipeline.make("p", Schema.Struct({ a: Schema.Int }), ({ a }) => ({
    metrics: reads.node({ file: External.file("data/nothing.csv", "--set data.path"), metrics: one.node({}, { a }) })
  })),
  grid: Grid.axes({ a: [77] })
})
`
    })
    made.takeRan()
    assertRefused(await made.ablate(["run", "reads"]), [made.path("data/nothing.csv"), "--set data.path"])
    assert.deepStrictEqual(made.takeRan(), [])
    await assertUnharmed(made)
  })
})

describe("the command line", () => {
  it("is refused with what was found and what there is", async () => {
    const made = await withGood()
    const cases: ReadonlyArray<readonly [args: string, parts: ReadonlyArray<string | RegExp>]> = [
      ["run goood", [`"goood"`, `Did you mean "good"?`]],
      ["tabel good", [`"tabel"`, `Did you mean "table"?`]],
      ["run good --jbos 2", ["--jbos", "--jobs"]],
      ["run good --jobs 0", ["--jobs", `"0"`]],
      ["run good --ui fancy", ["--ui", "tui, stream, json", `"fancy"`]],
      ["run good --only b=1", ["--only", `axis "b"`]],
      ["run good --only a=7", ["--only", `axis "a"`, `"7"`, "0, 1"]],
      ["run good --set n=9", ["--set n=9", "between 1 and 5"]],
      ["run good --set mode=fats", ["--set mode=fats", `"fast"`, `"slow"`]],
      ["run good --set words.pth=x", ["--set words.pth", `Did you mean "words.path"?`]],
      ["run good --force tow", ["--force tow", "one"]],
      ["table good --run nonsense", [`"nonsense"`, "ablate runs"]]
    ]
    for (const [args, parts] of cases) {
      const ended = await made.ablate(args.split(" "))
      assertRefused(ended, parts)
      assert.strictEqual(ended.stdout, "", args)
      assert.strictEqual(ended.stderr.trim().split("\n").length, 1, ended.stderr)
    }
    await assertUnharmed(made)
  })

  it("without an experiment names those that are there, and how one is named", async () => {
    const made = await withGood({
      "experiments/other.ts": `// Another one. It does nothing.\nexport default 1\n`,
      "experiments/other.test.ts": "",
      "experiments/types.d.ts": ""
    })
    for (const command of ["run", "plan", "table", "graph", "why"]) {
      const ended = await made.ablate([command])
      assertRefused(ended, [`ablate ${command}: <experiment> is missing`, `ablate ${command} --help`])
      assert.strictEqual(ended.stdout, "")
      assert.deepStrictEqual(ended.stderr.split("\n").slice(1, -2), [
        "  good   experiments/good.ts",
        "  other  experiments/other.ts: Another one"
      ])
    }
    await assertUnharmed(made)
    assertRefused(await project({}).ablate(["run"]), ["<experiment> is missing", "none yet", "ablate init"])
  })
})

describe("a store", () => {
  it("whose path is a file", async () => {
    const made = await withGood({ occupied: "a file of the person's own" })
    assertRefused(await made.ablate(["run", "good", "--store", "occupied"]), [made.path("occupied"), "--store"])
    assertRefused(await made.ablate(["run", "good"], { env: { ABLATE_STORE: "occupied/below" } }), [
      made.path("occupied")
    ])
    assert.strictEqual(made.read("occupied"), "a file of the person's own")
    await assertUnharmed(made)
  })

  it("of a newer format is left as it is", async () => {
    const made = await withGood()
    const db = new Sqlite(made.path(".ablate/ablate.db"))
    const format = Number(db.pragma("user_version", { simple: true }))
    db.pragma("user_version = 9999")
    for (const args of [
      ["run", "good"],
      ["table", "good"],
      ["plan", "good"]
    ])
      assertRefused(await made.ablate(args), [made.path(".ablate"), "9999", "newer"])
    assert.strictEqual(Number(db.pragma("user_version", { simple: true })), 9999)
    db.pragma(`user_version = ${format}`)
    db.close()
    await assertUnharmed(made)
  })

  it("that is another program's database is left as it is", async () => {
    const made = await withGood()
    mkdirSync(made.path("other"))
    const db = new Sqlite(made.path("other/ablate.db"))
    db.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
    db.close()
    assertRefused(await made.ablate(["run", "good", "--store", "other"]), [made.path("other"), "not an Ablate store"])
    const after = new Sqlite(made.path("other/ablate.db"), { readonly: true })
    assert.deepStrictEqual(after.prepare("SELECT a FROM theirs").all(), [{ a: 1 }])
    after.close()
  })

  it("that cannot be written", async (context) => {
    const made = await withGood()
    mkdirSync(made.path("locked"))
    chmodSync(made.path("locked"), 0o555)
    const canWrite = Result.try(() => writeFileSync(made.path("locked/probe"), ""))
    if (Result.isSuccess(canWrite)) context.skip("this user can write to read-only folders")
    assertRefused(await made.ablate(["run", "good", "--store", "locked/store"]), [made.path("locked/store"), "write"])
  })
})

describe("a full disk", () => {
  const mounted: Array<string> = []
  afterAll(() => {
    for (const folder of mounted) execFileSync("umount", [folder])
  })

  it("ends the run with one message; what was stored before is intact", async (context) => {
    const made = project({
      "experiments/big.ts": `${imports}
export const big = Stage.make("big", {
  config: Schema.Struct({ a: Schema.Int }),
  output: Artifact.bytes,
  run: (_, { a }) => Effect.succeed(new Uint8Array(3_000_000).fill(a))
})
export const size = Stage.make("size", {
  inputs: { bytes: Artifact.bytes },
  output: Artifact.metrics(["x"]),
  run: ({ bytes }) => Effect.succeed({ x: { value: bytes.length + bytes[0] } })
})
export default Experiment.make("big", {
  pipeline: Pipeline.make("p", Schema.Struct({ a: Schema.Int }), ({ a }) => ({ metrics: size.node({ bytes: big.node({}, { a }) }) })),
  grid: Grid.axes({ a: [1, 2, 3, 4] }),
  table: Table.make({ title: "Big", rows: ["a"], columns: [{ metric: "x", label: "x" }] })
})
`
    })
    const disk = temporary()
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], { stdio: "ignore" })
    } catch {
      context.skip("mounting a small disk is not allowed here")
    }
    mounted.push(disk)
    const store = join(disk, "store")
    const first = await made.run(["big", "--only", "a=1", "--store", store])
    assert.strictEqual(first.ended.code, 0, first.ended.stderr)
    const full = await made.ablate(["run", "big", "--jobs", "1", "--store", store])
    assert.include([1, 2], full.code, full.stdout + full.stderr)
    assert.match(full.stdout + full.stderr, /space|full|ENOSPC/i)
    assert.notMatch(full.stderr, /bug in Ablate|^\s+at /m)
    execFileSync("mount", ["-o", "remount,size=64m", disk])
    const after = await made.run(["big", "--store", store])
    assert.strictEqual(after.ended.code, 0, after.ended.stderr)
    assert.strictEqual(after.artifacts.get("a=1 big"), first.artifacts.get("a=1 big"))
    assert.isAtLeast(after.finished.cached, 2)
    const table = await made.table(["big", "--store", store])
    assert.deepStrictEqual(
      table.rows.map((row) => row.cells.x?.mean),
      [3_000_001, 3_000_002, 3_000_003, 3_000_004]
    )
  })
})

describe("data of the study", () => {
  const study = new Project(dirname(dirname(bin)))
  const only = ["--only", "method=agnostic-l2,sampling=None,split=stratified,seed=0"]
  const folder = temporary()
  const at = (name: string): string => join(folder, name)

  const run = (settings: ReadonlyArray<string>): Promise<Ended> =>
    study.ablate([
      "run",
      "table3",
      ...only,
      ...settings.flatMap((each) => ["--set", each]),
      "--store",
      at("store"),
      "--ui",
      "json"
    ])

  /** The stage that fails, and its message. */
  const failure = ({ code, stderr, stdout }: Ended): { readonly stage: string; readonly message: string } => {
    assert.strictEqual(code, 1, stderr)
    const line = stdout.split("\n").find((each) => each.includes(`"NodeFailed"`))
    const event: { readonly stage: string; readonly failure: { readonly message: string; readonly detail?: string } } =
      JSON.parse(line ?? "null")
    assert.isUndefined(event.failure.detail)
    return { stage: event.stage, message: event.failure.message }
  }

  const files: ReadonlyArray<
    readonly [name: string, format: string, content: string | Buffer, parts: ReadonlyArray<string>]
  > = [
    ["cut.txt", "glove", "angry 0.1 0.2 0.3\nsad 0.1 0.2\n", ["line 2", `"sad"`, "2 values", "3 values"]],
    ["nan.txt", "glove", "angry 0.1 0.2 0.3\nsad 0.1 NaN 0.3\n", ["line 2", `"sad"`, `"NaN"`]],
    [
      "cut.bin",
      "word2vec",
      Buffer.concat([Buffer.from("2 3\nangry "), Buffer.alloc(12), Buffer.from("\nsad "), Buffer.alloc(8)]),
      [`"sad"`, "truncated"]
    ]
  ]

  it("word vectors that are cut short, of another dimension, or no numbers: file, line and word", async () => {
    for (const [name, format, content, parts] of files) {
      writeFileSync(at(name), content)
      const { message, stage } = failure(await run([`words.path=${at(name)}`, `words.format=${format}`]))
      assert.strictEqual(stage, "words/vectors")
      for (const part of [at(name), ...parts]) assert.include(message, part)
    }
    writeFileSync(at("short.txt"), "angry 0.1 0.2 0.3\n")
    const { message } = failure(
      await run([`words.path=${at("short.txt")}`, "words.format=glove", "words.dimension=100"])
    )
    for (const part of [at("short.txt"), "line 1", `"angry"`, "3 values", "100 values"]) assert.include(message, part)
    assertRefused(await run([`words.path=${at("absent.txt")}`, "words.format=glove"]), [
      at("absent.txt"),
      "--set words.path"
    ])
    assertRefused(await run(["words.dimension=many"]), ["words.dimension=many", "number"])
  })

  it("a corpus without one of its columns: file, line and column", async () => {
    writeFileSync(at("eec.csv"), "ID,Sentence,Template,Person,Gender,Race,Emotion\n1,a,b,c,d,e,f\n")
    const { message, stage } = failure(await run([`eec.csv=${at("eec.csv")}`]))
    assert.strictEqual(stage, "eec/csv")
    for (const part of [`${at("eec.csv")}:1`, `"Emotion word"`]) assert.include(message, part)
    assert.isTrue(statSync(at("store")).isDirectory())
  })
})
