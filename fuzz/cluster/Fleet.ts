/** Three workers, each with a folder and a way to the server of its own, and what can be done to them. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Running, sleep, start } from "./Command.ts"
import { type Study, sideFile } from "./Study.ts"
import { type Way, wayTo } from "./Way.ts"

export interface Worker {
  readonly name: string
  readonly folder: string
  readonly way: Way
  running: Running
  /** How often it was started. */
  starts: number
}

export interface Fleet {
  readonly workers: ReadonlyArray<Worker>
  /** Starts it again where it has ended. */
  readonly revive: (worker: Worker) => void
  /** Lines of the side files: how often stages ran, whatever became of it. */
  readonly ran: () => number
  readonly stop: () => Promise<void>
}

const names = ["ann", "bob", "cyd"]
const jobs = 2

/** `urlAt`: the store's address by the port of the way to it. */
export const fleet = async (port: number, urlAt: (port: number) => string, { packages }: Study): Promise<Fleet> => {
  const launch = ({ folder, name, way }: Pick<Worker, "folder" | "name" | "way">) =>
    start(folder, ["worker", "--jobs", `${jobs}`, "--name", name], urlAt(way.port))
  const workers = await Promise.all(
    names.map(async (name): Promise<Worker> => {
      const made = { name, folder: packages(name), way: await wayTo(port) }
      return { ...made, running: launch(made), starts: 1 }
    })
  )
  return {
    workers,
    revive: (worker) => {
      if (worker.running.child.exitCode === null && worker.running.child.signalCode === null) return
      worker.running = launch(worker)
      worker.starts++
    },
    ran: () =>
      workers.reduce((sum, { folder }) => {
        const path = join(folder, sideFile)
        return sum + (existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0)
      }, 0),
    stop: async () => {
      for (const { running } of workers) {
        running.signal("SIGCONT")
        running.signal("SIGTERM")
      }
      const ended = Promise.all(workers.map(({ running }) => running.ended))
      await Promise.race([ended, sleep(10_000)])
      for (const { way, running } of workers) {
        running.signal("SIGKILL")
        await way.close()
      }
    }
  }
}
