/**
 * `npm run fuzz -- cluster`: three workers over PostgreSQL while they are killed and stopped, connections are cut, the
 * server restarts and the run that asks is killed. After each round the table is the local run's, each node is counted
 * once and nothing is left in the queue.
 */
import { join } from "node:path"
import { temporary } from "../bench/rig/Folder.ts"
import { start as startServer } from "../test/store/postgres.ts"
import type { FaultName } from "./cluster/Faults.ts"
import { fleet as startFleet } from "./cluster/Fleet.ts"
import { round } from "./cluster/Round.ts"
import { studies } from "./cluster/Study.ts"
import { wayTo } from "./cluster/Way.ts"
import { Chance } from "./rig/Chance.ts"
import { type Fuzz, numberOf, type Options, say } from "./rig/Fuzz.ts"

const schema = "fuzz"

const run = async (options: Options): Promise<number> => {
  const name = options.study ?? "broken"
  const found = studies[name]
  if (found === undefined) {
    say(`there is no study "${name}"; there are ${Object.keys(studies).join(", ")}`)
    return 2
  }
  const [count, seed] = [numberOf(options, "faults", 200), numberOf(options, "seed", 1)]
  const leaseMs = 1000 * numberOf(options, "lease", 2)
  const most = numberOf(options, "most", 5)
  const chance = new Chance(seed)
  const folder = temporary("cluster")
  const server = await startServer()
  const urlAt = (port: number) =>
    `${server.url().replace(`:${server.port}/`, `:${port}/`)}?schema=${schema}&blobs=${join(folder, "blobs")}`
  const way = await wayTo(server.port)
  const study = found(join(folder, "project"))
  const fleet = await startFleet(server.port, urlAt, study)
  let restarted = Promise.resolve()
  const restart = () => {
    restarted = restarted.then(() => server.restart())
    return restarted
  }
  const place = {
    restart,
    server,
    fleet,
    way,
    leaseMs,
    schema,
    urlAt,
    study,
    local: join(folder, "local")
  }
  const counts: Partial<Record<FaultName, number>> = {}
  let [done, rounds, nodes, wrong] = [0, 0, 0, 0]
  try {
    while (done < count && wrong === 0) {
      const before = study.isNewEachRound ? nodes : 0
      const told = await round(place, { number: ++rounds, before, most: Math.min(most, count - done) }, chance)
      nodes += told.nodes
      done += told.faults.length
      wrong += told.wrong.length
      for (const name of told.faults) counts[name] = (counts[name] ?? 0) + 1
      say(`round ${rounds}: ${told.faults.length} faults in ${(told.ms / 1000).toFixed(0)} s, ${done} of ${count}`)
      for (const line of told.story) say(`  ${line}`)
      for (const line of told.wrong) process.stdout.write(`seed ${seed}, round ${rounds}: ${line}\n`)
    }
    const ran = fleet.ran()
    process.stdout.write(
      `${JSON.stringify({ fuzz: "cluster", study: name, seed, rounds, nodes, ran, faults: done, counts, wrong })}\n`
    )
  } finally {
    await fleet.stop()
    await way.close()
    await server.stop()
  }
  return wrong === 0 ? 0 : 1
}

const fuzz: Fuzz = {
  name: "cluster",
  summary:
    "three workers while they, the server, the network and the run fail (--study broken|table3, --faults N, --seed N, --lease S, --most N)",
  run
}
export default fuzz
