/** The store behind this one: opened when something is first asked of it, and left alone once it does not answer. */
import { Context, Effect, type Layer, Layer as Layers, Semaphore } from "effect"
import { ArtifactStore } from "../ArtifactStore.ts"
import { Memo } from "../Memo.ts"
import { RunHistory } from "../RunHistory.ts"
import { RunJournal } from "../RunJournal.ts"
import type { StoreError } from "../StoreError.ts"
import { TraceStore } from "../TraceStore.ts"

/** Of a store what is copied from it and to it. */
export interface Side {
  readonly artifacts: ArtifactStore["Service"]
  readonly traces: TraceStore["Service"]
  readonly history: RunHistory["Service"]
  readonly journal: RunJournal["Service"]
  readonly memo: Memo["Service"]
}

export type SidePorts = ArtifactStore | TraceStore | RunHistory | RunJournal | Memo

export const sideOf = (context: Context.Context<SidePorts>): Side => ({
  artifacts: Context.get(context, ArtifactStore),
  traces: Context.get(context, TraceStore),
  history: Context.get(context, RunHistory),
  journal: Context.get(context, RunJournal),
  memo: Context.get(context, Memo)
})

/** `write`: what is new here goes there too. */
export type RemoteMode = "read" | "write"

/** Opens the other store. */
export type OpenFar = (mode: "read-only" | "read-write") => Layer.Layer<SidePorts, StoreError>

export interface Far {
  /** What `use` gives of the other store; undefined where that is gone, or is found to be. */
  ask<A>(use: (side: Side) => Effect.Effect<A, StoreError>): Effect.Effect<A | undefined>
  /** As `ask`, to write there: undefined also where this user may only read. */
  tell<A>(use: (side: Side) => Effect.Effect<A, StoreError>): Effect.Effect<A | undefined>
  /** What went wrong with it, a sentence each. */
  problems(): ReadonlyArray<string>
  isGone(): boolean
}

/** So long an answer is waited for. Who works here does not wait for what is elsewhere. */
const patience = "20 seconds"

export const make = Effect.fnUntraced(function* (open: OpenFar, mode: RemoteMode) {
  const scope = yield* Effect.scope
  const opening = yield* Semaphore.make(1)
  const problems: Array<string> = []
  let opened: { readonly side: Side; readonly mayWrite: boolean } | undefined
  let isGone = false
  let isWritable = mode === "write"

  const build = (how: "read-only" | "read-write") =>
    Effect.map(Layers.buildWithScope(open(how), scope), (context) => {
      opened = { side: sideOf(context), mayWrite: how === "read-write" }
      return opened
    })

  const first = Effect.suspend(() => {
    if (opened !== undefined) return Effect.succeed(opened)
    if (!isWritable) return build("read-only")
    return Effect.catchIf(
      build("read-write"),
      ({ reason }) => reason._tag === "NotWritable",
      ({ message }) => {
        isWritable = false
        problems.push(`nothing is pushed: ${message}`)
        return build("read-only")
      }
    )
  }).pipe(opening.withPermit)

  const given = ({ message }: { readonly message: string }) =>
    Effect.sync(() => {
      if (!isGone) problems.push(`going on without the remote store: ${message.replaceAll("--store", "--remote")}`)
      isGone = true
      return undefined
    })

  const using = <A>(use: (side: Side) => Effect.Effect<A, StoreError>, writes: boolean) =>
    Effect.suspend(() => {
      if (isGone || (writes && !isWritable)) return Effect.succeed(undefined)
      return Effect.flatMap(
        first,
        ({ mayWrite, side }): Effect.Effect<A | undefined, StoreError> =>
          writes && !mayWrite ? Effect.succeed(undefined) : use(side)
      ).pipe(Effect.catch(given))
    })

  const far: Far = {
    ask: (use) =>
      using(use, false).pipe(
        Effect.timeoutOrElse({
          duration: patience,
          orElse: () => given({ message: `it did not answer within ${patience}.` })
        })
      ),
    tell: (use) => using(use, true),
    problems: () => problems,
    isGone: () => isGone
  }
  return far
})
