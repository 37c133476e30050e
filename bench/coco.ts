/** The default COCO study, cold and on two workers. No peer: nothing else runs this study. */
import { join } from "node:path"
import { type Bench, say } from "./rig/Bench.ts"
import { time } from "./rig/Command.ts"
import { temporary } from "./rig/Folder.ts"
import { ablate, counts, root } from "./rig/GridProject.ts"

const jobs = 2

const bench: Bench = {
  name: "coco",
  summary: "the default run of the COCO study on its stand-in data, cold on two workers",
  run: async () => {
    const store = join(temporary("coco"), "store")
    const cold = time(ablate(root, "run", "coco-bias", "--store", store, "--ui", "json", "--jobs", String(jobs)))
    const warm = time(ablate(root, "run", "coco-bias", "--store", store, "--ui", "json", "--jobs", String(jobs)))
    const stages = counts(cold.stdout).executed
    say(`coco: ${stages} nodes cold in ${Math.round(cold.wallMs)} ms, again in ${Math.round(warm.wallMs)} ms`)
    return {
      wall: {
        ours: cold.wallMs / 1000,
        peer: null,
        unit: "s",
        note: `${jobs} workers, ${stages} nodes; a second run takes ${(warm.wallMs / 1000).toFixed(2)} s and executes ${counts(warm.stdout).executed}`
      }
    }
  }
}
export default bench
