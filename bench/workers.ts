/** How much faster two workers train than one. */
import { join } from "node:path"
import { type Bench, say } from "./rig/Bench.ts"
import { time } from "./rig/Command.ts"
import { temporary } from "./rig/Folder.ts"
import { interleave } from "./rig/Interleave.ts"
import { jobs, pythonGrid, table3 } from "./rig/Table3.ts"

const turns = 3

const bench: Bench = {
  name: "workers",
  summary: "the speedup of two workers over one, on 40 trainings; beside joblib with PyTorch",
  run: async () => {
    const store = join(temporary("workers"), "store")
    const only = ["--only", "method=agnostic,agnostic-dwe,agnostic-gender-feature,aware-gender"]
    say("workers: everything but the trainings is computed first")
    const { stdout } = time(table3(store, ...only))
    const python = pythonGrid(stdout, store)
    // Forced trainings come out as before, so that nothing else runs.
    const train = (workers: number) => table3(store, ...only, "--force", "train/emotion", "--jobs", String(workers))
    const [one, two, peerOne, peerTwo] = interleave(
      [
        { label: "ablate, 1 worker", command: train(1) },
        { label: `ablate, ${jobs} workers`, command: train(jobs) },
        ...(python === undefined
          ? []
          : [
              { label: "joblib, 1 process", command: python.command(1) },
              { label: `joblib, ${jobs} processes`, command: python.command(jobs) }
            ])
      ],
      turns
    )
    const ratio = (a?: { readonly wallMs: number }, b?: { readonly wallMs: number }) =>
      (a?.wallMs ?? Number.NaN) / (b?.wallMs ?? Number.NaN)
    return {
      speedup: {
        ours: ratio(one, two),
        peer: python === undefined ? null : ratio(peerOne, peerTwo),
        unit: "times",
        peerName: python?.name ?? "PyTorch, scikit-learn, joblib",
        note: "whole processes, start-up too; more is better"
      }
    }
  }
}
export default bench
