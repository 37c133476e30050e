/**
 * Runs of a project's experiment, each session as if in a process of its own: Node remembers modules and the package.json
 * files that led to them as long as a thread lives.
 */
import { Worker } from "node:worker_threads"
import type { Folder } from "./Folder.ts"

export interface Task {
  readonly what: "run" | "why"
  /** Of the project. */
  readonly folder: string
  readonly store: string
}

export interface Outcome {
  /** The table's figures, or what kind of error there was: equal where the outcome is the same. */
  readonly kind: string
  /** For a person. */
  readonly text: string
  readonly isError: boolean
  /** Stages that ran. */
  readonly executed: ReadonlySet<string>
}

const never = "never settles"

export class Session {
  readonly #folder: Folder
  readonly #thread = new Worker(new URL("SessionThread.ts", import.meta.url), { stdout: true, stderr: true })

  constructor(folder: Folder) {
    this.#folder = folder
  }

  /** Undefined where the thread ended instead. */
  #ask<A>(what: Task["what"], store: string): Promise<A | undefined> {
    return new Promise((resolve) => {
      this.#thread.once("message", (answer: A) => resolve(answer))
      this.#thread.once("exit", () => resolve(undefined))
      this.#thread.once("error", () => resolve(undefined))
      const task: Task = { what, folder: this.#folder.root, store: this.#folder.at("stores", store) }
      this.#thread.postMessage(task)
    })
  }

  /** Runs the experiment against a store of this name. */
  async run(store: string): Promise<Outcome> {
    const outcome = await this.#ask<Outcome>("run", store)
    return outcome ?? { kind: never, text: never, isError: true, executed: new Set() }
  }

  /** What `why` says of every node of the first cell. */
  async why(store: string): Promise<ReadonlyArray<string>> {
    return (await this.#ask<ReadonlyArray<string>>("why", store)) ?? [never]
  }

  async end(): Promise<void> {
    await this.#thread.terminate()
  }
}
