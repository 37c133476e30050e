/** A SLURM of this machine alone, with folders and ports of its own; whoever has its configuration in the environment uses it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { freePort } from "../store/postgres.ts"

export interface OneNode {
  readonly env: { readonly SLURM_CONF: string }
  readonly stop: () => void
}

const has = (command: string): boolean => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0

/** Why there is none here; undefined where there can be. */
export const reasonAgainst = (): string | undefined => {
  const missing = ["sbatch", "slurmctld", "slurmd"].filter((command) => !has(command))
  if (missing.length > 0) return `${missing.join(", ")} not installed`
  return process.getuid?.() === 0 ? undefined : "slurmd needs root"
}

const configuration = (
  folder: string,
  node: string,
  ports: { readonly controller: number; readonly daemon: number }
) => `
ClusterName=ablate
SlurmctldHost=${node}(127.0.0.1)
SlurmctldPort=${ports.controller}
SlurmdPort=${ports.daemon}
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
StateSaveLocation=${join(folder, "state")}
SlurmdSpoolDir=${join(folder, "spool")}
SlurmctldPidFile=${join(folder, "slurmctld.pid")}
SlurmdPidFile=${join(folder, "slurmd.pid")}
SlurmctldLogFile=${join(folder, "slurmctld.log")}
SlurmdLogFile=${join(folder, "slurmd.log")}
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_min_interval=200000,batch_sched_delay=1
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
NodeName=${node} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=main Nodes=${node} Default=YES MaxTime=INFINITE State=UP
`

/** Far longer than it takes on a busy machine. */
const patienceMs = 60_000

/** Starts it in a folder; resolves when its node takes jobs, or to why it does not. */
export const start = async (folder: string): Promise<OneNode | string> => {
  for (const name of ["state", "spool"]) mkdirSync(join(folder, name))
  const node = hostname().replace(/\..*/, "")
  const file = join(folder, "slurm.conf")
  writeFileSync(file, configuration(folder, node, { controller: await freePort(), daemon: await freePort() }))
  const env = { SLURM_CONF: file }
  const daemons: ReadonlyArray<ChildProcess> = ["slurmctld", "slurmd"].map((command) =>
    spawn(command, ["-D"], { env: { ...process.env, ...env }, stdio: "ignore" })
  )
  const stop = () => {
    for (const daemon of daemons) daemon.kill()
  }
  const isIdle = () =>
    spawnSync("sinfo", ["--noheader", "--format=%T"], { env: { ...process.env, ...env } })
      .stdout.toString()
      .trim() === "idle"
  const givenUpAt = performance.now() + patienceMs
  while (!isIdle()) {
    const hasEnded = daemons.some(({ exitCode }) => exitCode !== null)
    if (hasEnded || performance.now() > givenUpAt) {
      stop()
      return hasEnded ? "its daemons end" : "its node takes no jobs"
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return { env, stop }
}
