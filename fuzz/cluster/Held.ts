/** What must hold after a round, however it went: the local run's table, each node counted once, nothing left over. */
import { Schema } from "effect"
import { RunEvent } from "../../src/domain/RunEvent.ts"
import { outputOf, type Running, sleep, start } from "./Command.ts"
import type { Ground } from "./Faults.ts"
import type { Study } from "./Study.ts"

export interface Place extends Omit<Ground, "harm"> {
  readonly study: Study
  /** The store of the same runs on this machine's threads. */
  readonly local: string
  readonly schema: string
  readonly urlAt: (port: number) => string
}

export interface Result {
  readonly status: string | undefined
  /** How many nodes there are; those whose inputs came out alike are one. */
  readonly nodes: number
  readonly artifacts: string
  readonly content: string
}

const toRuns = Schema.decodeUnknownSync(Schema.Array(Schema.Struct({ id: Schema.String, status: Schema.String })))
const toEvent = Schema.decodeUnknownSync(RunEvent)
/** What a whole run with `--ui json` printed. */
export const eventsOf = (stdout: string): ReadonlyArray<RunEvent> =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => toEvent(JSON.parse(line)))

const endsOf = (events: ReadonlyArray<RunEvent>) =>
  events.flatMap((event) => (event._tag === "NodeSucceeded" || event._tag === "NodeCached" ? [event] : []))

/** Nodes with the hashes of their artifacts, in one order. */
export const artifactsOf = (events: ReadonlyArray<RunEvent>): ReadonlyArray<string> =>
  endsOf(events)
    .map(({ artifact, node }) => `${node} ${artifact}`)
    .toSorted()

/** With the content hash of the table. */
export const resultOf = async (
  { experiment, folder }: Study,
  store: string,
  events: ReadonlyArray<RunEvent>
): Promise<Result> => {
  const end = events.find((event) => event._tag === "RunFinished")
  const args = ["table", experiment, "--run", end?.runId ?? "none", "--format", "json"]
  const table = JSON.parse(await outputOf(start(folder, args, store)))
  return {
    status: end?.status,
    nodes: new Set(endsOf(events).map(({ key }) => key)).size,
    artifacts: artifactsOf(events).join("\n"),
    content: String(table.contentHash)
  }
}

/** What is another than that of the local run. */
export const unlike = (got: Result, expected: Result): ReadonlyArray<string> => [
  ...(got.status === "succeeded" ? [] : [`the run is ${got.status}`]),
  ...(got.content === expected.content ? [] : [`content ${got.content}, expected ${expected.content}`]),
  ...(got.artifacts === expected.artifacts ? [] : ["artifacts are others than the local run's"])
]

const asked = ({ experiment, set }: Study, round: number) => ["run", experiment, ...set(round), "--ui", "json"]

/** Asks the workers for a round. */
export const ask = ({ leaseMs, study, urlAt, way }: Place, round: number): Running =>
  start(study.folder, [...asked(study, round), "--on", "cluster", "--lease", `${leaseMs / 1000}s`], urlAt(way.port))

/** The same on this machine's threads and a store of its own. */
export const locally = async ({ local, study }: Place, round: number): Promise<ReadonlyArray<RunEvent>> =>
  eventsOf(await outputOf(start(study.folder, [...asked(study, round), "--jobs", "4"], local)))

/** Has the shared store know nothing, where a round is to compute what another has. */
export const forget = async ({ schema, server, study }: Place): Promise<void> => {
  if (study.isNewEachRound) return
  const [made] = await server.sql("SELECT to_regclass($1) AS name", [`${schema}.traces`])
  if (made?.name === null) return
  for (const table of ["executions", "traces"]) await server.sql(`DELETE FROM ${schema}.${table}`)
}

/** What is in the tables once nobody holds anything any more. */
const wrongRows = async ({ schema, server }: Place, nodes: number): Promise<ReadonlyArray<string>> => {
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
    if (rows !== nodes) wrong.push(`${rows} rows of ${table}, expected ${nodes}`)
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
  const until = performance.now() + place.leaseMs + 60_000
  let left = await open(place)
  while (left > 0 && performance.now() < until) {
    await sleep(200)
    left = await open(place)
  }
  return left === 0 ? [] : [`${left} tasks are left in the queue`]
}

/** Runs whose command is gone are not shown as going on. */
export const wrongRuns = async ({ server, study, urlAt }: Place): Promise<ReadonlyArray<string>> => {
  const runs = JSON.parse(await outputOf(start(study.folder, ["runs", "--format", "json"], urlAt(server.port))))
  return toRuns(runs).flatMap(({ id, status }) => (status === "running" ? [`run ${id} is shown as running`] : []))
}

/** What is in the store, which is to have so many nodes, and in the queue. */
export const wrongAfter = async (place: Place, nodes: number): Promise<ReadonlyArray<string>> => [
  ...(await wrongOpen(place)),
  ...(await wrongRows(place, nodes))
]
