/** The default Table-3 run, cold and on two workers, beside its trainings alone in Python on two processes. */
import { join } from "node:path"
import { type Bench, say } from "./rig/Bench.ts"
import { time } from "./rig/Command.ts"
import { temporary } from "./rig/Folder.ts"
import { counts } from "./rig/GridProject.ts"
import { interleave } from "./rig/Interleave.ts"
import { jobs, pythonGrid, table3 } from "./rig/Table3.ts"

const turns = 3

const bench: Bench = {
  name: "table3",
  summary: "the default Table-3 run, cold on two workers; beside its trainings in PyTorch and scikit-learn with joblib",
  run: async () => {
    say("table3: a first run, from which the peer's inputs are taken")
    const stores = temporary("table3")
    const first = join(stores, "first")
    const { stdout } = time(table3(first, "--jobs", String(jobs)))
    const python = pythonGrid(stdout, first)
    const stages = counts(stdout).executed
    let turn = 0
    const contenders = Array.from({ length: turns }, () => table3(join(stores, String(turn++)), "--jobs", String(jobs)))
    const measured = { ours: [] as Array<number>, peer: [] as Array<number> }
    for (const command of contenders) {
      const [own, theirs] = interleave(
        [
          { label: `ablate run table3 (${stages} nodes, cold)`, command },
          ...(python === undefined ? [] : [{ label: "python: the trainings alone", command: python.command(jobs) }])
        ],
        1
      )
      if (own !== undefined) measured.ours.push(own.wallMs)
      if (theirs !== undefined) measured.peer.push(theirs.wallMs)
    }
    const best = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1]
    return {
      wall: {
        ours: (best(measured.ours) ?? Number.NaN) / 1000,
        peer: python === undefined ? null : (best(measured.peer) ?? Number.NaN) / 1000,
        unit: "s",
        peerName: python?.name ?? "PyTorch, scikit-learn, joblib",
        note: `${jobs} workers; ours with corpus, vectors, figures and table, the peer the trainings alone`
      }
    }
  }
}
export default bench
