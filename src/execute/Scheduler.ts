/**
 * The scheduler: ready nodes run as soon as a worker is free, those that start the longest chain of work first. A node
 * whose inputs turned out as before is found in the cache and never runs. A failure skips what depends on it; every
 * other node goes on.
 */
import { type Cause, Clock, Deferred, Effect, Exit, Fiber, Queue, type Scope } from "effect"
import type { ExternalRef } from "../domain/ExternalRef.ts"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { FailureInfo, RunEvent } from "../domain/RunEvent.ts"
import type { Dag, DagNode } from "../plan/Dag.ts"
import { keyOf } from "../plan/Keys.ts"
import { codeOf, inputArtifacts, type Plan, type Sources } from "../plan/Plan.ts"
import { toInfo } from "./Failure.ts"
import { PriorityQueue } from "./PriorityQueue.ts"

/** What the engine has to do for one node that is not known. */
export interface NodeJob {
  readonly node: DagNode
  readonly key: Key
  readonly inputs: ReadonlyArray<ArtifactHash>
  readonly externals: ReadonlyArray<ExternalRef>
  /** Told when it really starts, with the worker's number (−1: inline). */
  readonly started: (worker: number, attempt: number) => void
  readonly failed: (failure: FailureInfo, attempt: number, willRetry: boolean, durationMs: number) => void
  readonly progress: (report: {
    readonly current: number
    readonly total?: number
    readonly unit: string
    readonly metrics?: { readonly [name: string]: number }
  }) => void
}

/** A node's result. `durable` completes when a crash can no longer lose it. */
export interface NodeResult<E> {
  readonly artifact: ArtifactHash
  readonly bytes: number
  readonly durationMs: number
  /** Gives a warning where the store holds another result for the same key. */
  readonly durable: Effect.Effect<string | undefined, E>
}

/** A node could not read inputs that the plan took for known: they have to be computed again. */
export interface DamagedInputs {
  readonly _tag: "DamagedInputs"
  readonly artifacts: ReadonlyArray<ArtifactHash>
  readonly message: string
}

export interface Options<E> {
  readonly plan: Plan
  readonly sources: Sources
  readonly externals: ReadonlyArray<ExternalRef>
  readonly jobs: number
  /** Nodes with a larger value start first. */
  readonly priority: ArrayLike<number>
  readonly emit: (event: RunEvent) => void
  /** Runs one node. Fails with a stage's failure already told through `failed`, or dies with the store's error. */
  readonly execute: (job: NodeJob) => Effect.Effect<NodeResult<E>, FailureInfo | DamagedInputs>
  /** Makes what has been submitted durable now: nothing else will come. */
  readonly flush: Effect.Effect<void, unknown>
  /** Why a node that is not known runs: a word for the reader. */
  readonly reason: (node: DagNode, key: Key) => string
  /** Completed from outside to stop: running nodes are interrupted, finished ones are kept. */
  readonly stop: Deferred.Deferred<void>
}

export interface Outcome {
  readonly artifacts: ReadonlyArray<ArtifactHash | undefined>
  /** The key of every node that was known or ran. */
  readonly keys: ReadonlyArray<Key | undefined>
  /** By node index, the message of its last failure. */
  readonly failures: ReadonlyMap<number, string>
  readonly executed: number
  readonly cached: number
  readonly failed: number
  readonly skipped: number
  readonly interrupted: boolean
  /** Things that did not stop the run and that the person should know. */
  readonly warnings: ReadonlyArray<string>
}

type Message<E> =
  | {
      readonly _tag: "Finished"
      readonly node: DagNode
      readonly key: Key
      readonly exit: Exit.Exit<NodeResult<E>, FailureInfo | DamagedInputs>
    }
  /** Everything that was submitted is durable, or something cannot be. */
  | { readonly _tag: "Written"; readonly exit: Exit.Exit<unknown, E> }
  | { readonly _tag: "Stop" }

const dependents = (dag: Dag): ReadonlyArray<ReadonlyArray<number>> => {
  const out: Array<Array<number>> = dag.nodes.map(() => [])
  for (const node of dag.nodes)
    for (const input of node.inputs) if (input._tag === "Node") out[input.index]?.push(node.index)
  return out
}

/** Runs a plan to its end. Fails only where the store does; everything else is an event and a count. */
export const schedule = <E>(options: Options<E>): Effect.Effect<Outcome, E, Scope.Scope> =>
  Effect.gen(function* () {
    const { emit, plan, sources } = options
    const { dag } = plan
    const clock = yield* Clock.Clock
    const now = () => clock.currentTimeMillisUnsafe()
    const mailbox = yield* Queue.make<Message<E>>()
    const artifacts = [...plan.artifacts]
    const keys = [...plan.keys]
    const failures = new Map<number, string>()
    const remaining = new Int32Array(dag.nodes.length)
    const settled = new Uint8Array(dag.nodes.length)
    // Which of the settled nodes are counted as executed: the others are counted as cached.
    const ran = new Uint8Array(dag.nodes.length)
    let wired: ReadonlyArray<ReadonlyArray<number>> | undefined
    // Not needed where everything is known, which is the run that has to be instant.
    const users = (index: number): ReadonlyArray<number> => {
      wired ??= dependents(dag)
      return wired[index] ?? []
    }
    const inline = new PriorityQueue<DagNode>()
    const pooled = new PriorityQueue<DagNode>()
    const running = new Map<number, Fiber.Fiber<unknown, unknown>>()
    const counts = { executed: 0, cached: 0, failed: 0, skipped: 0 }
    let unsettled = dag.nodes.length
    let inlineRunning = 0
    let pooledRunning = 0
    let unwritten = 0
    let interrupted = false
    const warnings: Array<string> = []
    // Nodes whose artifact was damaged: why they run again, and who waits for them.
    const healing = new Map<number, string>()
    const waiters = new Map<number, Array<DagNode>>()

    const base = (node: DagNode) => ({ node: node.id, stage: node.stage.name, at: now() })

    const cached = (node: DagNode, key: Key, artifact: ArtifactHash) => {
      counts.cached++
      emit({ _tag: "NodeCached", ...base(node), key, artifact })
      settle(node, artifact)
    }

    const settle = (node: DagNode, artifact: ArtifactHash) => {
      artifacts[node.index] = artifact
      settled[node.index] = 1
      unsettled--
      const waiting = waiters.get(node.index)
      waiters.delete(node.index)
      for (const user of waiting?.map((each) => each.index) ?? users(node.index)) {
        const left = (remaining[user] ?? 0) - 1
        remaining[user] = left
        if (left === 0 && settled[user] === 0) ready(dag.nodes[user] as DagNode)
      }
    }

    const skip = (node: DagNode, because: string | null) => {
      if (settled[node.index] === 1) return
      settled[node.index] = 1
      unsettled--
      counts.skipped++
      emit({ _tag: "NodeSkipped", ...base(node), because })
    }

    const skipDependents = (failed: DagNode) => {
      const stack = [failed.index]
      while (stack.length > 0) {
        for (const user of users(stack.pop() as number))
          if (settled[user] === 0) {
            skip(dag.nodes[user] as DagNode, failed.id)
            stack.push(user)
          }
      }
    }

    const ready = (node: DagNode) => {
      const queue = node.stage.pool === "inline" ? inline : pooled
      queue.push(node, options.priority[node.index] ?? 0)
    }

    const start = (node: DagNode) =>
      Effect.suspend(() => {
        const inputs = inputArtifacts(node, artifacts, sources.externals) ?? []
        const key = keyOf(node, codeOf(node, sources.code), inputs)
        keys[node.index] = key
        const forced = sources.force?.has(node.stage.name) === true
        // Asked again just before it runs: early cutoff, or another process that was faster.
        const known = forced ? undefined : sources.lookup(key)
        if (known !== undefined) {
          cached(node, key, known)
          return Effect.void
        }
        const isInline = node.stage.pool === "inline"
        if (isInline) inlineRunning++
        else pooledRunning++
        const job: NodeJob = {
          node,
          key,
          inputs,
          externals: node.inputs.flatMap((input) => {
            const external = input._tag === "External" ? options.externals[input.index] : undefined
            return external === undefined ? [] : [external]
          }),
          started: (worker, attempt) =>
            emit({
              _tag: "NodeStarted",
              ...base(node),
              worker,
              attempt,
              reason: healing.get(node.index) ?? (forced ? "forced" : options.reason(node, key))
            }),
          failed: (failure, attempt, willRetry, durationMs) =>
            emit({ _tag: "NodeFailed", ...base(node), failure, attempt, willRetry, durationMs }),
          progress: (report) =>
            emit({
              _tag: "NodeProgress",
              ...base(node),
              current: report.current,
              total: report.total ?? null,
              unit: report.unit,
              metrics: report.metrics ?? {}
            })
        }
        return options.execute(job).pipe(
          Effect.forkScoped({ startImmediately: true }),
          Effect.flatMap((fiber) => {
            const exit = fiber.pollUnsafe()
            // Most inline nodes are done by now: a message to ourselves would cost as much as they do.
            if (exit !== undefined) return onFinished(node, key, exit)
            running.set(node.index, fiber)
            // An interrupted node is told too, or the run would wait for it for ever.
            fiber.addObserver((late) => Queue.offerUnsafe(mailbox, { _tag: "Finished", node, key, exit: late }))
            return Effect.void
          })
        )
      })

    const dispatch = Effect.gen(function* () {
      // A message may be the one that asks to stop: it is heard between two nodes.
      while (!interrupted && Queue.sizeUnsafe(mailbox) === 0) {
        const next =
          inlineRunning === 0 && inline.size > 0
            ? inline.pop()
            : pooledRunning < options.jobs && pooled.size > 0
              ? pooled.pop()
              : undefined
        if (next === undefined) return
        if (settled[next.index] === 0) yield* start(next)
      }
    })

    const whenDurable = (node: DagNode, key: Key, { artifact, bytes, durable, durationMs }: NodeResult<E>) =>
      Effect.map(Effect.forkChild(durable, { startImmediately: true }), (fiber) => {
        fiber.addObserver((exit) => {
          unwritten--
          if (Exit.isSuccess(exit)) {
            if (exit.value !== undefined) warnings.push(`${node.id}: ${exit.value}`)
            emit({ _tag: "NodeSucceeded", ...base(node), key, artifact, durationMs, bytes })
          }
          if (unwritten === 0 || Exit.isFailure(exit)) Queue.offerUnsafe(mailbox, { _tag: "Written", exit })
        })
      })

    const onFinished = (node: DagNode, key: Key, exit: Exit.Exit<NodeResult<E>, FailureInfo | DamagedInputs>) =>
      Effect.suspend(() => {
        running.delete(node.index)
        if (node.stage.pool === "inline") inlineRunning--
        else pooledRunning--
        if (Exit.isSuccess(exit)) {
          counts.executed++
          ran[node.index] = 1
          unwritten++
          settle(node, exit.value.artifact)
          return whenDurable(node, key, exit.value)
        }
        onFailed(node, exit.cause)
        return Effect.void
      })

    const onFailed = (node: DagNode, cause: Cause.Cause<FailureInfo | DamagedInputs>) => {
      if (interrupted) return skip(node, null)
      const failure = onlyFailure(cause)
      if (failure !== undefined && "_tag" in failure) return heal(node, failure)
      settled[node.index] = 1
      unsettled--
      counts.failed++
      const told = failure ?? toInfo(cause)
      failures.set(node.index, `${node.stage.name}: ${told.message}`)
      if (failure === undefined) defect(node, told)
      skipDependents(node)
    }

    /** Computes damaged inputs again, then the node. */
    const heal = (node: DagNode, damaged: DamagedInputs) => {
      warnings.push(`${node.id}: ${damaged.message}`)
      let open = 0
      for (const upstream of new Set(node.inputs)) {
        if (upstream._tag === "External") continue
        const input = upstream.index
        const artifact = artifacts[input]
        if (artifact === undefined || !damaged.artifacts.includes(artifact)) continue
        open++
        const waiting = waiters.get(input)
        if (waiting !== undefined) {
          waiting.push(node)
          continue
        }
        waiters.set(input, [node])
        healing.set(input, damaged.message)
        if (ran[input] === 1) counts.executed--
        else counts.cached--
        ran[input] = 0
        settled[input] = 0
        unsettled++
        ready(upstream)
      }
      remaining[node.index] = open
      if (open === 0) ready(node)
    }

    const defect = (node: DagNode, failure: FailureInfo) =>
      emit({ _tag: "NodeFailed", ...base(node), failure, attempt: 1, willRetry: false, durationMs: 0 })

    yield* Deferred.await(options.stop).pipe(
      Effect.tap(() => Effect.sync(() => Queue.offerUnsafe(mailbox, { _tag: "Stop" }))),
      Effect.forkScoped
    )

    for (const node of dag.nodes) {
      let open = 0
      for (const input of node.inputs) if (input._tag === "Node" && plan.status[input.index] !== "hit") open++
      remaining[node.index] = open
    }
    for (const node of dag.nodes) {
      const key = plan.keys[node.index]
      const artifact = plan.artifacts[node.index]
      if (plan.status[node.index] === "hit" && key !== undefined && artifact !== undefined) {
        counts.cached++
        settled[node.index] = 1
        unsettled--
        emit({ _tag: "NodeCached", ...base(node), key, artifact })
      } else if (remaining[node.index] === 0) ready(node)
    }

    while (true) {
      yield* dispatch
      if (unwritten === 0 && running.size === 0 && (unsettled === 0 || interrupted)) break
      // Its failure comes with the messages of those whose results it loses.
      if (unwritten > 0 && running.size === 0) yield* Effect.ignore(options.flush)
      const message = yield* Queue.take(mailbox)
      if (message._tag === "Finished") yield* onFinished(message.node, message.key, message.exit)
      else if (message._tag === "Written") {
        if (Exit.isFailure(message.exit)) return yield* Effect.failCause(message.exit.cause)
      } else if (!interrupted) {
        interrupted = true
        yield* Effect.forEach([...running.values()], (fiber) => Fiber.interrupt(fiber), {
          concurrency: "unbounded",
          discard: true
        })
      }
    }
    for (const node of dag.nodes) skip(node, null)
    return { artifacts, keys, failures, ...counts, interrupted, warnings }
  })

const onlyFailure = <F>(cause: Cause.Cause<F>): F | undefined => {
  for (const reason of cause.reasons) if (reason._tag === "Fail") return reason.error
  return undefined
}
