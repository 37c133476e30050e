/** Batches in processes of their own, and what they found together. */
import { fork } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { type BatchOptions, type Finding, Message } from "./Report.ts"
import { counted, type Tally } from "./Tally.ts"

/** Edits of a batch: what their programs leave in memory stays below half a gigabyte. */
const perBatch = 100

const decode = Schema.decodeUnknownSync(Message)
const script = fileURLToPath(new URL("Batch.ts", import.meta.url))

export interface DriveOptions extends BatchOptions {
  /** Processes at a time; what is found does not depend on it. */
  readonly jobs: number
}

export interface Report {
  readonly tally: Tally
  readonly projects: number
  /** Projects that did not run before any edit. */
  readonly invalid: number
  /** One of each sort. */
  readonly findings: ReadonlyArray<Finding>
}

const batch = (options: BatchOptions, told: (message: Message) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = fork(script, [JSON.stringify(options)], {
      // Under the test runner this process may have other ones, by which `ablate` would be its sources.
      execArgv: ["--no-warnings"],
      // Every thread loads the framework anew: what V8 made of it is kept.
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "ablate-fuzz-compiled") },
      stdio: ["ignore", "ignore", "pipe", "ipc"]
    })
    let said = ""
    child.stderr?.on("data", (chunk) => {
      said = `${said}${chunk}`.slice(-4000)
    })
    child.on("message", (data) => told(decode(data)))
    child.on("close", (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`the batch of seed ${options.seed} ended with ${signal ?? code}:\n${said}`))
    })
  })

export const drive = async ({ jobs, ...given }: DriveOptions, told: (message: Message) => void): Promise<Report> => {
  const batches = Array.from(
    { length: Math.ceil(given.edits / perBatch) },
    (_, at): BatchOptions => ({
      ...given,
      // Batches of neighbouring seeds must have unlike seeds too.
      seed: given.seed * 1_000_003 + at,
      edits: Math.min(perBatch, given.edits - at * perBatch)
    })
  )
  const findings = new Map<string, Finding>()
  let [tally, projects, invalid]: [Tally, number, number] = [new Map(), 0, 0]
  const note = (message: Message): void => {
    switch (message._tag) {
      case "Made":
        projects++
        if (!message.runs) invalid++
        break
      case "Edited":
        tally = counted(tally, message.kind, message.counts)
        break
      case "Found":
        if (findings.has(message.finding.signature)) return
        findings.set(message.finding.signature, message.finding)
    }
    told(message)
  }
  const waiting = batches.values()
  const lane = async (): Promise<void> => {
    for (const options of waiting) await batch(options, note)
  }
  await Promise.all(Array.from({ length: jobs }, lane))
  return { tally, projects, invalid, findings: [...findings.values()] }
}
