/** Workers that a SLURM of one node starts, where there is one. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { imports, type Project, project } from "./rig.ts"
import * as OneNode from "./slurm/OneNode.ts"
import { type Server, start } from "./store/postgres.ts"

/** Every node waits for the gate, a file. */
const study = (gate: string) => `${imports}
import { existsSync } from "node:fs"
import { ran } from "../ran.ts"
export const square = Stage.make("square", {
  config: Schema.Struct({ x: Schema.Int }),
  output: Artifact.metrics(["y"]),
  run: (_, { x }) => Effect.gen(function* () {
    ran("square " + x)
    while (!existsSync(${JSON.stringify(gate)})) yield* Effect.sleep("50 millis")
    return { y: { value: x * x } }
  })
})
export default Experiment.make("study", {
  pipeline: Pipeline.make("p", Schema.Struct({ x: Schema.Int }), (config) => ({ metrics: square.node({}, config) })),
  grid: Grid.axes({ x: [1, 2, 3] }),
  table: Table.make({ title: "Squares", rows: ["x"], columns: [{ metric: "y", label: "y" }] })
})
`

const reason = OneNode.reasonAgainst()
const name = (what: string) => `${what}${reason === undefined ? "" : ` (not tried here: ${reason})`}`
const contentOf = (stdout: string) => /content ([0-9a-f]{16})/.exec(stdout)?.[1]

describe.skipIf(reason !== undefined)(name("workers by SLURM"), () => {
  let folder = ""
  let server: Server
  let slurm: OneNode.OneNode | string = ""
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ablate-slurm-"))
    ;[server, slurm] = await Promise.all([start(), OneNode.start(folder)])
  }, 180_000)
  afterAll(async () => {
    if (typeof slurm !== "string") slurm.stop()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const made = (schema: string, settings: object) => {
    const gate = join(folder, `gate-${schema}`)
    const one = project(
      { "experiments/study.ts": study(gate), "ablate.json": JSON.stringify({ slurm: settings }) },
      "ablate project-"
    )
    const store = `${server.url()}?schema=${schema}&blobs=${encodeURIComponent(join(folder, `blobs-${schema}`))}`
    const env = { ...(typeof slurm === "string" ? {} : slurm.env), PATH: process.env.PATH ?? "" }
    const ask = (args: ReadonlyArray<string>) =>
      one.start(["run", "study", "--ui", "stream", "--verbose", "--on", "slurm", "--store", store, ...args], { env })
    const open = () => writeFileSync(gate, "")
    return { one, ask, open, env }
  }

  const locally = async (one: Project) => {
    const local = await one.ablate(["run", "study", "--ui", "stream", "--store", join(folder, "local")])
    one.takeRan()
    return contentOf(local.stdout)
  }

  it("give the local run's table, from a folder with a space and with --export=NONE", async (context) => {
    if (typeof slurm === "string") return context.skip(`SLURM does not start here: ${slurm}`)
    const { ask, env, one, open } = made("plain", { cpus: 2, workers: 1, options: ["--export=NONE"] })
    open()
    const expected = await locally(one)
    const run = await ask([]).ended
    assert.strictEqual(run.code, 0, run.stderr)
    assert.isDefined(expected)
    assert.strictEqual(contentOf(run.stdout), expected)
    assert.match(run.stdout, /workers .*slurm: 1 (pending|running)/)
    assert.match(run.stderr, /the store's address leads to 127\.0\.0\.1/)

    const refused = await ask(["--force", "square", "--slurm", "partition=nowhere"]).ended
    assert.strictEqual(refused.code, 2, refused.stdout)
    assert.match(refused.stderr, /^ablate: sbatch: .*partition/m)
    const wrong = await one.ablate(["run", "study", "--on", "slurm", "--slurm", "partitoin=x"], { env })
    assert.match(wrong.stderr, /^ablate: --slurm: there is no field "partitoin"\. Did you mean "partition"\?/)
  }, 180_000)

  it("that SLURM ends, or lets end, are losses like any other, and no job waits in the place of a new one", async (context) => {
    if (typeof slurm === "string") return context.skip(`SLURM does not start here: ${slurm}`)
    const { ask, env, one, open } = made("lost", { cpus: 1, workers: 2 })
    const run = ask(["--lease", "1s"])
    const told = (command: string, ...args: ReadonlyArray<string>) =>
      spawnSync(command, [...args], { env: { ...process.env, ...env }, encoding: "utf8" })
    // Both are in the middle of a task; each is begun anew by another.
    await one.ranTimes(2)
    const jobs = told("squeue", "--noheader", "--array", "--states=running", "--format=%F_%K").stdout.trim().split("\n")
    const [first = "", second = ""] = jobs
    assert.strictEqual(jobs.length, 2, jobs.join())
    assert.notStrictEqual(told("scontrol", "requeue", first).status, 0)
    // As at a time limit or before a preemption; and as by a node that falls over.
    assert.strictEqual(told("scancel", "--full", "--signal=TERM", first).status, 0)
    await one.ranTimes(3)
    assert.strictEqual(told("scancel", "--full", "--signal=KILL", second).status, 0)
    await one.ranTimes(4)
    open()
    const ended = await run.ended
    assert.strictEqual(ended.code, 0, ended.stderr)
    assert.strictEqual(contentOf(ended.stdout), await locally(one))
    const rows = await server.sql("SELECT key FROM lost.executions")
    assert.strictEqual(new Set(rows.map(({ key }) => key)).size, 3)
    assert.strictEqual(rows.length, 3)
    assert.match(ended.stderr, new RegExp(`the worker of job ${second} was ended \\(`))
  }, 180_000)
})
