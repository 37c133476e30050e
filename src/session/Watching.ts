/** Waits for a change of the files that a program and its plan were made of. */
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs"
import { dirname, join, relative } from "node:path"
import { Effect, Option } from "effect"
import { isFileRef } from "../domain/ExternalRef.ts"
import { parseLine } from "../plan/modules/Observed.ts"
import type { OpenedExperiment } from "./OpenExperiment.ts"
import type { Project } from "./Project.ts"

/** An editor may write a file in several steps, or several files at a time. */
const settleMs = 120

/** What no watcher tells (another machine's disk, a folder's depth, too many watchers) is found by looking. */
const lookMs = 1000

/** Of a folder so many files are looked at. */
const mostEntries = 2000

export type Snapshot = ReadonlyMap<string, string>

/** The project's own files behind the plan: its modules, what its code reads, what is wired to it. */
export const filesOf = ({ externals, file, observed }: OpenedExperiment): ReadonlyArray<string> => {
  const paths = new Set([file, ...externals.flatMap((each) => (isFileRef(each) ? [each.path] : []))])
  for (const line of observed) {
    const { look, path } = parseLine(line)
    if (look === "file" && !path.includes("/node_modules/")) paths.add(path)
  }
  return [...paths]
}

const statText = (path: string): string => {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? "absent" : [stats.size, stats.mtimeNs, stats.ino].join(" ")
}

const list = Option.liftThrowable((path: string) => readdirSync(path, { recursive: true, encoding: "utf8" }))

const stateOf = (path: string): string => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return statText(path)
  const entries = Option.getOrElse(list(path), () => [])
  return entries
    .slice(0, mostEntries)
    .map((entry) => `${entry} ${statText(join(path, entry))}`)
    .join("\n")
}

export const snapshot = (paths: ReadonlyArray<string>): Snapshot => new Map(paths.map((path) => [path, stateOf(path)]))

const changedSince = (before: Snapshot): ReadonlyArray<string> =>
  [...before].flatMap(([path, state]) => (stateOf(path) === state ? [] : [path]))

const watchFolder = Option.liftThrowable((folder: string, onChange: () => void): FSWatcher => {
  const watcher = watch(folder, onChange)
  watcher.on("error", () => {})
  return watcher
})

/** The files that are others than before, as soon as there are some and they are at rest. */
export const nextChange = (before: Snapshot): Effect.Effect<ReadonlyArray<string>> =>
  Effect.callback((resume) => {
    let timer: NodeJS.Timeout
    let seen: Snapshot = before
    const look = () => {
      const changed = changedSince(before)
      const now = snapshot(changed)
      // Still being written where two looks differ.
      const isAtRest = changed.length > 0 && [...now].every(([path, state]) => seen.get(path) === state)
      seen = now
      if (isAtRest) return end(changed)
      timer = setTimeout(look, changed.length > 0 ? settleMs : lookMs)
    }
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(look, settleMs)
    }
    const watchers = [...new Set([...before.keys()].map(dirname))].flatMap((folder) =>
      Option.toArray(watchFolder(folder, soon))
    )
    const close = () => {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    }
    const end = (changed: ReadonlyArray<string>) => {
      close()
      resume(Effect.succeed(changed))
    }
    timer = setTimeout(look, settleMs)
    return Effect.sync(close)
  })

/** What runs again because of changed files, in a line. */
export const whatRuns = (project: Project, { plan }: OpenedExperiment, changed: ReadonlyArray<string>): string => {
  const counts = new Map<string, { run: number; undecided: number }>()
  for (const node of plan.dag.nodes) {
    const status = plan.status[node.index]
    if (status === "hit" || status === undefined) continue
    const count = counts.get(node.stage.name) ?? { run: 0, undecided: 0 }
    count[status]++
    counts.set(node.stage.name, count)
  }
  const stages = [...counts].map(([stage, { run, undecided }]) =>
    undecided === 0 ? `${stage} ${run}×` : `${stage} ${run === 0 ? "up to " : `${run} to `}${run + undecided}×`
  )
  const files = changed.map((path) => relative(project.root, path)).join(", ")
  return `changed: ${files}; ${stages.length === 0 ? "nothing runs again" : `runs again: ${stages.join(", ")}`}`
}
