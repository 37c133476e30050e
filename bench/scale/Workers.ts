/** Workers of a shared store as processes, and runs of the sleepers on them. */
import { spawn } from "node:child_process"
import { Schema } from "effect"
import { RunEvent, type RunEventOf } from "../../src/domain/RunEvent.ts"
import { ablate } from "../rig/GridProject.ts"
import { file, sleepers } from "./Sleepers.ts"

export interface Naps {
  /** Milliseconds, on average. */
  readonly ms: number
  readonly count: number
  /** How many times as long as the shortest the longest is. */
  readonly spread: number
}

export interface Process {
  readonly name: string
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<void>
}

export interface Cluster {
  readonly workers: ReadonlyArray<Process>
  /** Runs tasks that nobody has run before; gives the milliseconds that the run took by its own account. */
  readonly run: (naps: Naps, lease?: string, tell?: (event: RunEvent) => void) => Promise<number>
  readonly stop: () => Promise<void>
}

const toEvent = Schema.decodeUnknownSync(RunEvent)

/** A process of the command; `tell` hears every line of its stdout. Rejects where it fails. */
const started = (cwd: string, args: ReadonlyArray<string>, store: string, tell: (line: string) => void = () => {}) => {
  const command = ablate(cwd, ...args)
  const child = spawn(command.file, [...command.args], {
    cwd,
    env: { ...process.env, ABLATE_STORE: store },
    stdio: ["ignore", "pipe", "pipe"]
  })
  let [rest, stderr] = ["", ""]
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) tell(line)
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.on("close", (code, signal) =>
      code === 0 || signal !== null ? resolve() : reject(new Error(`${args.join(" ")}: exit code ${code}\n${stderr}`))
    )
  })
  return { child, ended }
}

/** So many workers of one job each, started and warm: each has loaded what it computes. */
export const clusterOf = async (store: string, count: number): Promise<Cluster> => {
  const folder = sleepers()
  const workers = Array.from({ length: count }, (_, at): Process => {
    const name = `w${at}`
    const { child, ended } = started(folder, ["worker", "--jobs", "1", "--name", name], store)
    return { name, kill: (signal) => void child.kill(signal), ended }
  })
  let turn = 0
  const run: Cluster["run"] = async ({ count, ms, spread }, lease = "15s", tell = () => {}) => {
    const settings = { count, ms, spread, turn: turn++ }
    const set = Object.entries(settings).flatMap(([path, value]) => ["--set", `${path}=${value}`])
    const args = ["run", file, "--on", "cluster", "--lease", lease, "--ui", "json", ...set]
    let finished: RunEventOf<"RunFinished"> | undefined
    const { ended } = started(folder, args, store, (line) => {
      const event = toEvent(JSON.parse(line))
      if (event._tag === "RunFinished") finished = event
      tell(event)
    })
    await ended
    if (finished?.executed !== count) throw new Error(`${finished?.executed} of ${count} tasks were executed`)
    return finished.durationMs
  }
  await run({ count: 8 * count, ms: 50, spread: 1 })
  return {
    workers,
    run,
    stop: async () => {
      for (const { kill } of workers) kill("SIGTERM")
      await Promise.allSettled(workers.map(({ ended }) => ended))
    }
  }
}
