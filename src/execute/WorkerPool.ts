/** Worker threads that run stages. They start when first needed and live until the run ends. */
import { Context, Effect, Layer } from "effect"
import type { ProgressReport } from "../declare/Progress.ts"
import { after, type Deadline } from "./Deadline.ts"
import { StageFailed, type StageTimeout, WorkerLost } from "./Failure.ts"
import { describe, type HiddenInput } from "./HiddenInputs.ts"
import type { FromWorker, WorkerInit } from "./Protocol.ts"
import type { InputRef } from "./StageRun.ts"
import type { Warn } from "./Warnings.ts"
import { WorkerThread } from "./WorkerThread.ts"

/** An output as it left its stage: hashed; small ones with their bytes, large ones written as a blob. */
export type Encoded = Omit<typeof FromWorker.cases.Succeeded.Type, "_tag" | "left">

export interface StageTask {
  readonly stage: string
  readonly node: string
  /** Where a worker finds the stage. */
  readonly module: string
  readonly export: string
  readonly config: unknown
  readonly inputs: ReadonlyArray<InputRef>
  /** Environment variables that it may read by `Config`. Default: none. */
  readonly variables?: ReadonlyArray<string>
  readonly deadline?: Deadline | undefined
}

interface Member {
  readonly number: number
  thread: WorkerThread | undefined
  busy: boolean
}

/** An interrupted stage that does not yield in this time has its thread ended. */
const graceMs = 500

/** A worker ends a stage at its timeout; one that never yields has its thread ended so much later. */
const overrunMs = 1000

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
  /** `entry` is the file that a worker thread runs; `print` takes what stages print there. */
  static readonly layer = (options: {
    readonly size: number
    readonly entry: string | URL
    readonly init: WorkerInit
    readonly print?: (text: string) => void
    readonly warn?: Warn
  }): Layer.Layer<WorkerPool> =>
    Layer.effect(
      WorkerPool,
      Effect.gen(function* () {
        const { entry, init, print = () => {}, warn = () => {} } = options
        const members: ReadonlyArray<Member> = Array.from({ length: options.size }, (_, number) => ({
          number,
          thread: undefined,
          busy: false
        }))
        const told = (owner: string, what: string) => warn(`${owner}: ${what}`, "fault")
        const known = new Set<string>()
        const hidden = (owner: string, stage: string, input: HiddenInput) => {
          // Once a stage, whichever of its nodes is the first.
          if (known.has(`${stage} ${input.what}`)) return
          known.add(`${stage} ${input.what}`)
          warn(describe(owner, input), "note")
        }
        // Threads on which a stage left something behind: kept to tell what comes of it, but not for long.
        const retired: Array<WorkerThread> = []
        const release = async (thread: WorkerThread, isRetired: boolean) => {
          if ((await thread.release()) || isRetired) return
          warn("the experiment's layer was not released in time; its worker was ended", "note")
        }
        const retire = (member: Member, thread: WorkerThread) => {
          member.thread = undefined
          thread.listen(undefined)
          retired.push(thread)
          const oldest = retired.length > options.size ? retired.shift() : undefined
          if (oldest !== undefined) void release(oldest, true)
        }
        yield* Effect.addFinalizer(() =>
          Effect.promise(() =>
            Promise.all([
              ...members.flatMap(({ busy, thread }) =>
                thread === undefined ? [] : [busy ? thread.terminate() : release(thread, false)]
              ),
              ...retired.map((thread) => release(thread, true))
            ])
          )
        )
        const threadOf = (member: Member): WorkerThread => {
          if (member.thread === undefined || member.thread.isLost)
            member.thread = new WorkerThread({ entry, hidden, init, print, told })
          return member.thread
        }
        return WorkerPool.of({
          size: options.size,
          run: (task, started, report) =>
            Effect.callback<Encoded, StageFailed | StageTimeout | WorkerLost>((resume) => {
              const member = members.find((each) => !each.busy) ?? members[0]
              if (member === undefined) return
              member.busy = true
              const thread = threadOf(member)
              started(member.number)
              let cancelOverrun = () => {}
              const watch = () => {
                const { deadline } = task
                if (deadline === undefined) return
                deadline.begin()
                cancelOverrun = after(deadline.leftMs + overrunMs, () => {
                  void thread.terminate()
                  fail(deadline.exceeded)
                })
              }
              const done = () => {
                cancelOverrun()
                member.busy = false
                thread.listen(undefined)
              }
              const fail = (error: StageFailed | StageTimeout | WorkerLost) => {
                done()
                resume(Effect.fail(error))
              }
              const onMessage = (message: FromWorker) => {
                switch (message._tag) {
                  case "Ready":
                    return watch()
                  case "Unusable":
                    void thread.terminate()
                    return fail(new WorkerLost({ reason: message.message }))
                  case "Report": {
                    const { current, metrics, total, unit } = message
                    return report({ current, unit, metrics, ...(total === null ? {} : { total }) })
                  }
                  case "Failed":
                    if (message.left !== null) retire(member, thread)
                    return fail(StageFailed.of(message.failure))
                  case "Succeeded": {
                    const { _tag, left, ...encoded } = message
                    if (left !== null) {
                      retire(member, thread)
                      warn(
                        `${task.stage}: it left ${left} behind when it ended; its worker runs no other stage`,
                        "note"
                      )
                    }
                    done()
                    return resume(Effect.succeed(encoded))
                  }
                }
              }
              thread.listen({ onMessage, onLost: fail })
              if (thread.isReady) watch()
              const { config, deadline, export: name, inputs, module, node, stage, variables = [] } = task
              const time = deadline === undefined ? null : { limitMs: deadline.limitMs, spentMs: deadline.spentMs }
              thread.send({ _tag: "Run", stage, node, module, export: name, config, inputs, variables, time })
              return Effect.callback<void>((stopped) => {
                cancelOverrun()
                const finish = () => {
                  clearTimeout(timer)
                  done()
                  stopped(Effect.void)
                }
                const timer = setTimeout(() => {
                  // A stage that never yields cannot be interrupted, only ended with its thread.
                  void thread.terminate()
                  finish()
                }, graceMs)
                thread.listen({
                  onLost: finish,
                  onMessage: (message) => {
                    if (message._tag === "Report" || message._tag === "Ready") return
                    if ("left" in message && message.left !== null) retire(member, thread)
                    finish()
                  }
                })
                thread.send({ _tag: "Interrupt" })
              })
            })
        })
      })
    )
}
