/** The memory of a process and all that it starts, from /proc; Linux only. */
import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import type { Command } from "./Command.ts"

const intervalMs = 50

/** A process may end between listing and reading it. */
const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return undefined
  }
}

const kilobytes = (text: string | undefined, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text ?? "")?.[1] ?? 0)

const childrenOf = (pid: number): ReadonlyArray<number> =>
  (readdirSync("/proc", { encoding: "utf8" }) as ReadonlyArray<string>)
    .filter((name) => /^\d+$/.test(name))
    .filter(
      (name) =>
        Number(
          read(`/proc/${name}/stat`)
            ?.replace(/^.*\) /s, "")
            .split(" ")[1]
        ) === pid
    )
    .map(Number)

const descendants = (pid: number): ReadonlyArray<number> => [pid, ...childrenOf(pid).flatMap(descendants)]

export interface Peak {
  /** The process's own high-water mark of resident memory (its threads included), in megabytes. */
  readonly processMB: number
  /** The largest sum over the process and its descendants of their proportional shares, by samples, in megabytes. */
  readonly treeMB: number
}

/** Runs a command and watches it. Fails with what it wrote if it fails. */
export const peakOf = ({ file, args, cwd, env }: Command): Promise<Peak> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, [...args], { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] })
    let stderr = ""
    let processKB = 0
    let treeKB = 0
    child.stderr.on("data", (chunk) => {
      stderr += chunk
    })
    const timer = setInterval(() => {
      const { pid } = child
      if (pid === undefined) return
      processKB = Math.max(processKB, kilobytes(read(`/proc/${pid}/status`), "VmHWM"))
      const shares = descendants(pid).map((each) => kilobytes(read(`/proc/${each}/smaps_rollup`), "Pss"))
      treeKB = Math.max(
        treeKB,
        shares.reduce((a, b) => a + b, 0)
      )
    }, intervalMs)
    child.on("error", reject)
    child.on("close", (code) => {
      clearInterval(timer)
      if (code === 0) resolve({ processMB: processKB / 1024, treeMB: treeKB / 1024 })
      else reject(new Error(`${file} ${args.join(" ")}: exit code ${code}\n${stderr}`))
    })
  })
