/** The built command as processes of its own: workers, and the runs that ask them. */
import { type ChildProcess, spawn } from "node:child_process"
import { ablate } from "../../bench/rig/GridProject.ts"

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it has said so far, on both streams. */
  readonly said: () => string
  /** Resolves when it has said so; never where it does not. */
  readonly says: (text: string) => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
}

/** `ablate` with these arguments. It never outlives this process by much: whoever starts it ends it. */
export const start = (cwd: string, args: ReadonlyArray<string>, store: string): Running => {
  const command = ablate(cwd, ...args)
  const child = spawn(command.file, [...command.args], {
    cwd,
    env: { ...process.env, ABLATE_STORE: store, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"]
  })
  let [stdout, stderr] = ["", ""]
  const said = () => stdout + stderr
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
  })
  return {
    child,
    ended: new Promise((resolve) => {
      child.on("close", (code) => resolve({ code, stdout, stderr }))
    }),
    said,
    says: async (text) => {
      while (!said().includes(text)) await sleep(20)
    },
    signal: (signal) => void child.kill(signal)
  }
}

/** What it printed, where it ended well; otherwise throws with what it said. */
export const outputOf = async (running: Running): Promise<string> => {
  const { code, stderr, stdout } = await running.ended
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`)
  return stdout
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
