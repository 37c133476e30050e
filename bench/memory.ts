/** The peak memory of the default Table-3 run over all workers, which are threads of one process. */
import { join } from "node:path"
import { type Bench, say } from "./rig/Bench.ts"
import { time } from "./rig/Command.ts"
import { temporary } from "./rig/Folder.ts"
import { peakOf } from "./rig/Memory.ts"
import { jobs, pythonGrid, table3 } from "./rig/Table3.ts"

const bench: Bench = {
  name: "memory",
  summary: "peak memory of the default Table-3 run, cold on two workers; beside its trainings in Python (Linux)",
  run: async () => {
    if (process.platform !== "linux") throw new Error("memory is measured from /proc, which only Linux has")
    const stores = temporary("memory")
    const store = join(stores, "cold")
    const command = table3(store, "--jobs", String(jobs))
    const ours = await peakOf(command)
    say(`  ablate run table3, cold: ${ours.processMB.toFixed(0)} MB resident at its peak`)
    const { stdout } = time(command)
    const python = pythonGrid(stdout, store)
    const peer = python === undefined ? undefined : await peakOf(python.command(jobs))
    if (peer !== undefined) say(`  python, ${jobs} processes, the trainings alone: ${peer.treeMB.toFixed(0)} MB`)
    return {
      table3PeakMB: {
        ours: Math.max(ours.processMB, ours.treeMB),
        peer: peer?.treeMB ?? null,
        unit: "MB",
        peerName: python?.name ?? "PyTorch, scikit-learn, joblib",
        note: "ours: the process with its worker threads; the peer: shared pages counted once"
      }
    }
  }
}
export default bench
