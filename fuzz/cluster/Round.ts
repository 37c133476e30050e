/** One run while things break, started again where it was ended; and what must hold after it. */
import type { Chance } from "../rig/Chance.ts"
import { type Running, sleep } from "./Command.ts"
import { apply, type FaultName, nameOf } from "./Faults.ts"
import { ask, eventsOf, forget, locally, type Place, resultOf, unlike, wrongAfter, wrongRuns } from "./Held.ts"

/** Far more than a round takes on a busy machine. */
const patienceMs = 900_000

export interface Told {
  readonly faults: ReadonlyArray<FaultName>
  /** A line a fault: when, what, to whom. */
  readonly story: ReadonlyArray<string>
  /** How many nodes it has. */
  readonly nodes: number
  /** What did not hold. */
  readonly wrong: ReadonlyArray<string>
  readonly ms: number
}

export interface Asked {
  /** Counts from 1. */
  readonly number: number
  /** How many nodes those before have left in the store. */
  readonly before: number
  /** The most faults. */
  readonly most: number
}

/** Gives what was done and what did not hold. */
export const round = async (place: Place, { before, most, number }: Asked, chance: Chance): Promise<Told> => {
  const started = performance.now()
  const since = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
  const [faults, story, wrong]: [Array<FaultName>, Array<string>, Array<string>] = [[], [], []]
  const expected = await resultOf(place.study, place.local, await locally(place, number))
  await forget(place)
  let running: Running = ask(place, number)
  const harmed = new Set<Running>()
  const harm = (signal: NodeJS.Signals) => {
    harmed.add(running)
    running.signal(signal)
  }
  let isOver = false

  const break_ = async () => {
    const [busy, going]: [Set<string>, Array<Promise<void>>] = [new Set(), []]
    while (!isOver && faults.length < most) {
      await sleep(chance.between(...place.study.pauses))
      const worker = chance.of(place.fleet.workers.filter(({ name }) => !busy.has(name)))
      if (isOver || worker === undefined) continue
      const name = nameOf(chance)
      faults.push(name)
      busy.add(worker.name)
      const at = since()
      going.push(
        apply(name, { ...place, harm }, worker, chance).then((what) => {
          story.push(`${at} ${name} ${what}`.trimEnd())
          busy.delete(worker.name)
        })
      )
    }
    await Promise.all(going)
  }

  const breaking = break_()
  const late = setTimeout(() => {
    wrong.push(`it hung: ${running.said().split("\n").slice(-5).join(" | ")}`)
    running.signal("SIGKILL")
  }, patienceMs)
  for (;;) {
    const { code, stderr, stdout } = await running.ended
    if (code === 0) {
      wrong.push(...unlike(await resultOf(place.study, place.urlAt(place.server.port), eventsOf(stdout)), expected))
      break
    }
    // A task that was with three workers when they were killed is given to no fourth: it is asked for again.
    if (stderr.includes("workers with it"))
      story.push(`${since()} a task was given up: three of its workers were killed`)
    // One that cannot reach the server when it starts says so and ends.
    else if (!harmed.has(running) && !(code === 2 && stdout === "" && stderr.includes("cannot be reached"))) {
      wrong.push(`the run ended with ${code} by itself: ${stderr.trim().split("\n").slice(-3).join(" | ")}`)
      for (const event of stdout === "" ? [] : eventsOf(stdout))
        if (event._tag === "NodeFailed") story.push(`${event.node} failed: ${JSON.stringify(event)}`)
      for (const { name, running } of place.fleet.workers) story.push(`${name} said: ${running.said().slice(-1500)}`)
      break
    }
    running = ask(place, number)
  }
  clearTimeout(late)
  isOver = true
  await breaking
  wrong.push(...(await wrongAfter(place, before + expected.nodes)), ...(await wrongRuns(place)))
  for (const worker of place.fleet.workers) {
    // One that cannot reach the server when it starts says so and ends.
    if (worker.running.child.exitCode !== null && worker.running.said().includes("is ready"))
      wrong.push(`${worker.name} ended with ${worker.running.child.exitCode}: ${worker.running.said().slice(-300)}`)
    place.fleet.revive(worker)
  }
  return { faults, story, nodes: expected.nodes, wrong, ms: performance.now() - started }
}
