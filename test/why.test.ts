/** `ablate why` and `ablate plan`: the smallest difference of every kind, before and after what it caused. */
import { assert, describe, it } from "vitest"
import { assertRefused, type Files, imports, type Project, project } from "./rig.ts"

/** read → feature → fit, for two methods × two seeds; everything inline, so that a run is quick. */
const study: Files = {
  "data.txt": "1 2 3",
  "helper.ts": `export const scaled = (x: number): number => x * 2\n`,
  "stages.ts": `${imports}import { readFileSync } from "node:fs"
import { scaled } from "./helper.ts"
const Numbers = Artifact.json(Schema.Array(Schema.Finite))
export const read = Stage.make("read", {
  inputs: { file: Artifact.file },
  output: Numbers,
  pool: "inline",
  run: ({ file }) => Effect.sync(() => readFileSync(file.path, "utf8").split(" ").map(Number))
})
export const feature = Stage.make("feature", {
  inputs: { numbers: Numbers },
  output: Numbers,
  pool: "inline",
  run: ({ numbers }) => Effect.sync(() => numbers.map(scaled))
})
export const fit = Stage.make("fit", {
  config: Schema.Struct({ method: Schema.String, train: Schema.Struct({ lambda: Schema.Finite }), seed: Schema.Int }),
  inputs: { features: Numbers },
  output: Artifact.metrics(["sum"]),
  pool: "inline",
  numerics: () => "engine-" + (process.env.ENGINE ?? "1"),
  run: ({ features }, { seed, train }) =>
    Effect.sync(() => ({ sum: { value: features.reduce((sum, x) => sum + x * train.lambda, seed) } }))
})
`,
  "experiments/study.ts": `${imports}import { feature, fit, read } from "../stages.ts"
const Settings = Schema.Struct({ lambda: Setting.make(Schema.Finite, 1) })
export default Experiment.make("study", {
  settings: Settings,
  pipeline: Pipeline.make(
    "study",
    Schema.Struct({ method: Schema.String, lambda: Schema.Finite, seed: Schema.Int }),
    ({ lambda, method, seed }) => {
      const features = feature.node({ numbers: read.node({ file: External.file("data.txt") }) })
      return { metrics: fit.node({ features }, { method, train: { lambda }, seed }) }
    }
  ),
  grid: Grid.axes({ method: ["plain", "tuned"], seed: Grid.seeds(2) }),
  params: ({ method, seed }, { lambda }) => ({ method, seed, lambda: method === "tuned" ? lambda : 0 }),
  table: Table.make({ title: "Sums", rows: ["method"], columns: [{ metric: "sum", label: "sum" }] })
})
`
}

interface Options {
  readonly env?: Readonly<Record<string, string>>
}

const says = async (made: Project, args: ReadonlyArray<string>, options: Options = {}): Promise<string> => {
  const { code, stderr, stdout } = await made.ablate(args, options)
  assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
  return stdout
}

/** Explanations of `--format json`, as far as the tests read them. */
interface Told {
  readonly nodes: ReadonlyArray<{
    readonly stage: string
    readonly status: string
    readonly verdict: string
    readonly causes: ReadonlyArray<unknown>
    readonly waitsFor: ReadonlyArray<string>
    readonly lines: ReadonlyArray<string>
  }>
}

const whyJson = async (made: Project, what: string, set: ReadonlyArray<string> = []): Promise<Told["nodes"]> => {
  const told: Told = JSON.parse(await says(made, ["why", "study", what, "--format", "json", ...set]))
  return told.nodes
}

const runs = async (made: Project, args: ReadonlyArray<string> = [], options: Options = {}): Promise<void> => {
  const { ended } = await made.run(["study", ...args], options)
  assert.strictEqual(ended.code, 0, ended.stderr)
}

/** Whether the lines stand together, in order, with this indentation. */
const assertLines = (text: string, lines: ReadonlyArray<string>): void => assert.include(text, lines.join("\n"))

const hash = "[0-9a-f]{8}…"

describe("before anything ran", () => {
  it("says so, and what waits for what", async () => {
    const made = project(study)
    const plan = await says(made, ["plan", "study"])
    assert.include(plan, "study: 4 cells, 6 nodes: 0 known, 1 to run, 5 undecided")
    assert.include(plan, "no history yet")
    assertLines(plan, ["read runs:", "  nothing of this stage has been computed before"])
    assertLines(await says(made, ["why", "study", "method=tuned,seed=1"]), [
      "read: runs (read#0)",
      "  nothing of this stage has been computed before",
      "feature: undecided (feature#1)",
      "  nothing of this stage has been computed before",
      "fit: undecided (fit#5)",
      "  nothing of this stage has been computed before"
    ])
    const [read, feature] = await whyJson(made, "tuned")
    assert.strictEqual(read?.verdict, "first")
    assert.deepStrictEqual(feature?.waitsFor, ["read#0"])
    // Neither question left a store behind that a run would not make.
    assert.notInclude(made.files(".ablate"), "ablate.db")
  })
})

describe("a config field", () => {
  it("is told by its path, old → new, before its run and after", async () => {
    const made = project(study)
    await runs(made)
    const set = ["--set", "lambda=2"]
    const plan = await says(made, ["plan", "study", ...set])
    assert.include(plan, "4 known, 2 to run, 0 undecided")
    assert.include(plan, "Expected time on")
    assertLines(plan, ["fit runs:", "  config train.lambda 1 → 2"])
    assert.include(await says(made, ["plan", "study"]), "Nothing to run.")

    const lines = (state: string) => [`fit: ${state} (2 nodes)`, "  config train.lambda 1 → 2"]
    assertLines(await says(made, ["why", "study", "tuned", ...set]), lines("runs"))
    await runs(made, set)
    assertLines(await says(made, ["why", "study", "tuned", ...set]), lines("known"))
    const told = await whyJson(made, "fit", set)
    assert.deepStrictEqual(
      told.map(({ causes, status, verdict }) => ({ causes, status, verdict })),
      [
        { causes: [], status: "hit", verdict: "same" },
        { causes: [], status: "hit", verdict: "same" },
        ...[0, 1].map(() => ({
          causes: [{ difference: { kind: "config", path: "train.lambda", from: "1", to: "2" }, because: [] }],
          status: "hit",
          verdict: "differs"
        }))
      ]
    )
    // The plan as JSON, for a script.
    const json: { readonly hit: number; readonly run: number; readonly reasons: ReadonlyArray<unknown> } = JSON.parse(
      await says(made, ["plan", "study", "--set", "lambda=3", "--format", "json"])
    )
    assert.deepStrictEqual(
      { hit: json.hit, run: json.run, reasons: json.reasons.length },
      { hit: 4, run: 2, reasons: 1 }
    )
  })
})

describe("a file", () => {
  it("is the cause of what was computed from it, through all stages between", async () => {
    const made = project(study)
    await runs(made)
    made.write({ "data.txt": "1 2 4" })
    const file = `file data\\.txt: content ${hash} → ${hash} \\(input file\\)`
    const waiting = await says(made, ["why", "study", "method=plain,seed=0"])
    assert.match(waiting, new RegExp(`^read: runs \\(read#0\\)\n  ${file}\nfeature: undecided`))
    assert.include(
      waiting,
      "feature: undecided (feature#1)\n  waits for read#0; it runs only if that comes out differently"
    )
    assert.include(await says(made, ["plan", "study"]), "0 known, 1 to run, 5 undecided")
    await runs(made)
    assert.match(
      await says(made, ["why", "study", "fit"]),
      new RegExp(
        `^fit: known \\(4 nodes\\)\n  input features: artifact ${hash} → ${hash} \\(from feature\\)\n    input numbers: artifact ${hash} → ${hash} \\(from read\\)\n      ${file}\n$`
      )
    )
  })
})

describe("code", () => {
  it("is told as a diff of the file that changed, before its run and after, and as the cause downstream", async () => {
    const made = project(study)
    await runs(made)
    made.edit("helper.ts", "x * 2", "x * 2 + 1")
    const diff = [
      "  code helper.ts",
      "    @@ -1,1 +1,1 @@",
      "    -const scaled = (x) => x * 2;",
      "    +const scaled = (x) => x * 2 + 1;"
    ]
    assertLines(await says(made, ["why", "study", "feature"]), ["feature: runs (feature#1)", ...diff])
    assertLines(await says(made, ["plan", "study"]), ["feature runs:", ...diff])
    await runs(made)
    const after = await says(made, ["why", "study", "tuned"])
    assertLines(after, ["feature: known (feature#1)", ...diff])
    assert.match(
      after,
      new RegExp(`fit: known \\(2 nodes\\)\n  input features: artifact ${hash} → ${hash} \\(from feature\\)\n`)
    )
    assertLines(
      after,
      diff.map((line) => `  ${line}`)
    )
  })

  it("of a stage itself names the stage's file; a version stands for its code", async () => {
    const made = project(study)
    await runs(made)
    made.edit("stages.ts", "sum + x * train.lambda", "sum + train.lambda * x")
    const own = await says(made, ["why", "study", "fit"])
    assert.match(own, /^fit: runs \(4 nodes\)\n {2}code stages\.ts\n/)
    assert.match(own, /^ {4}-.*sum \+ x \* train\.lambda/m)
    assert.match(own, /^ {4}\+.*sum \+ train\.lambda \* x/m)
    made.edit("stages.ts", `Stage.make("feature", {`, `Stage.make("feature", {\n  version: "7",`)
    assert.match(await says(made, ["why", "study", "feature"]), new RegExp(`\n  code ${hash} → version 7\n`))
    await runs(made)
    made.edit("stages.ts", `version: "7"`, `version: "8"`)
    assertLines(await says(made, ["why", "study", "feature"]), [
      "feature: runs (feature#1)",
      "  code version 7 → version 8"
    ])
  })

  it("is the whole cause for a cell that ran before it changed, also where other cells ran since", async () => {
    const made = project(study)
    made.edit("stages.ts", "sum + x * train.lambda", "sum + scaled(x) * train.lambda")
    const set = ["--set", "lambda=0"]
    await runs(made, set)
    made.edit("helper.ts", "x * 2", "x * 3")
    await runs(made, [...set, "--only", "method=tuned"])
    const plain = await says(made, ["why", "study", "method=plain,seed=1", ...set])
    assert.match(plain, /^fit: runs \(fit#\d\)\n {2}code helper\.ts$/m)
    assert.match(plain, /^ {2}input features: /m)
    assert.notMatch(plain, /config/, "what another cell has otherwise is no cause")
  })

  it("of a package is told by its version", async () => {
    const packageJson = (version: string) => JSON.stringify({ name: "times", version, main: "index.js" })
    const made = project({
      ...study,
      "node_modules/times/package.json": packageJson("1.0.0"),
      "node_modules/times/index.js": "module.exports.times = (x) => x * 2\n",
      "helper.ts": `import { times } from "times"\nexport const scaled = (x: number): number => times(x)\n`
    })
    await runs(made)
    made.write({ "node_modules/times/package.json": packageJson("1.0.1") })
    const text = await says(made, ["why", "study", "feature"])
    assert.match(text, /^feature: runs/)
    assert.include(text, "  package times 1.0.0 → 1.0.1\n")
  })
})

describe("the rest", () => {
  it("numerics, --force, and several differences at once", async () => {
    const made = project(study)
    await runs(made)
    const env = { ENGINE: "2" }
    const line = "  numerics engine-1 → engine-2"
    assertLines(await says(made, ["why", "study", "fit"], { env }), ["fit: runs (4 nodes)", line])
    assertLines(await says(made, ["plan", "study"], { env }), ["fit runs:", line])
    await runs(made, [], { env })
    assertLines(await says(made, ["why", "study", "fit"], { env }), ["fit: known (4 nodes)", line])
    // Without the variable the first results are known still.
    assert.include(await says(made, ["plan", "study", "--force", "read"]), "read runs:\n  forced by --force read")
    made.edit("experiments/study.ts", `"tuned" ?`, `"better" ?`)
    made.edit("experiments/study.ts", `["plain", "tuned"]`, `["plain", "better"]`)
    assertLines(await says(made, ["why", "study", "better", "--set", "lambda=5"]), [
      "fit: runs (2 nodes)",
      `  config method "tuned" → "better"`,
      "  config train.lambda 1 → 5"
    ])
  })

  it("asked for something that is not there, it names what is", async () => {
    const made = project(study)
    const refused = async (what: string, parts: ReadonlyArray<string>) =>
      assertRefused(await made.ablate(["why", "study", what]), [`"${what.split("=").at(-1)}"`, ...parts])
    await refused("fitt", [`Did you mean "fit"?`, "read, feature, fit", "method=plain,seed=0"])
    await refused("method=tund", [`Did you mean "tuned"?`])
    await refused("seed=9", ['axis "seed"', "0, 1"])
    assertRefused(await made.ablate(["why", "study"]), ["<cell>", "ablate why --help"])
  })
})
