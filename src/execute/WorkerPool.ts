/** Worker threads that run stages. They start when first needed and live until the run ends. */
import { Worker } from "node:worker_threads"
import { Context, Effect, Layer, Option, Schema } from "effect"
import type { ProgressReport } from "../declare/Progress.ts"
import { after, type Deadline } from "./Deadline.ts"
import { StageFailed, type StageTimeout, WorkerLost } from "./Failure.ts"
import { FromWorker, type ToWorker, type WorkerInit } from "./Protocol.ts"
import type { InputRef } from "./StageRun.ts"

/** An output as it left its stage: hashed; small ones with their bytes, large ones written as a blob. */
export interface Encoded {
  readonly hash: (typeof FromWorker.cases.Succeeded.Type)["hash"]
  readonly size: number
  readonly inline: Uint8Array | null
}

export interface StageTask {
  /** Where a worker finds the stage. */
  readonly module: string
  readonly export: string
  readonly config: unknown
  readonly inputs: ReadonlyArray<InputRef>
  readonly deadline?: Deadline | undefined
}

interface Member {
  readonly number: number
  thread: Worker | undefined
  /** Whether the thread has loaded the program. */
  ready: boolean
  busy: boolean
}

/** An interrupted stage that does not yield in this time has its thread ended. */
const graceMs = 500

/** A worker ends a stage at its timeout; one that never yields has its thread ended so much later. */
const overrunMs = 1000

const parse = Schema.decodeUnknownOption(FromWorker)

export class WorkerPool extends Context.Service<
  WorkerPool,
  {
    readonly size: number
    /** Runs a task on a free worker. Never call it for more tasks at a time than `size`. */
    readonly run: (
      task: StageTask,
      started: (worker: number) => void,
      report: (report: ProgressReport) => void
    ) => Effect.Effect<Encoded, StageFailed | StageTimeout | WorkerLost>
  }
>()("ablate/execute/WorkerPool") {
  /** `entry` is the file that a worker thread runs. */
  static readonly layer = (options: {
    readonly size: number
    readonly entry: string | URL
    readonly init: WorkerInit
  }): Layer.Layer<WorkerPool> =>
    Layer.effect(
      WorkerPool,
      Effect.gen(function* () {
        const members: ReadonlyArray<Member> = Array.from({ length: options.size }, (_, number) => ({
          number,
          thread: undefined,
          ready: false,
          busy: false
        }))
        const start = (member: Member): Worker => {
          const thread = new Worker(options.entry, {
            workerData: options.init,
            stdout: true,
            resourceLimits: { maxYoungGenerationSizeMb: 16 }
          })
          // What a stage prints is for people: stdout belongs to the run's events and its table.
          thread.stdout.pipe(process.stderr, { end: false })
          thread.setMaxListeners(0)
          const forget = () => {
            if (member.thread === thread) member.thread = undefined
          }
          thread.on("exit", forget)
          // An error also ends the thread, a little later: until then no other task must be given to it. Who waits
          // for it hears of it through its own listener.
          thread.on("error", forget)
          member.thread = thread
          member.ready = false
          return thread
        }
        yield* Effect.addFinalizer(() =>
          Effect.promise(() => Promise.all(members.map((member) => member.thread?.terminate())))
        )
        return WorkerPool.of({
          size: options.size,
          run: (task, started, report) =>
            Effect.callback<Encoded, StageFailed | StageTimeout | WorkerLost>((resume) => {
              const member = members.find((each) => !each.busy) ?? members[0]
              if (member === undefined) return
              member.busy = true
              const thread = member.thread ?? start(member)
              started(member.number)
              let cancelOverrun = () => {}
              const watch = () => {
                const { deadline } = task
                if (deadline === undefined) return
                deadline.begin()
                cancelOverrun = after(deadline.leftMs + overrunMs, () => {
                  if (member.thread === thread) member.thread = undefined
                  void thread.terminate()
                  fail(deadline.exceeded)
                })
              }
              const done = () => {
                cancelOverrun()
                member.busy = false
                thread.off("message", onMessage)
                thread.off("exit", onExit)
                thread.off("error", onError)
              }
              const fail = (error: StageFailed | StageTimeout | WorkerLost) => {
                done()
                resume(Effect.fail(error))
              }
              const onError = (error: Error) => fail(new WorkerLost({ reason: error.message }))
              const onExit = (code: number) => fail(new WorkerLost({ reason: `exit code ${code}` }))
              const onMessage = (message: unknown) => {
                const parsed = parse(message)
                if (Option.isNone(parsed)) return
                switch (parsed.value._tag) {
                  case "Ready":
                    member.ready = true
                    return watch()
                  case "Unusable":
                    member.thread = undefined
                    void thread.terminate()
                    return fail(new WorkerLost({ reason: parsed.value.message }))
                  case "Report": {
                    const { current, metrics, total, unit } = parsed.value
                    return report({ current, unit, metrics, ...(total === null ? {} : { total }) })
                  }
                  case "Failed": {
                    const { detail, message: text, tag } = parsed.value.failure
                    return fail(new StageFailed({ tag, text, ...(detail === undefined ? {} : { detail }) }))
                  }
                  case "Succeeded": {
                    const { hash, inline, size } = parsed.value
                    done()
                    return resume(Effect.succeed({ hash, size, inline }))
                  }
                }
              }
              thread.on("message", onMessage)
              thread.on("exit", onExit)
              thread.on("error", onError)
              if (member.ready) watch()
              const { config, deadline, export: name, inputs, module } = task
              const time = deadline === undefined ? null : { limitMs: deadline.limitMs, spentMs: deadline.spentMs }
              thread.postMessage({ _tag: "Run", module, export: name, config, inputs, time } satisfies ToWorker)
              return Effect.callback<void>((stopped) => {
                cancelOverrun()
                thread.off("message", onMessage)
                thread.off("exit", onExit)
                thread.off("error", onError)
                const finish = () => {
                  clearTimeout(timer)
                  thread.off("message", onEnd)
                  thread.off("exit", finish)
                  member.busy = false
                  stopped(Effect.void)
                }
                const onEnd = (message: unknown) => {
                  const parsed = parse(message)
                  if (Option.isSome(parsed) && parsed.value._tag !== "Report" && parsed.value._tag !== "Ready") finish()
                }
                const timer = setTimeout(() => {
                  // A stage that never yields cannot be interrupted, only ended with its thread.
                  if (member.thread === thread) member.thread = undefined
                  void thread.terminate()
                  finish()
                }, graceMs)
                thread.on("message", onEnd)
                thread.on("exit", finish)
                thread.postMessage({ _tag: "Interrupt" } satisfies ToWorker)
              })
            })
        })
      })
    )
}
