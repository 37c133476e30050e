/** Computes tasks on worker threads. They start when first needed and live until they are released. */
import { Clock, Effect, Layer } from "effect"
import type { StorePlace } from "../store/StorePlace.ts"
import { after, Deadline } from "./Deadline.ts"
import { Executor, type ExecutorService, WorkerLost } from "./Executor.ts"
import { infoOf } from "./Failure.ts"
import { describe, type HiddenInput } from "./HiddenInputs.ts"
import { Notices } from "./Notices.ts"
import * as Programs from "./Programs.ts"
import type { FromWorker } from "./Protocol.ts"
import type { ProgramRef, Task, TaskEvent, TaskOutcome } from "./Task.ts"
import { WorkerThread } from "./WorkerThread.ts"

interface Member {
  readonly number: number
  thread: WorkerThread | undefined
  busy: boolean
}

/** An interrupted stage that does not yield in this time has its thread ended. */
const graceMs = 500

/** A worker ends a stage at its timeout; one that never yields has its thread ended so much later. */
const overrunMs = 1000

export interface Options {
  /** How many threads. */
  readonly size: number
  /** The file that a worker thread runs. */
  readonly entry: string | URL
  /** The store that they read, and where the programs are. */
  readonly place: StorePlace
}

const make = Effect.fnUntraced(function* ({ entry, place, size }: Options) {
  const { print, warn, write } = yield* Notices
  const clock = yield* Clock.Clock
  const members: ReadonlyArray<Member> = Array.from({ length: size }, (_, number) => ({
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
  let retired: Array<WorkerThread> = []
  const letGo = async (thread: WorkerThread, isRetired: boolean) => {
    if ((await thread.release()) || isRetired) return
    warn("the experiment's layer was not released in time; its worker was ended", "note")
  }
  const retire = (member: Member, thread: WorkerThread) => {
    member.thread = undefined
    thread.listen(undefined)
    retired.push(thread)
    const oldest = retired.length > size ? retired.shift() : undefined
    if (oldest !== undefined) void letGo(oldest, true)
  }
  const release = Effect.promise(() => {
    const ending = members.flatMap(({ busy, thread }) =>
      thread === undefined ? [] : [busy ? thread.terminate() : letGo(thread, false)]
    )
    for (const member of members) member.thread = undefined
    ending.push(...retired.map((thread) => letGo(thread, true)))
    retired = []
    return Promise.all(ending)
  })
  yield* Effect.addFinalizer(() => release)

  const threadOf = (member: Member, { hash, name, variables }: ProgramRef): WorkerThread => {
    const { thread } = member
    if (thread !== undefined && !thread.isLost) {
      if (thread.program === hash) return thread
      void letGo(thread, false)
    }
    const init = { programUrl: Programs.urlOf(place.storeDir, hash), programName: name, place, variables }
    const made = new WorkerThread({ entry, hidden, init, print, program: hash, told, write })
    member.thread = made
    return made
  }

  /** Runs a task on a free thread. */
  const run = (task: Task, tell: (event: TaskEvent) => void) =>
    Effect.callback<TaskOutcome, WorkerLost>((resume) => {
      const member = members.find((each) => !each.busy)
      if (member === undefined) return resume(Effect.die(new Error(`more than ${size} tasks were given at a time`)))
      member.busy = true
      const thread = threadOf(member, task.program)
      tell({ _tag: "Started", worker: member.number })
      const { time } = task
      let deadline: Deadline | undefined
      const usedMs = () => (deadline === undefined || time === null ? 0 : deadline.spentMs - time.spentMs)
      let cancelOverrun = () => {}
      const watch = () => {
        if (time === null) return
        const begun = new Deadline(time, clock)
        begun.begin()
        deadline = begun
        cancelOverrun = after(begun.leftMs + overrunMs, () => {
          void thread.terminate()
          end(Effect.succeed(failed(begun.exceeded, usedMs())))
        })
      }
      const done = () => {
        cancelOverrun()
        member.busy = false
        thread.listen(undefined)
      }
      const end = (outcome: Effect.Effect<TaskOutcome, WorkerLost>) => {
        done()
        resume(outcome)
      }
      const onMessage = (message: FromWorker) => {
        switch (message._tag) {
          case "Ready":
            return watch()
          case "Happened":
            return tell(message.event)
          case "Ended":
            if (message.outcome.left !== null) retire(member, thread)
            return end(Effect.succeed(message.outcome))
        }
      }
      thread.listen({
        onMessage,
        onEnd: (error) =>
          end(error instanceof WorkerLost ? Effect.fail(error) : Effect.succeed(failed(error, usedMs())))
      })
      if (thread.isReady) watch()
      thread.send({ _tag: "Run", task })
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
          onEnd: finish,
          onMessage: (message) => {
            if (message._tag === "Happened" && message.event._tag === "Printed") tell(message.event)
            if (message._tag !== "Ended") return
            if (message.outcome.left !== null) retire(member, thread)
            finish()
          }
        })
        thread.send({ _tag: "Interrupt" })
      })
    })

  const service: ExecutorService = { capacity: size, run, release }
  return service
})

const failed = (error: unknown, durationMs: number): TaskOutcome => ({
  _tag: "Failed",
  failure: infoOf(error),
  left: null,
  durationMs
})

export const layer = (options: Options): Layer.Layer<Executor, never, Notices> => Layer.effect(Executor, make(options))
