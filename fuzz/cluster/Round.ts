/** One run while things break, started again where it was ended; and what must hold after it. */
import { Schema } from "effect"
import { RunEvent } from "../../src/domain/RunEvent.ts"
import type { Chance } from "../rig/Chance.ts"
import { outputOf, type Running, sleep, start } from "./Command.ts"
import { apply, type FaultName, type Ground, nameOf } from "./Faults.ts"
import { file, nodes } from "./Study.ts"
import type { Way } from "./Way.ts"

/** Far more than a round takes on a busy machine. */
const patienceMs = 240_000

export interface Place extends Omit<Ground, "harm"> {
  /** The project. */
  readonly folder: string
  readonly schema: string
  readonly urlAt: (port: number) => string
  readonly way: Way
}

export interface Told {
  readonly faults: ReadonlyArray<FaultName>
  /** A line a fault: when, what, to whom. */
  readonly story: ReadonlyArray<string>
  /** What did not hold. */
  readonly wrong: ReadonlyArray<string>
  readonly ms: number
}

const toEvent = Schema.decodeUnknownSync(RunEvent)
const eventsOf = (stdout: string): ReadonlyArray<RunEvent> =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => toEvent(JSON.parse(line)))

/** Node to the hash of its artifact, and the content hash of the table of the run. */
const resultOf = async (cwd: string, store: string, events: ReadonlyArray<RunEvent>) => {
  const artifacts = events.flatMap((event) =>
    event._tag === "NodeSucceeded" || event._tag === "NodeCached" ? [`${event.node} ${event.artifact}`] : []
  )
  const end = events.find((event) => event._tag === "RunFinished")
  const table = JSON.parse(
    await outputOf(start(cwd, ["table", file, "--run", end?.runId ?? "none", "--format", "json"], store))
  )
  return { status: end?.status, artifacts: artifacts.toSorted().join("\n"), content: String(table.contentHash) }
}

const asked = (round: number) => ["run", file, "--set", `round=${round}`, "--ui", "json"]

const locally = async ({ folder }: Place, round: number) =>
  resultOf(folder, ".ablate", eventsOf(await outputOf(start(folder, [...asked(round), "--jobs", "4"], ".ablate"))))

/** What is in the tables once nobody holds anything any more. */
const wrongRows = async ({ schema, server }: Place, rounds: number): Promise<ReadonlyArray<string>> => {
  const count = async (sql: string) => Number((await server.sql(sql))[0]?.n)
  const wrong: Array<string> = []
  const twice = await count(
    `SELECT count(*) AS n FROM (SELECT key FROM ${schema}.executions GROUP BY key HAVING count(*) > 1) AS twice`
  )
  if (twice > 0) {
    wrong.push(`${twice} nodes are counted more than once`)
    const rows = await server.sql(
      `SELECT run, key, stage, duration_ms, at FROM ${schema}.executions WHERE key IN
         (SELECT key FROM ${schema}.executions GROUP BY key HAVING count(*) > 1) ORDER BY key, at`
    )
    wrong.push(...rows.map((row) => JSON.stringify(row)))
  }
  for (const table of ["traces", "executions"]) {
    const rows = await count(`SELECT count(*) AS n FROM ${schema}.${table}`)
    if (rows !== rounds * nodes) wrong.push(`${rows} rows of ${table}, expected ${rounds * nodes}`)
  }
  return wrong
}

const open = async ({ schema, server }: Place): Promise<number> => {
  const [row] = await server.sql(
    `SELECT count(*) AS n FROM ${schema}_queue.job WHERE state IN ('created', 'retry', 'active')`
  )
  return Number(row?.n)
}

/** Tasks that nobody waits for end by themselves, at the latest with their lease. */
const wrongOpen = async (place: Place): Promise<ReadonlyArray<string>> => {
  const until = performance.now() + 5 * place.leaseMs + 20_000
  let left = await open(place)
  while (left > 0 && performance.now() < until) {
    await sleep(200)
    left = await open(place)
  }
  return left === 0 ? [] : [`${left} tasks are left in the queue`]
}

/** `number` counts from 1. Gives what was done and what did not hold. */
export const round = async (place: Place, number: number, chance: Chance, most: number): Promise<Told> => {
  const started = performance.now()
  const since = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
  const [faults, story, wrong]: [Array<FaultName>, Array<string>, Array<string>] = [[], [], []]
  const expected = await locally(place, number)
  const store = place.urlAt(place.way.port)
  const lease = `${place.leaseMs / 1000}s`
  const ask = () => start(place.folder, [...asked(number), "--on", "cluster", "--lease", lease], store)
  let running: Running = ask()
  const harmed = new Set<Running>()
  const harm = (signal: NodeJS.Signals) => {
    harmed.add(running)
    running.signal(signal)
  }
  let isOver = false

  const break_ = async () => {
    const [busy, going]: [Set<string>, Array<Promise<void>>] = [new Set(), []]
    while (!isOver && faults.length < most) {
      await sleep(chance.between(100, 1500))
      const worker = chance.of(place.fleet.workers.filter(({ name }) => !busy.has(name)))
      if (isOver || worker === undefined) continue
      const name = nameOf(chance)
      faults.push(name)
      busy.add(worker.name)
      const at = since()
      going.push(
        apply(name, { ...place, harm }, worker, chance).then((what) => {
          story.push(`${at} ${name} ${what}`.trimEnd())
          busy.delete(worker.name)
        })
      )
    }
    await Promise.all(going)
  }

  const breaking = break_()
  const late = setTimeout(() => {
    wrong.push(`it hung: ${running.said().split("\n").slice(-5).join(" | ")}`)
    running.signal("SIGKILL")
  }, patienceMs)
  for (;;) {
    const { code, stderr, stdout } = await running.ended
    if (code === 0) {
      const got = await resultOf(place.folder, place.urlAt(place.server.port), eventsOf(stdout))
      if (got.status !== "succeeded") wrong.push(`the run is ${got.status}`)
      if (got.content !== expected.content) wrong.push(`content ${got.content}, expected ${expected.content}`)
      if (got.artifacts !== expected.artifacts) wrong.push("artifacts are others than the local run's")
      break
    }
    // One that cannot reach the server when it starts says so and ends.
    if (!harmed.has(running) && !(code === 2 && stdout === "" && stderr.includes("cannot be reached"))) {
      wrong.push(`the run ended with ${code} by itself: ${stderr.trim().split("\n").slice(-3).join(" | ")}`)
      for (const event of stdout === "" ? [] : eventsOf(stdout))
        if (event._tag === "NodeFailed") story.push(`${event.node} failed: ${JSON.stringify(event)}`)
      for (const { name, running } of place.fleet.workers) story.push(`${name} said: ${running.said().slice(-1500)}`)
      break
    }
    running = ask()
  }
  clearTimeout(late)
  isOver = true
  await breaking
  wrong.push(...(await wrongOpen(place)), ...(await wrongRows(place, number)))
  for (const worker of place.fleet.workers) {
    // One that cannot reach the server when it starts says so and ends.
    if (worker.running.child.exitCode !== null && worker.running.said().includes("is ready"))
      wrong.push(`${worker.name} ended with ${worker.running.child.exitCode}: ${worker.running.said().slice(-300)}`)
    place.fleet.revive(worker)
  }
  return { faults, story, wrong, ms: performance.now() - started }
}
