/** Who is there to compute, and what is missing, as a line for the person who waits. */
import type { Resources } from "../../domain/Resources.ts"
import { plural } from "../../observe/LogLine.ts"
import type { Task } from "../Task.ts"
import { fitting } from "./Needs.ts"
import type { Presence, Versions } from "./TaskQueue.ts"

export interface Situation {
  readonly workers: ReadonlyArray<Presence>
  /** Of the tasks that are on their way or computed. */
  readonly tasks: ReadonlyArray<Task>
  /** Only workers of these compute for this run. */
  readonly versions: Versions
}

/** So long a lack is not told: workers come and go. */
export const patienceMs = 30_000

const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`

/** What of the needs no worker has, in words: `2 gpus (the most has 0)`. */
const lackOf = (needs: Resources, has: ReadonlyArray<Resources>): string => {
  const most = (of: (each: Resources) => number) => Math.max(0, ...has.map(of))
  const tags = needs.tags.filter((tag) => !has.some((each) => each.tags.includes(tag)))
  const lacks = [
    ...(most(({ cpus }) => cpus) < needs.cpus
      ? [`${needs.cpus} cores (the most has ${most(({ cpus }) => cpus)})`]
      : []),
    ...(most(({ memory }) => memory) < needs.memory
      ? [`${gigabytes(needs.memory)} of memory (the most has ${gigabytes(most(({ memory }) => memory))})`]
      : []),
    ...(most(({ gpus }) => gpus) < needs.gpus
      ? [`${plural(needs.gpus, "gpu")} (the most has ${most(({ gpus }) => gpus)})`]
      : []),
    ...tags.map((tag) => `the tag "${tag}"`)
  ]
  return lacks.length > 0 ? lacks.join(" and ") : "all together that they need"
}

const isSame = (a: Versions, b: Versions): boolean => a.ablate === b.ablate && a.node === b.node

export interface Look extends Situation {
  /** What each worker has that computes for this run. */
  readonly has: ReadonlyArray<Resources>
  /** Tasks that no worker can take, by what they need. */
  readonly left: ReadonlyArray<ReadonlyArray<Task>>
}

export const look = (situation: Situation): Look => {
  const { tasks, versions, workers } = situation
  const has = workers.filter((each) => isSame(each.versions, versions)).map((each) => each.has)
  const groups = Map.groupBy(tasks, ({ needs }) => JSON.stringify(needs))
  const left = [...groups.values()].flatMap((group) => {
    const [first] = group
    return first === undefined || has.some((each) => fitting(first.needs, each) > 0) ? [] : [group]
  })
  return { ...situation, has, left }
}

/** `lackingMs`: for how long there was nobody for some of the tasks; `start`: the command by which a worker is started. */
export const lineOf = ({ has, left, versions, workers }: Look, lackingMs: number, start: string): string => {
  const isTold = lackingMs >= patienceMs
  if (has.length === 0) {
    const others = new Set(workers.map((each) => `Ablate ${each.versions.ablate} and Node ${each.versions.node}`))
    if (others.size > 0)
      return `no worker has Ablate ${versions.ablate} and Node ${versions.node}: those that are there have ${[...others].join(", ")}`
    return isTold ? `no worker is there: start some, on any machine, with ${start}` : "waiting for workers"
  }
  const places = workers.reduce((sum, { jobs }) => sum + jobs, 0)
  const there = `${plural(workers.length, "worker")}, ${plural(places, "place")}`
  if (!isTold) return there
  const lacks = left.map((group) => {
    const [first] = group
    return `${plural(group.length, "task")} of ${first?.stage.name} ${group.length === 1 ? "waits" : "wait"}: no worker has ${first === undefined ? "" : lackOf(first.needs, has)}`
  })
  return [there, ...lacks].join("; ")
}
