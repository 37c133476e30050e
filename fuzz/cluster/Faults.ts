/** What can go wrong on the way, each undone by itself after a while. */
import type { Server } from "../../test/store/postgres.ts"
import type { Chance } from "../rig/Chance.ts"
import { sleep } from "./Command.ts"
import type { Fleet, Worker } from "./Fleet.ts"
import type { Way } from "./Way.ts"

/** Who is there to be harmed. */
export interface Ground {
  readonly server: Server
  /** One restart at a time. */
  readonly restart: () => Promise<void>
  readonly fleet: Fleet
  /** The way of the run that asks. */
  readonly way: Way
  /** Signals the run that asks, which may end by it. */
  readonly harm: (signal: NodeJS.Signals) => void
  readonly leaseMs: number
}

export type Fault = (ground: Ground, worker: Worker, chance: Chance) => Promise<string>

/** From under one lease to three of them. */
const away = ({ leaseMs }: Ground, chance: Chance) => Math.round((leaseMs * chance.between(5, 30)) / 10)

const cutting =
  (how: "cut" | "hold", wayOf: (ground: Ground, worker: Worker) => Way): Fault =>
  async (ground, worker, chance) => {
    const way = wayOf(ground, worker)
    const ms = chance.percent(30) ? 0 : away(ground, chance)
    way[how]()
    await sleep(ms)
    way.mend()
    return `${how} for ${ms} ms`
  }

const ended =
  (signal: "SIGKILL" | "SIGTERM"): Fault =>
  async (ground, worker, chance) => {
    const ms = chance.between(0, 2000)
    worker.running.signal(signal)
    await worker.running.ended
    await sleep(ms)
    ground.fleet.revive(worker)
    return `${worker.name}, back after ${ms} ms`
  }

const faults = {
  "worker killed": ended("SIGKILL"),
  "worker told to end": ended("SIGTERM"),
  "worker stopped": async (ground, worker, chance) => {
    const ms = away(ground, chance)
    worker.running.signal("SIGSTOP")
    await sleep(ms)
    worker.running.signal("SIGCONT")
    return `${worker.name}, for ${ms} ms`
  },
  "worker cut off": async (...given) => `${given[1].name} ${await cutting("cut", (_, { way }) => way)(...given)}`,
  "worker not heard": async (...given) => `${given[1].name} ${await cutting("hold", (_, { way }) => way)(...given)}`,
  "run cut off": cutting("cut", ({ way }) => way),
  "run not heard": cutting("hold", ({ way }) => way),
  "run killed": async ({ harm }) => {
    harm("SIGKILL")
    return ""
  },
  "run interrupted": async ({ harm }) => {
    harm("SIGINT")
    return ""
  },
  "server restarted": async ({ restart }) => {
    await restart()
    return ""
  }
} satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

const names: readonly [FaultName, ...ReadonlyArray<FaultName>] = [
  "worker killed",
  "worker killed",
  "worker stopped",
  "worker stopped",
  "worker cut off",
  "worker not heard",
  "worker told to end",
  "run cut off",
  "run not heard",
  "run killed",
  "run interrupted",
  "server restarted"
]

export const nameOf = (chance: Chance): FaultName => chance.one(names)
export const apply = (name: FaultName, ground: Ground, worker: Worker, chance: Chance): Promise<string> =>
  faults[name](ground, worker, chance)
