/** Runs on workers in folders of their own, as people start them: what they say, how they end, and what is wrong on one of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { assertRefused, imports, type Project, project, type Running } from "./rig.ts"
import { type Server, start } from "./store/postgres.ts"

/** Each node reads a file that is given by its path and prints a line; `gate`: waits for that file first. */
const study = (gate: string) => `${imports}
import { existsSync, readFileSync } from "node:fs"
import { ran } from "../ran.ts"
export const count = Stage.make("count", {
  config: Schema.Struct({ x: Schema.Int }),
  inputs: { words: Artifact.file },
  output: Artifact.metrics(["y"]),
  run: ({ words }, { x }) => Effect.gen(function* () {
    ran("count " + x)
    while (!existsSync(${JSON.stringify(gate)})) yield* Effect.sleep("20 millis")
    return { y: { value: x * readFileSync(words.path, "utf8").length } }
  })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ x: Schema.Int }), (config) => ({
    metrics: count.node({ words: External.file("data/words.txt") }, config)
  })),
  grid: Grid.axes({ x: [1, 2, 3] }),
  table: Table.make({ title: "Words", rows: ["x"], columns: [{ metric: "y", label: "y" }] })
})
`

let folder = ""
let server: Server
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ablate-cluster-"))
  server = await start()
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A project, a store of its own, and a folder for workers that has nothing of the project. */
const made = (schema: string) => {
  const gate = join(folder, `gate-${schema}`)
  const one = project({ "experiments/study.ts": study(gate), "data/words.txt": "one two" })
  const other = project({})
  const store = `${server.url()}?schema=${schema}&blobs=${join(folder, `blobs-${schema}`)}`
  const ask = (...args: ReadonlyArray<string>) =>
    one.start(["run", "study", "--on", "cluster", "--ui", "stream", "--verbose", "--store", store, ...args])
  const work = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    other.start(["worker", "--jobs", "1", "--store", store, ...args], { env })
  return { one, other, store, ask, work, open: () => writeFileSync(gate, "") }
}

const contentOf = (stdout: string) => /content ([0-9a-f]{16})/.exec(stdout)?.[1]
const locally = async (one: Project) => contentOf((await one.ablate(["run", "study", "--ui", "stream"])).stdout)

const over = async (...running: ReadonlyArray<Running>) => {
  for (const { child } of running) child.kill("SIGKILL")
  await Promise.all(running.map(({ ended }) => ended))
}

/** A module that a process loads before all else. */
const loading = (code: string) => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` })

describe("workers of a shared store", () => {
  it("compute with a clock that is years behind, are named in the lines, end when idle; replay goes where the files are not", async () => {
    const { ask, one, open, other, store, work } = made("whole")
    open()
    // In the worker's threads, too.
    const behind = loading("const now = Date.now; Date.now = () => now() - 1e11")
    const worker = work(["--name", "late", "--idle-exit", "2s"], behind)
    const run = await ask().ended
    assert.strictEqual(run.code, 0, run.stderr)
    assert.strictEqual(run.stdout.match(/count#\S+ .*on late/g)?.length, 3, run.stdout)
    assert.strictEqual(contentOf(run.stdout), await locally(one))
    const idle = await worker.ended
    assert.strictEqual(idle.code, 0, idle.stderr)
    assert.match(
      idle.stderr,
      /ablate worker late is ready: 1 task at a time[\s\S]*took {2}[\s\S]*ablate worker: it has ended/
    )

    const replay = () => other.ablate(["replay", "latest", "--store", store, "--jobs", "1"])
    const again = await replay()
    assert.strictEqual(again.code, 0, again.stderr)
    assert.include(again.stdout, "Same bits: all 3 cells.")
    // The project's own file is another one by now: the store's is taken.
    other.write({ "data/words.txt": "three" })
    assert.include((await replay()).stdout, "Same bits: all 3 cells.")
    await server.sql("DELETE FROM whole.artifacts WHERE size = 7")
    assertRefused(await replay(), [
      /file .*data\/words\.txt has changed \([0-9a-f]{12}… then, [0-9a-f]{12}… now\), and the store has not what it was/
    ])
    rmSync(other.path("data"), { recursive: true })
    assertRefused(await replay(), [
      /file .*data\/words\.txt is not here, and the store has not what it was \([0-9a-f]{12}…\)/
    ])
  })

  it("let end what runs at a first Ctrl-C of the run, and get nothing new", async () => {
    const { ask, open, other, work } = made("stopped")
    const worker = work(["--name", "ann"])
    const run = ask()
    await other.ranTimes(1)
    await run.says("on ann")
    run.child.kill("SIGINT")
    await run.says("stopping")
    const jobsIn = async (...states: ReadonlyArray<string>) => {
      const [row] = await server.sql(
        "SELECT count(*)::int AS n FROM stopped_queue.job WHERE name LIKE 'c%' AND state::text = ANY($1)",
        [states]
      )
      return row?.n
    }
    // What was sent before is taken back, while the worker is busy with what it has.
    while ((await jobsIn("created", "retry")) !== 0) await new Promise((resolve) => setTimeout(resolve, 20))
    open()
    const ended = await run.ended
    assert.strictEqual(ended.code, 130, ended.stderr)
    assert.match(ended.stdout, /1 executed, 0 cached, 2 skipped/)
    assert.strictEqual(await jobsIn("created", "retry", "active"), 0)
    assert.strictEqual(other.takeRan().length, 1)
    await over(worker)
  })

  it("are refused where they do not see the folder for large results, or have no pg-boss", async () => {
    const { one, open, other, store } = made("refused")
    open()
    const first = await one.ablate(["run", "study", "--ui", "stream", "--store", store])
    assert.strictEqual(first.code, 0, first.stderr)
    const unmounted = join(folder, "unmounted")
    mkdirSync(unmounted)
    const elsewhere = store.replace(/blobs=.*/, `blobs=${unmounted}`)
    assertRefused(await other.ablate(["worker", "--store", elsewhere]), [unmounted, "that folder is not this store's"])

    const without = loading(
      `import { registerHooks } from "node:module"
       registerHooks({ resolve: (name, context, next) => next(name === "pg-boss" ? "not-installed-pg-boss" : name, context) })`
    )
    const says = ["needs the package pg-boss, which is not installed: run `npm install pg-boss`"]
    assertRefused(await other.ablate(["worker", "--store", store], { env: without }), says)
    const asked = await one.ablate(["run", "study", "--force", "count", "--on", "cluster", "--store", store], {
      env: without
    })
    assertRefused(asked, says)
  })
})
