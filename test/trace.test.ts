/** From a figure to its sources, runs by name, runs computed again: the commands, as a person meets them. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { assert, beforeAll, describe, it } from "vitest"
import { assertRefused, imports, type Project, project } from "./rig.ts"

const study = {
  "data.txt": "1 2 3",
  "experiments/study.ts": `/** Sums of numbers in a file. */
${imports}import { readFileSync } from "node:fs"
const Numbers = Artifact.json(Schema.Array(Schema.Finite))
export const read = Stage.make("read", {
  inputs: { file: Artifact.file },
  output: Numbers,
  run: ({ file }) => Effect.sync(() => readFileSync(file.path, "utf8").split(" ").map(Number))
})
export const draw = Stage.make("draw", {
  config: Schema.Struct({ seed: Schema.Int }),
  output: Numbers,
  run: (_, { seed }) => Effect.sync(() => [seed])
})
export const score = Stage.make("score", {
  config: Schema.Struct({ method: Schema.String, scale: Schema.Finite }),
  inputs: { numbers: Numbers, drawn: Numbers },
  output: Artifact.metrics(["sum", "half"]),
  run: ({ drawn, numbers }, { method, scale }) => Effect.sync(() => {
    const sum = [...numbers, ...drawn].reduce((a, b) => a + b, method.length) * scale
    return { sum: { value: sum, n: numbers.length }, half: { value: null, note: "never" } }
  })
})
export default Experiment.make("study", {
  settings: Schema.Struct({
    /** What every number is multiplied by. */
    scale: Setting.make(Schema.Finite.check(Schema.isGreaterThan(0)), 1)
  }),
  pipeline: Pipeline.make("p", Schema.Struct({ method: Schema.String, seed: Schema.Int, scale: Schema.Finite }), ({ method, seed, scale }) => ({
    metrics: score.node({ numbers: read.node({ file: External.file("data.txt") }), drawn: draw.node({}, { seed }) }, { method, scale })
  })),
  grid: Grid.axes({ method: ["plain", "tuned"], seed: Grid.seeds(2) }),
  params: (point, { scale }) => ({ ...point, scale }),
  table: Table.make({ title: "Sums", rows: ["method"], columns: [{ metric: "sum", label: "sum" }] })
})
`
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

const says = async (made: Project, args: ReadonlyArray<string>, code = 0): Promise<string> => {
  const ended = await made.ablate(args)
  assert.strictEqual(ended.code, code, ended.stdout + ended.stderr)
  return ended.stdout
}

const runIds = async (made: Project): Promise<ReadonlyArray<string>> =>
  JSON.parse(await says(made, ["runs", "--format", "json"])).map(({ id }: { readonly id: string }) => id)

const git = (made: Project, ...args: ReadonlyArray<string>) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
    cwd: made.root,
    encoding: "utf8"
  }).trim()

describe("a study that ran", () => {
  let made: Project
  let revision: string
  beforeAll(async () => {
    made = project(study)
    git(made, "init", "-q")
    git(made, "add", "data.txt", "experiments")
    git(made, "commit", "-qm", "begin")
    revision = git(made, "rev-parse", "HEAD")
    made.edit("data.txt", "3", "4")
    await says(made, ["run", "study", "--ui", "stream", "-j", "1"])
  })

  it("leads from a figure to the user's file, with the revision and that it had changed", async () => {
    const text = await says(made, ["show", "method=tuned,seed=1", "sum"])
    // 1 + 2 + 4 + 1, and the length of the method's name.
    assert.match(text, /^sum of method=tuned,seed=1: 13, n 3 {3}metrics [0-9a-f]{12}…$/m)
    assert.include(text, `git ${revision}, with uncommitted changes`)
    const file = JSON.parse(await says(made, ["show", "tuned", "sum", "--format", "json"])).trace.nodes.flatMap(
      ({ inputs }: { readonly inputs: ReadonlyArray<{ readonly _tag: string; readonly hash: string }> }) =>
        inputs.filter(({ _tag }) => _tag === "Outside").map(({ hash }) => hash)
    )
    assert.deepStrictEqual(file, [sha256("1 2 4")])
    assert.match(text, new RegExp(`└ file ← file .*data\\.txt\\n +content ${sha256("1 2 4")}`))
    const code = /code ([0-9a-f]{12})…/.exec(text)?.[1] ?? ""
    assert.include(await says(made, ["show", code]), "method.length")
  })

  it("shows a row by seed, and tells a figure that is undefined", async () => {
    const row = await says(made, ["show", "plain"])
    assert.match(row, /^ {2}sum {3}mean 12\.5 of 2: 12 {2}13$/m)
    assert.match(row, /^ {2}half {2}undefined of 0: undefined {2}undefined$/m)
    assert.include(await says(made, ["show", "method=plain,seed=0", "half"]), "undefined, never")
    assertRefused(await made.ablate(["show", "plain", "summ"]), ['no metric "summ"', 'Did you mean "sum"?'])
    assertRefused(await made.ablate(["show", "plian"]), ['"plian" is neither a hash', 'Did you mean "plain"?'])
    assertRefused(await made.ablate(["show", "plain", "--run", "nope"]), ['no run "nope"'])
    assertRefused(await made.ablate(["show", "0123456789", "sum"]), ["sum"])
  })

  it("says what can be set, and lists what is there", async () => {
    const settings = await says(made, ["settings", "study"])
    assert.include(settings, "scale  number above 0 (default 1)\n         What every number is multiplied by.")
    assert.include(await says(made, ["run", "study", "--help"]), settings)
    assert.match(await says(made, ["list"]), /^study +4 +\S+ \S+ succeeded +Sums of numbers in a file$/m)
  })

  it("takes the latest complete run of all cells, and says in the first line what it passed over", async () => {
    const [whole = ""] = await runIds(made)
    made.edit("experiments/study.ts", "* scale", "* scale + 1")
    await says(made, ["run", "study", "--only", "method=tuned", "--ui", "stream", "-j", "1"])
    const [partial = ""] = await runIds(made)
    const [first] = (await says(made, ["table", "study"])).split("\n")
    assert.strictEqual(
      first,
      `Run ${whole} of study: succeeded, default settings. Passed over: the newer run ${partial} (only method=tuned, other code or files); --run latest takes the newest.`
    )
    const [newest] = (await says(made, ["table", "study", "--run", "latest"])).split("\n")
    assert.strictEqual(newest, `Run ${partial} of study: succeeded, default settings, only method=tuned.`)
    assert.lengthOf((await made.table(["study"])).rows, 2)

    // Names of runs: beginnings, tags; each of one run only.
    await says(made, ["tag", whole, "submitted"])
    assert.include(await says(made, ["table", "study", "--run", "submitted"]), `Run ${whole} `)
    assert.match(
      await says(made, ["runs", "study", "--columns", "sum", "--sort", "sum"]),
      new RegExp(`${partial}.*13\\.5000 \\(2\\)[^]*${whole}.*12\\.5000 \\(4\\) +submitted`)
    )
    assertRefused(await made.ablate(["tag", partial, "submitted"]), [`is of run ${whole}`])
    assertRefused(await made.ablate(["tag", partial, "study"]), ["the name of an experiment"])
    assertRefused(await made.ablate(["tag", partial, "2026"]), ['found "2026"'])
    assertRefused(await made.ablate(["table", "study", "--run", whole.slice(0, 4)]), ["begins the ids of 2 runs"])
    // What has a tag outlives gc.
    await says(made, ["gc", "--keep-runs", "1"])
    assert.deepStrictEqual(await runIds(made), [partial, whole])

    // The old run comes out again although its code is gone from the tree.
    const replayed = await says(made, ["replay", "submitted", "-j", "1"])
    assert.include(replayed, "Same bits: all 4 cells.")
    made.write({ "data.txt": "1 2 5" })
    assertRefused(await made.ablate(["replay", "submitted"]), [
      `run ${whole} cannot be computed again`,
      `data.txt has changed (${sha256("1 2 4").slice(0, 12)}… then, ${sha256("1 2 5").slice(0, 12)}… now)`
    ])
  })
})

describe("a run that does not come out again", () => {
  it("is told by cell and by the first node that differs", async () => {
    const made = project(study)
    made.edit("experiments/study.ts", "[seed])", `[seed === 1 ? performance.now() : seed])`)
    await says(made, ["run", "study", "--ui", "stream", "-j", "1"])
    const report = JSON.parse(await says(made, ["replay", "latest", "--format", "json", "-j", "1"], 1))
    const told = report.cells.map(
      ({ cell, first, status }: { cell: string; first: { stage: string } | null; status: string }) => [
        cell,
        status,
        first?.stage ?? null
      ]
    )
    assert.deepStrictEqual(told, [
      ["method=plain,seed=0", "same", null],
      ["method=plain,seed=1", "different", "draw"],
      ["method=tuned,seed=0", "same", null],
      ["method=tuned,seed=1", "different", "draw"]
    ])
  })
})

describe("a column that no stage declares", () => {
  it("is refused before anything runs", async () => {
    const made = project(study)
    made.edit("experiments/study.ts", 'metric: "sum"', 'metric: "summ"')
    for (const command of ["run", "plan"])
      assertRefused(await made.ablate([command, "study"]), ['metric "summ"', 'Did you mean "sum"?', "half, sum"])
    assert.match(await says(made, ["runs"]), /^No runs/)
  })
})
