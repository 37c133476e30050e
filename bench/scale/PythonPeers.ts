/** The same naps carried by Python's tools: dask.distributed, joblib and redun, each with worker processes of its own. */
import { join } from "node:path"
import { time } from "../rig/Command.ts"
import { temporary, write } from "../rig/Folder.ts"
import * as Peer from "../rig/Peer.ts"

const script = `import json, sys, time

tool, workers, naps = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])

def nap(ms, at):
    if ms > 0:
        time.sleep(ms / 1000)
    return at

def by_dask():
    from dask.distributed import Client, LocalCluster
    import dask, distributed
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        client.gather(client.map(nap, [0] * workers, range(-workers, 0), pure=False))
        started = time.perf_counter()
        client.gather(client.map(nap, naps, range(len(naps)), pure=False, batch_size=1))
        return time.perf_counter() - started, distributed.__version__

def by_joblib():
    import joblib
    with joblib.Parallel(n_jobs=workers, batch_size=1, pre_dispatch="all") as parallel:
        parallel(joblib.delayed(nap)(0, at) for at in range(workers))
        started = time.perf_counter()
        parallel(joblib.delayed(nap)(ms, at) for at, ms in enumerate(naps))
        return time.perf_counter() - started, joblib.__version__

def by_redun():
    import redun
    from redun import Scheduler
    from redun.config import Config
    from redun_naps import main, run
    scheduler = Scheduler(config=Config({
        "backend": {"db_uri": "sqlite:///redun.db"},
        "executors.default": {"type": "local", "max_workers": str(workers), "mode": "process"},
    }))
    scheduler.load()
    scheduler.run(run(0, -1))
    started = time.perf_counter()
    scheduler.run(main(naps))
    return time.perf_counter() - started, redun.__version__

if __name__ == "__main__":
    seconds, version = {"dask": by_dask, "joblib": by_joblib, "redun": by_redun}[tool]()
    print(json.dumps({"ms": seconds * 1000, "version": version}))
`

// A task is found by its worker in a module that both import.
const redunNaps = `import time
from redun import task

redun_namespace = "scale"

@task()
def run(ms, at):
    if ms > 0:
        time.sleep(ms / 1000)
    return at

@task()
def main(naps):
    return [run(ms, at) for at, ms in enumerate(naps)]
`

export const tools = ["dask", "joblib", "redun"] as const
export type Tool = (typeof tools)[number]

const modules: { readonly [tool in Tool]: ReadonlyArray<string> } = {
  dask: ["dask.distributed"],
  joblib: ["joblib"],
  redun: ["redun"]
}

/** The most tasks that a tool is given where one takes it a fifth of a second. */
const most: { readonly [tool in Tool]: number } = { dask: 10_000, joblib: 10_000, redun: 60 }

export interface Measured {
  /** Milliseconds, without the start of the workers. */
  readonly ms: number
  readonly version: string
  /** The naps that were taken: the first of the given ones. */
  readonly naps: ReadonlyArray<number>
}

export interface PythonPeer {
  readonly tool: Tool
  readonly run: (workers: number, naps: ReadonlyArray<number>) => Measured
}

/** Undefined where it is not installed. */
export const pythonPeer = (tool: Tool): PythonPeer | undefined => {
  const python = Peer.python(...modules[tool])
  if (python === undefined) return undefined
  return {
    tool,
    run: (workers, given) => {
      const naps = given.slice(0, most[tool])
      const folder = write(temporary(tool), { "peers.py": script, "redun_naps.py": redunNaps })
      const args = [join(folder, "peers.py"), tool, `${workers}`, JSON.stringify(naps)]
      const { stdout } = time(Peer.command(python, args, { cwd: folder }))
      const { ms, version } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "null")
      return { ms: Number(ms), version: String(version), naps }
    }
  }
}
