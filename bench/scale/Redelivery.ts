/** How long a task waits that was in the hands of a worker which was killed. */
import type { Figures } from "../rig/Bench.ts"
import { say } from "../rig/Bench.ts"
import { median } from "../rig/Interleave.ts"
import { clusterOf } from "./Workers.ts"

const leases = [2, 15]
const turns = 3

/** Kills the worker that started the one task, and waits for the other to start it. Milliseconds. */
const once = async (store: string, lease: number): Promise<number> => {
  const cluster = await clusterOf(store, 2)
  let [killed, again] = [Number.NaN, Number.NaN]
  await cluster.run({ count: 1, ms: 3000, spread: 1 }, `${lease}s`, (event) => {
    if (event._tag !== "NodeStarted") return
    if (Number.isNaN(killed)) {
      cluster.workers.find(({ name }) => name === event.host)?.kill("SIGKILL")
      killed = performance.now()
    } else again = performance.now()
  })
  await cluster.stop()
  return again - killed
}

export const redelivery = async (storeOf: (schema: string) => string): Promise<Figures> => {
  const figures: Record<string, Figures[string]> = {}
  for (const lease of leases) {
    const taken: Array<number> = []
    for (let turn = 0; turn < turns; turn++) taken.push(await once(storeOf(`lease${lease}_${turn}`), lease))
    say(`  lease of ${lease} s: started again after ${taken.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(", ")}`)
    figures[`redelivery_lease${lease}s`] = { ours: median(taken), peer: null, unit: "ms" }
  }
  return figures
}
