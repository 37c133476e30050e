/** A whole process, timed from its start to its end. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

export interface Command {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly cwd?: string
  readonly env?: { readonly [name: string]: string }
}

export interface Timing {
  /** Milliseconds. */
  readonly wallMs: number
  /** User and system time of the process and its children, in milliseconds, to 10 ms; NaN where the system does not tell. */
  readonly cpuMs: number
  readonly stdout: string
  readonly stderr: string
}

/** CPU time of all children that ended, in clock ticks of 10 ms (proc(5), fields 16 and 17). */
const childTicks = (): number => {
  if (process.platform !== "linux") return Number.NaN
  const stat = readFileSync("/proc/self/stat", "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return Number(fields[13]) + Number(fields[14])
}

/** Runs a command to its end. Throws with what it wrote if it fails. */
export const time = ({ file, args, cwd, env }: Command): Timing => {
  const ticks = childTicks()
  const started = performance.now()
  const { error, signal, status, stderr, stdout } = spawnSync(file, [...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env }
  })
  const wallMs = performance.now() - started
  if (error !== undefined || status !== 0)
    throw new Error(`${file} ${args.join(" ")}: ${error?.message ?? signal ?? `exit code ${status}`}\n${stderr}`)
  return { wallMs, cpuMs: (childTicks() - ticks) * 10, stdout, stderr }
}
