/** One worker thread as the main thread sees it: it serves one task at a time, until it is retired. */
import { inspect } from "node:util"
import { Worker } from "node:worker_threads"
import { Option, Predicate, Schema } from "effect"
import { WorkerLost } from "./Executor.ts"
import { WorkerEnded, WorkerUnusable } from "./Failure.ts"
import type { HiddenInput } from "./HiddenInputs.ts"
import type { Printed } from "./Printed.ts"
import { FromWorker, type ToWorker, type WorkerInit } from "./Protocol.ts"

export interface Spawn {
  /** The file that a worker thread runs. */
  readonly entry: string | URL
  /** The hash of the program that it imports. */
  readonly program: string
  readonly init: WorkerInit
  /** Takes what is printed on the thread while nobody listens. */
  readonly print: (printed: Printed) => void
  /** Takes what was written to its streams by who is no owner, as it is. */
  readonly write: (text: string) => void
  /** Told of what its stages, or the experiment's layer, did that fails nobody. */
  readonly told: (owner: string, what: string) => void
  /** Told of what was asked for that is in no key: by which node, or the program, and of which stage. */
  readonly hidden: (owner: string, stage: string, input: HiddenInput) => void
}

/** Who waits for the thread. */
export interface Listener {
  readonly onMessage: (message: FromWorker) => void
  /** It has ended: by what ran on it, or nothing says so. */
  readonly onEnd: (error: WorkerEnded | WorkerUnusable | WorkerLost) => void
}

/** A thread that has been told to end and does not in this time is ended: longer than the layer itself is waited for. */
const releaseMs = 3000

const hasCode = (error: unknown, code: string) => Predicate.hasProperty(error, "code") && error.code === code

const parse = Schema.decodeUnknownOption(FromWorker)

export class WorkerThread {
  readonly #thread: Worker
  /** When it has ended and all that it printed has come. */
  readonly #ended: Promise<unknown>
  #listener: Listener | undefined
  readonly #program: string
  #isReady = false
  #isLost = false

  constructor({ entry, hidden, init, print, program, told, write }: Spawn) {
    this.#program = program
    const thread = new Worker(entry, {
      workerData: init,
      stdout: true,
      stderr: true,
      resourceLimits: { maxYoungGenerationSizeMb: 16 }
    })
    for (const stream of [thread.stdout, thread.stderr]) stream.setEncoding("utf8").on("data", write)
    const closed = [thread.stdout, thread.stderr].map(
      (stream) => new Promise((resolve) => stream.once("close", resolve))
    )
    this.#ended = Promise.all([new Promise((resolve) => thread.once("exit", resolve)), ...closed])
    const end = (error: WorkerEnded | WorkerUnusable | WorkerLost) => {
      this.#isLost = true
      this.#listener?.onEnd(error)
    }
    // An ended thread that nothing was thrown on has been ended from outside: what a stage can call is guarded.
    thread.on("exit", (code) => end(new WorkerLost({ reason: `exit code ${code}` })))
    // It also ends the thread, a little later: until then no other task must be given to it.
    thread.on("error", (error) => {
      // What was thrown may be anything, also what has no text.
      const reason = error instanceof Error ? error.message : inspect(error)
      if (hasCode(error, "ERR_WORKER_INIT_FAILED")) end(new WorkerLost({ reason }))
      else end(this.#isReady ? new WorkerEnded({ reason }) : new WorkerUnusable({ reason }))
    })
    thread.on("message", (message: unknown) => {
      const parsed = Option.getOrUndefined(parse(message))
      if (parsed === undefined) return
      if (parsed._tag === "Ready") this.#isReady = true
      if (parsed._tag === "Told") told(parsed.owner, parsed.what)
      else if (parsed._tag === "Hidden") for (const input of parsed.inputs) hidden(parsed.owner, parsed.stage, input)
      else if (this.#listener !== undefined) this.#listener.onMessage(parsed)
      // What a stage left behind prints after its end.
      else if (parsed._tag === "Happened" && parsed.event._tag === "Printed") print(parsed.event.printed)
    })
    this.#thread = thread
  }

  /** Of the program that it has. */
  get program(): string {
    return this.#program
  }

  /** Whether the program is loaded. */
  get isReady(): boolean {
    return this.#isReady
  }

  get isLost(): boolean {
    return this.#isLost
  }

  send(message: ToWorker): void {
    this.#thread.postMessage(message)
  }

  /** While nobody listens, the thread does not keep the process alive. */
  listen(listener: Listener | undefined): void {
    this.#listener = listener
    if (listener === undefined) this.#thread.unref()
    else this.#thread.ref()
  }

  terminate(): Promise<unknown> {
    this.#isLost = true
    return this.#thread.terminate()
  }

  /** Lets it release the experiment's layer and ends it. Gives whether it could. */
  release(): Promise<boolean> {
    if (this.#isLost) return Promise.resolve(true)
    this.listen(undefined)
    this.#thread.ref()
    this.send({ _tag: "Release" })
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(false)
        void this.terminate()
      }, releaseMs)
      void this.#ended.then(() => {
        clearTimeout(timer)
        resolve(true)
      })
    })
  }
}
