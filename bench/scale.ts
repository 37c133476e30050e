/** How fast tasks are carried to workers over PostgreSQL, by their length and the number of workers; beside Python's tools on the same tasks. */
import { loadavg } from "node:os"
import { join } from "node:path"
import { start as startServer } from "../test/store/postgres.ts"
import { type Bench, type Figures, say } from "./rig/Bench.ts"
import { time } from "./rig/Command.ts"
import { temporary } from "./rig/Folder.ts"
import { ablate, gridProject } from "./rig/GridProject.ts"
import { interleave } from "./rig/Interleave.ts"
import { type PythonPeer, pythonPeer, tools } from "./scale/PythonPeers.ts"
import { redelivery } from "./scale/Redelivery.ts"
import { lengthOf } from "./scale/Sleepers.ts"
import { type Cluster, clusterOf, type Naps } from "./scale/Workers.ts"

/** Tasks a worker by their length in milliseconds. */
const loads = [
  { ms: 0, each: 200 },
  { ms: 10, each: 150 },
  { ms: 100, each: 60 },
  { ms: 1000, each: 6 }
]
const workerCounts = [1, 2, 4]
const spread = 20
const noopTurns = 5

const lengths = ({ count, ms, spread }: Naps) => Array.from({ length: count }, (_, at) => lengthOf(ms, spread, at))

/** By turns, so that what else the machine does is the same for all. */
const measure = async (cluster: Cluster, workers: number, peers: ReadonlyArray<PythonPeer>) => {
  const figures: Record<string, Figures[string]> = {}
  const take = async (id: string, naps: Naps, isShare: boolean) => {
    const unit = isShare ? "of the best" : "tasks/s"
    // What so many workers would take at best over what it took, or tasks a second.
    const worth = (naps: ReadonlyArray<number>, ms: number) =>
      isShare ? naps.reduce((sum, each) => sum + each, 0) / workers / ms : (naps.length / ms) * 1000
    const ours = worth(lengths(naps), await cluster.run(naps))
    say(`  ${id}: ablate ${ours.toPrecision(3)} ${unit} (load ${loadavg()[0]?.toFixed(1)})`)
    if (peers.length === 0) figures[id] = { ours, peer: null, unit }
    for (const { run, tool } of peers) {
      const { ms, naps: taken, version } = run(workers, lengths(naps))
      const peer = worth(taken, ms)
      say(`  ${id}: ${tool} ${version} ${peer.toPrecision(3)}`)
      figures[`${id}_${tool}`] = { ours, peer, unit, peerName: `${tool} ${version}` }
    }
  }
  for (const { each, ms } of loads) await take(`w${workers}_${ms}ms`, { ms, count: each * workers, spread: 1 }, false)
  await take(`w${workers}_even`, { ms: 100, count: 60 * workers, spread: 1 }, true)
  await take(`w${workers}_uneven`, { ms: 100, count: 60 * workers, spread }, true)
  return figures
}

/** Nothing to do, on a store that is elsewhere. */
const noop = (store: string): Figures => {
  const nodes = 10_001
  const command = { ...ablate(gridProject(3333), "run", "grid", "--ui", "stream"), env: { ABLATE_STORE: store } }
  say(`noop10000: a run with nothing to do, ${nodes} nodes, over PostgreSQL; filling the store first`)
  for (let settling = 0; settling < 3; settling++) time(command)
  const check = ({ stdout }: { readonly stdout: string }) => {
    if (!stdout.includes(`${nodes} nodes, 0 executed, ${nodes} cached`)) throw new Error(`not a no-op run:\n${stdout}`)
  }
  const [own] = interleave([{ label: `ablate run (${nodes} nodes)`, command, check }], noopTurns)
  return { noop10000: { ours: own?.wallMs ?? Number.NaN, peer: null, unit: "ms", note: "a whole process" } }
}

const bench: Bench = {
  name: "scale",
  summary:
    "tasks a second over PostgreSQL by length and workers, redelivery, a no-op of 10,001 nodes; beside dask, joblib, redun",
  run: async () => {
    const server = await startServer(true)
    const storeOf = (schema: string) => `${server.url()}?schema=${schema}&blobs=${join(temporary(schema), "blobs")}`
    const peers = tools.flatMap((tool) => pythonPeer(tool) ?? [])
    try {
      const figures: Record<string, Figures[string]> = { ...noop(storeOf("noop")) }
      for (const workers of workerCounts) {
        say(`${workers} worker${workers === 1 ? "" : "s"} of one job each`)
        const cluster = await clusterOf(storeOf(`w${workers}`), workers)
        Object.assign(figures, await measure(cluster, workers, peers))
        await cluster.stop()
      }
      return { ...figures, ...(await redelivery(storeOf)) }
    } finally {
      await server.stop()
    }
  }
}
export default bench
