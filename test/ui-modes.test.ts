/** What stands on stdout and stderr in every mode of `ablate run`. */
import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "vitest"
import { type Ended, imports, parseEvents, project, Run } from "./rig.ts"

/** One stage of three prints all that it can, in a worker; another does so inline. */
const chatty = {
  "experiments/chatty.ts": `${imports}
const talk = (where: string) => Effect.gen(function* () {
  console.log("console.log " + where)
  console.error("console.error " + where)
  yield* Effect.log("Effect.log " + where)
  yield* Progress.use((progress) => progress.report({ current: 1, total: 2, unit: "epoch", metrics: { loss: Number.NaN, kept: 1 } }))
  return [1]
})
const numbers = Artifact.json(Schema.Array(Schema.Finite))
export const worker = Stage.make("worker", {
  output: numbers,
  run: () => Effect.tap(talk("worker"), () => Effect.sync(() => { process.stdout.write("stdout.write worker\\n") }))
})
export const inline = Stage.make("inline", {
  inputs: { worker: numbers },
  output: numbers,
  pool: "inline",
  run: () => talk("inline")
})
export const last = Stage.make("last", {
  config: Schema.Struct({ a: Schema.Int }),
  inputs: { inline: numbers },
  output: Artifact.metrics(["x"]),
  pool: "inline",
  run: (_, { a }) => Effect.succeed({ x: { value: a } })
})
export default Experiment.make("chatty", {
  pipeline: Pipeline.make("p", Schema.Struct({ a: Schema.Int }), ({ a }) => ({
    metrics: last.node({ inline: inline.node({ worker: worker.node({}) }) }, { a })
  })),
  grid: Grid.axes({ a: [1, 2] }),
  table: Table.make({ title: "Chatty", rows: ["a"], columns: [{ metric: "x", label: "x" }] })
})
`
}

const said = ["console.log", "console.error", "Effect.log"].flatMap((how) => [`${how} worker`, `${how} inline`])

describe("--ui json", () => {
  it("prints events and nothing else, whatever stages print", async () => {
    const made = project(chatty)
    const run = await made.run(["chatty"])
    assert.strictEqual(run.ended.code, 0, run.ended.stderr)
    for (const text of [...said, "stdout.write worker"]) {
      assert.include(run.ended.stderr, text)
      assert.notInclude(run.ended.stdout, text)
    }
    const tags = run.events.map((event) => event._tag)
    assert.strictEqual(tags[0], "RunStarted")
    assert.strictEqual(tags.at(-1), "RunFinished")
    assert.deepStrictEqual([...new Set(tags)].sort(), [
      "NodeProgress",
      "NodeStarted",
      "NodeSucceeded",
      "RunFinished",
      "RunStarted"
    ])
    for (const event of run.of("NodeProgress")) assert.deepStrictEqual(event.metrics, { kept: 1 })
    const { durationMs, runId, ...finished } = run.finished
    assert.deepStrictEqual(
      { ...finished, at: 0 },
      { _tag: "RunFinished", at: 0, status: "succeeded", nodes: 4, executed: 4, cached: 0, failed: 0, skipped: 0 }
    )
    assert.isAbove(durationMs, 0)
    assert.strictEqual(runId, run.started.runId)

    const second = await made.run(["chatty"])
    assert.strictEqual(second.ended.stderr, "")
    assert.deepStrictEqual([...new Set(second.events.map((event) => event._tag))].sort(), [
      "NodeCached",
      "RunFinished",
      "RunStarted"
    ])
  })

  it("ends quietly when its reader goes away", async () => {
    const made = project(chatty)
    const { child, ended } = made.start(["run", "chatty", "--ui", "json"])
    child.stdout?.destroy()
    const { code, stderr } = await ended
    assert.notMatch(stderr, /EPIPE|bug in Ablate/)
    assert.strictEqual(code, 0, stderr)
  })
})

describe("plain lines", () => {
  const assertPlain = ({ code, stderr, stdout }: Ended) => {
    assert.strictEqual(code, 0, stderr)
    assert.strictEqual(stdout, stripVTControlCharacters(stdout), "no escape sequences")
    assert.match(stdout, /^chatty: 2 cells, 4 nodes, \d+ jobs?, run \S+\n/)
    assert.match(stdout, /^succeeded: 4 nodes, \d executed, \d cached, /m)
    assert.match(stdout, /^1 +1\.0000/m)
    assert.match(stdout, /^2 +2\.0000/m)
  }

  it("are what a pipe, CI, a dumb terminal and --ui stream give; NO_COLOR is plain already", async () => {
    const made = project(chatty)
    const first = await made.ablate(["run", "chatty"])
    assertPlain(first)
    for (const text of said) {
      assert.include(first.stderr, text)
      assert.notInclude(first.stdout, text)
    }
    for (const word of ["start", "done"])
      assert.match(first.stdout, new RegExp(`^ +\\d+\\.\\ds  ${word} +worker  `, "m"))
    assertPlain(await made.ablate(["run", "chatty", "--ui", "stream"], { env: { TERM: "xterm-256color" } }))
    assertPlain(await made.ablate(["run", "chatty"], { env: { CI: "true", FORCE_COLOR: "1" } }))
    assertPlain(await made.ablate(["run", "chatty"], { env: { TERM: "dumb" } }))
    assertPlain(await made.ablate(["run", "chatty"], { env: { NO_COLOR: "1", TERM: "xterm" } }))
  })

  it("are of every node with --verbose, and end with the summary of the table, with its notes where they are asked for", async () => {
    const made = project(chatty)
    const verbose = await made.ablate(["run", "chatty", "--verbose", "--notes"])
    assertPlain(verbose)
    for (const word of ["start", "done"])
      assert.match(verbose.stdout, new RegExp(`^ +\\d+\\.\\ds  ${word} +worker#0`, "m"))
    const [, content = ""] = /^chatty · run \S+ · content ([0-9a-f]{16})$/m.exec(verbose.stdout) ?? []
    const { stdout } = await made.ablate(["table", "chatty", "--notes"])
    // Under a whole table the hash has all its digits, and long lines are broken.
    assert.notStrictEqual(content, "")
    assert.match(stdout, new RegExp(`^chatty · run \\S+ · content\\s+${content}[0-9a-f]`, "m"))
    assert.match(
      verbose.stdout,
      /^Whole table.*: ablate table chatty( --store \S+)?\s+\(--format\s+md\|csv[^()]*\)\n$/m
    )
  })

  it("--ui tui without a terminal ends in a readable report, not in a broken screen", async () => {
    const made = project(chatty)
    const { code, stderr, stdout } = await made.ablate(["run", "chatty", "--ui", "tui"], { env: { TERM: "xterm" } })
    assert.strictEqual(code, 0, stderr)
    assert.match(stripVTControlCharacters(stdout), /^2 +2\.0000/m)
    assert.notMatch(stderr, /bug in Ablate|Raw mode/)
  })

  it("a table as JSON stands alone on stdout", async () => {
    const made = project(chatty)
    const run = new Run(await made.ablate(["run", "chatty", "--ui", "json"]), [])
    const table = await made.table(["chatty"])
    assert.strictEqual(table.runId, run.started.runId)
    assert.deepStrictEqual(
      table.columns.map(({ id, label }) => ({ id, label })),
      [{ id: "x", label: "x" }]
    )
    assert.strictEqual(parseEvents(run.ended.stdout).length, run.events.length)
  })
})
