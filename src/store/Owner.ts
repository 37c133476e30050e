/** The process that runs a run: tells a run that is still going from one whose process died. */
import { readFileSync } from "node:fs"
import { hostname } from "node:os"
import { Result, Schema } from "effect"
import { errnoOf } from "./StoreError.ts"

export const Owner = Schema.Struct({
  host: Schema.String,
  pid: Schema.Int,
  /** When the process started, in the kernel's ticks since boot, and the boot's id; empty where the system does not tell. */
  started: Schema.String
})
export type Owner = typeof Owner.Type

const text = (path: string): string =>
  Result.getOrElse(
    Result.try(() => readFileSync(path, "utf8").trim()),
    () => ""
  )

// The second field of /proc/<pid>/stat is a name in parentheses that may hold spaces; the start time is the 20th after it.
const startOf = (pid: number): string => {
  const ticks = text(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ")[19] ?? ""
  return ticks === "" ? "" : `${text("/proc/sys/kernel/random/boot_id")}:${ticks}`
}

/** The present process. */
export const current = (): Owner => ({ host: hostname(), pid: process.pid, started: startOf(process.pid) })

const exists = (pid: number): boolean =>
  Result.match(
    Result.try(() => process.kill(pid, 0)),
    {
      onSuccess: () => true,
      // Another user's process may not be signalled, but it is there.
      onFailure: (cause) => errnoOf(cause) === "EPERM"
    }
  )

/** Whether the process still runs. One on another host counts as running: it cannot be asked. */
export const isRunning = (owner: Owner): boolean => {
  if (owner.host !== hostname()) return true
  return exists(owner.pid) && (owner.started === "" || owner.started === startOf(owner.pid))
}
