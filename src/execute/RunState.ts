/**
 * The scheduler's state: what every node of a plan is waiting for, and what follows from each thing that happens. Signals go
 * in, decisions come out; nothing here runs, waits or looks anything up, so that every order of events can be tried.
 */
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { RunDetail } from "../domain/RunDetail.ts"
import type { FailureInfo, RunEvent } from "../domain/RunEvent.ts"
import type { DagNode } from "../plan/Dag.ts"
import { keyOf } from "../plan/Keys.ts"
import { codeOf, inputArtifacts, type Plan, type Sources } from "../plan/Plan.ts"
import { PriorityQueue } from "./PriorityQueue.ts"
import type { Decision, Outcome, Signal, Start } from "./Signal.ts"
import type { TaskEvent } from "./Task.ts"

export interface Options {
  readonly plan: Plan
  readonly sources: Pick<Sources, "code" | "externals" | "force">
  /** How many nodes run at a time, by where they run. */
  readonly capacity: { readonly inline: number; readonly worker: number }
  /** Nodes with a larger value start first. */
  readonly priority: ArrayLike<number>
  /** Why a node that is not known runs: a word for the reader. */
  readonly reason: (node: DagNode) => string
}

/** A node is not settled. */
const open = 0
/** It was known or has run. */
const done = 1
/** It has failed or is skipped. */
const dead = 2

/** So many workers one task may take with it. */
export const mostLosses = 3

/** How often an attempt begins again because inputs that it could not read turn out whole. */
const mostUnread = 3

/** How often the damaged inputs of one node are computed again. A disk that keeps nothing would never see an end. */
const mostHeals = 8

export class RunState {
  readonly #options: Options
  readonly #nodes: ReadonlyArray<DagNode>
  readonly #artifacts: Array<ArtifactHash | undefined>
  readonly #keys: Array<Key | undefined>
  /** How many inputs of a node are still to come. */
  readonly #remaining: Int32Array
  /** {@link open}, {@link done} or {@link dead}. */
  readonly #settled: Uint8Array
  /** Which nodes have a place: they run, rest or start again. */
  readonly #active: Uint8Array
  /** Which of them a worker has begun, by what is known. */
  readonly #begun: Uint8Array
  /** Which of the settled nodes are counted as executed: the others are counted as cached. */
  readonly #ran: Uint8Array
  readonly #failures = new Map<number, string>()
  readonly #warnings: Array<string> = []
  readonly #counts = { executed: 0, cached: 0, failed: 0, skipped: 0 }
  readonly #queues = { inline: new PriorityQueue<DagNode>(), worker: new PriorityQueue<DagNode>() }
  readonly #running = { inline: 0, worker: 0 }
  /** Nodes that start again in the place that they have kept. */
  readonly #again: Array<DagNode> = []
  /** Why a node runs, where that is not the reason of the plan. */
  readonly #reasons = new Map<number, string>()
  /** Why nodes are skipped. */
  readonly #culprits = new Map<number, string>()
  /** Nodes that are computed again, and who waits for each. */
  readonly #waiters = new Map<number, Array<DagNode>>()
  // Most nodes have none of these.
  readonly #attempts = new Map<number, number>()
  readonly #losses = new Map<number, number>()
  readonly #unread = new Map<number, number>()
  readonly #heals = new Map<number, number>()
  #dependents: ReadonlyArray<ReadonlyArray<number>> | undefined
  #unsettled: number
  #unwritten = 0
  /** Whether any node that was settled waits again, or did. */
  #hasReopened = false
  #isPaused = false
  /** Nothing is begun any more. */
  #isStopping = false
  /** What ran was ended too. */
  #isStopped = false
  /** Something was not computed because of a stop. */
  #isInterrupted = false
  #at = 0
  #decisions: Array<Decision> = []

  constructor(options: Options) {
    const { plan } = options
    this.#options = options
    this.#nodes = plan.dag.nodes
    this.#artifacts = [...plan.artifacts]
    this.#keys = [...plan.keys]
    this.#unsettled = this.#nodes.length
    this.#remaining = new Int32Array(this.#nodes.length)
    this.#settled = new Uint8Array(this.#nodes.length)
    this.#active = new Uint8Array(this.#nodes.length)
    this.#ran = new Uint8Array(this.#nodes.length)
    this.#begun = new Uint8Array(this.#nodes.length)
  }

  /** `writing`: nothing runs, and results are not durable yet. */
  get phase(): "running" | "writing" | "ended" {
    if (this.#running.inline + this.#running.worker > 0) return "running"
    if (this.#unwritten > 0) return "writing"
    return this.#unsettled === 0 || this.#isStopping ? "ended" : "running"
  }

  /** Whether every result is durable. */
  get isWritten(): boolean {
    return this.#unwritten === 0
  }

  get outcome(): Outcome {
    return {
      artifacts: this.#artifacts,
      keys: this.#keys,
      failures: this.#failures,
      ...this.#counts,
      interrupted: this.#isInterrupted,
      warnings: this.#warnings
    }
  }

  /** The beginning: what is known is told, what waits for nothing is ready. `at`: milliseconds since 1970, here and below. */
  begin(at: number): ReadonlyArray<Decision> {
    this.#at = at
    const { artifacts, keys, status } = this.#options.plan
    for (const node of this.#nodes) {
      let left = 0
      for (const input of node.inputs) if (input._tag === "Node" && status[input.index] !== "hit") left++
      this.#remaining[node.index] = left
    }
    for (const node of this.#nodes) {
      const key = keys[node.index]
      const artifact = artifacts[node.index]
      if (status[node.index] === "hit" && key !== undefined && artifact !== undefined) {
        this.#counts.cached++
        this.#close(node, done)
        this.#emit({ _tag: "NodeCached", ...this.#base(node), key, artifact })
      } else if (this.#remaining[node.index] === 0) this.#ready(node)
    }
    return this.#taken()
  }

  /** The next node to start, where there is a free place and one is ready. It counts as running from now on. */
  next(): Start | undefined {
    if (this.#isStopping || this.#isPaused) return undefined
    for (let again = this.#again.pop(); again !== undefined; again = this.#again.pop()) {
      if (!this.#isHeldBack(again)) return this.#start(again, false)
    }
    for (const pool of ["inline", "worker"] as const)
      while (this.#running[pool] < this.#options.capacity[pool]) {
        const node = this.#queues[pool].pop()
        if (node === undefined) break
        if (!this.#isWaiting(node) || this.#isHeldBack(node)) continue
        this.#running[pool]++
        this.#active[node.index] = 1
        return this.#start(node, this.#options.sources.force?.has(node.stage.name) !== true)
      }
    return undefined
  }

  /** What follows from a signal. */
  on(signal: Signal, at: number): ReadonlyArray<Decision> {
    this.#at = at
    if ("index" in signal) this.#onNode(this.#nodes[signal.index] as DagNode, signal)
    else this.#onRequest(signal)
    return this.#taken()
  }

  /** The end: what was never reached is skipped. */
  end(at: number): ReadonlyArray<Decision> {
    this.#at = at
    for (const node of this.#nodes) this.#skip(node, null)
    return this.#taken()
  }

  /** A node that was skipped while it waited for a place, and asked for again, may stand in its queue too early, and twice. */
  #isWaiting({ index }: DagNode): boolean {
    return this.#settled[index] === open && this.#active[index] === 0 && (this.#remaining[index] ?? 0) <= 0
  }

  #onRequest(signal: Exclude<Signal, { readonly index: number }>) {
    switch (signal._tag) {
      case "Stop":
        return this.#stop(signal.atOnce)
      case "Pause":
        if (this.#isPaused || this.#isStopping) return
        this.#isPaused = true
        this.#tell({ _tag: "Paused", at: this.#at })
        return this.#withdraw(this.#waiting())
      case "Resume":
        if (!this.#isPaused || this.#isStopping) return
        this.#isPaused = false
        return this.#tell({ _tag: "Resumed", at: this.#at })
      case "Rerun":
        if (!this.#isStopping) this.#rerun(signal.cell)
    }
  }

  #onNode(node: DagNode, signal: Extract<Signal, { readonly index: number }>) {
    switch (signal._tag) {
      case "Happened":
        return this.#happened(node, signal.event)
      case "Durable": {
        const { artifact, bytes, durationMs, key, warning } = signal
        this.#unwritten--
        if (warning !== undefined) this.#warnings.push(`${node.id}: ${warning}`)
        return this.#emit({ _tag: "NodeSucceeded", ...this.#base(node), key, artifact, durationMs, bytes })
      }
      case "Known":
        this.#leave(node)
        this.#counts.cached++
        this.#emit({
          _tag: "NodeCached",
          ...this.#base(node),
          key: this.#keys[node.index] as Key,
          artifact: signal.artifact
        })
        return this.#settle(node, signal.artifact)
      case "Succeeded":
        this.#leave(node)
        this.#counts.executed++
        this.#ran[node.index] = 1
        this.#unwritten++
        this.#forget(node)
        return this.#settle(node, signal.artifact)
      case "Failed":
        return this.#isStopped || (this.#isStopping && this.#begun[node.index] === 0)
          ? this.#abandon(node)
          : this.#failed(node, signal)
      case "Lost":
        return this.#isStopping ? this.#abandon(node) : this.#lost(node, signal)
      case "Interrupted":
        return this.#isStopping ? this.#abandon(node) : this.#putBack(node)
      case "Rested":
        if (this.#isStopping) return this.#abandon(node)
        this.#again.push(node)
    }
  }

  #start(node: DagNode, mayBeKnown: boolean): Start {
    const { code, externals } = this.#options.sources
    const inputs = inputArtifacts(node, this.#artifacts, externals) ?? []
    const key = keyOf(node, codeOf(node, code), inputs)
    this.#begun[node.index] = 0
    this.#keys[node.index] = key
    return { node, key, inputs, attempt: this.#attempt(node), mayBeKnown }
  }

  #attempt(node: DagNode): number {
    return this.#attempts.get(node.index) ?? 1
  }

  #happened(node: DagNode, event: TaskEvent) {
    if (event._tag === "Started") {
      this.#begun[node.index] = 1
      const { force } = this.#options.sources
      const reason =
        this.#reasons.get(node.index) ?? (force?.has(node.stage.name) === true ? "forced" : this.#options.reason(node))
      const { host, worker } = event
      const attempt = this.#attempt(node)
      const where = host === undefined ? { worker } : { worker, host }
      this.#emit({ _tag: "NodeStarted", ...this.#base(node), ...where, attempt, reason })
    } else if (event._tag === "Progress") {
      const { current, metrics, total, unit } = event
      this.#emit({ _tag: "NodeProgress", ...this.#base(node), current, total, unit, metrics })
    }
  }

  #failed(node: DagNode, { damaged, durationMs, failure, pauseMs }: Signal & { readonly _tag: "Failed" }) {
    const { index } = node
    // Nothing is begun any more that would mend it, or try again.
    const mayBeTried = damaged !== null || (pauseMs !== null && this.#attempt(node) <= node.stage.retries)
    if (this.#isStopping && mayBeTried) return this.#abandon(node)
    if (damaged !== null && damaged.length > 0) return this.#heal(node, damaged, failure, durationMs)
    const unread = this.#unread.get(index) ?? 0
    // Another node that needs them found the damage first, and they are whole again by now.
    if (damaged !== null && unread < mostUnread) {
      this.#unread.set(index, unread + 1)
      this.#again.push(node)
      return
    }
    const attempt = this.#attempt(node)
    if (pauseMs === null || attempt > node.stage.retries) return this.#fail(node, failure, durationMs)
    this.#emit({ _tag: "NodeFailed", ...this.#base(node), failure, attempt, willRetry: true, durationMs })
    this.#reasons.delete(index)
    this.#attempts.set(index, attempt + 1)
    this.#decisions.push({ _tag: "Rest", index, pauseMs })
  }

  /** Gives the task to another worker, unless it has taken too many with it: then it is not the workers that fail. */
  #lost(node: DagNode, { durationMs, reason }: Signal & { readonly _tag: "Lost" }) {
    const losses = (this.#losses.get(node.index) ?? 0) + 1
    this.#losses.set(node.index, losses)
    if (losses >= mostLosses) {
      const message = `this task has taken ${losses} workers with it, the last one by ${reason}: it is not given to another`
      return this.#fail(node, { tag: "WorkerLost", message }, durationMs)
    }
    this.#warnings.push(`${node.id}: its worker was lost (${reason}); the task was given to another`)
    this.#reasons.set(node.index, "its worker was lost")
    this.#again.push(node)
  }

  #fail(node: DagNode, failure: FailureInfo, durationMs: number) {
    this.#leave(node)
    this.#close(node, dead)
    this.#counts.failed++
    this.#failures.set(node.index, `${node.stage.name}: ${failure.message}`)
    const attempt = this.#attempt(node)
    this.#emit({ _tag: "NodeFailed", ...this.#base(node), failure, attempt, willRetry: false, durationMs })
    this.#skipUsers(node.index, node.id)
  }

  /** Skips what depends on a node. What runs already has read its inputs, or finds out. */
  #skipUsers(index: number, culprit: string) {
    const stack = [index]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      this.#waiters.delete(at)
      for (const user of this.#users(at)) {
        if (this.#settled[user] !== open || this.#active[user] === 1) continue
        this.#skip(this.#nodes[user] as DagNode, culprit)
        stack.push(user)
      }
    }
  }

  /** Computes damaged inputs again, then the node. */
  #heal(node: DagNode, damaged: ReadonlyArray<ArtifactHash>, failure: FailureInfo, durationMs: number) {
    const heals = (this.#heals.get(node.index) ?? 0) + 1
    this.#heals.set(node.index, heals)
    if (heals > mostHeals) {
      const message = `${failure.message}; its inputs were computed again ${mostHeals} times and could not be read`
      return this.#fail(node, { ...failure, message }, durationMs)
    }
    this.#leave(node)
    this.#forget(node)
    this.#warnings.push(`${node.id}: ${failure.message}`)
    const lost = node.inputs.flatMap((input) =>
      input._tag === "Node" && damaged.includes(this.#artifacts[input.index] as ArtifactHash) ? [input.index] : []
    )
    // Also where this node is lost: what is damaged may be another's, or a cell's output.
    for (const input of lost) if (this.#settled[input] === done) this.#reopen(input, failure.message)
    if (!this.#isLost(node) && !this.#awaits(node)) this.#ready(node)
  }

  /** Whether a node that is to start has to wait for inputs that are computed again, or has lost one for ever. */
  #isHeldBack(node: DagNode): boolean {
    const isHeldBack = this.#isLost(node) || this.#awaits(node)
    if (isHeldBack && this.#active[node.index] === 1) this.#leave(node)
    return isHeldBack
  }

  /**
   * Whether an input of a node was computed again for another node that needs it, and failed. Then the node is skipped, and
   * what depends on it.
   */
  #isLost(node: DagNode): boolean {
    const gone = node.inputs.find((input) => input._tag === "Node" && this.#settled[input.index] === dead)
    if (gone === undefined || gone._tag !== "Node") return false
    const culprit = this.#culprits.get(gone.index) ?? gone.id
    this.#skip(node, culprit)
    this.#skipUsers(node.index, culprit)
    return true
  }

  /** Has a node computed again that was done. */
  #reopen(index: number, reason: string) {
    this.#hasReopened = true
    this.#waiters.set(index, [])
    this.#reasons.set(index, reason)
    if (this.#ran[index] === 1) this.#counts.executed--
    else this.#counts.cached--
    this.#ran[index] = 0
    this.#settled[index] = open
    this.#unsettled++
    this.#ready(this.#nodes[index] as DagNode)
  }

  /** Whether inputs of a node are still to come, or to come again. If so, it waits for them. */
  #awaits(node: DagNode): boolean {
    if (!this.#hasReopened) return false
    let left = 0
    for (const input of node.inputs) {
      if (input._tag !== "Node" || this.#settled[input.index] === done) continue
      left++
      // One that is computed again because it was damaged tells only those that are known to wait.
      this.#waiters.get(input.index)?.push(node)
    }
    this.#remaining[node.index] = left
    return left > 0
  }

  /** Should it run once more, it begins from the start. */
  #forget({ index }: DagNode) {
    this.#reasons.delete(index)
    this.#attempts.delete(index)
    this.#losses.delete(index)
    this.#unread.delete(index)
  }

  #settle(node: DagNode, artifact: ArtifactHash) {
    this.#artifacts[node.index] = artifact
    this.#close(node, done)
    const waiting = this.#waiters.get(node.index)
    this.#waiters.delete(node.index)
    for (const user of waiting?.map(({ index }) => index) ?? this.#users(node.index)) {
      const left = (this.#remaining[user] ?? 0) - 1
      this.#remaining[user] = left
      if (left === 0 && this.#settled[user] === open) this.#ready(this.#nodes[user] as DagNode)
    }
  }

  #stop(atOnce: boolean) {
    if (this.#isStopped || (this.#isStopping && !atOnce)) return
    this.#isStopping = true
    for (const node of this.#again.splice(0)) this.#abandon(node)
    const waiting = this.#waiting()
    const running = this.#running.inline + this.#running.worker - waiting.length
    this.#tell({ _tag: "Stopping", at: this.#at, running, atOnce })
    if (!atOnce) return this.#withdraw(waiting)
    this.#isStopped = true
    this.#decisions.push({ _tag: "Interrupt", only: null })
  }

  /** What has a place and waits for a worker yet. */
  #waiting(): ReadonlyArray<number> {
    return this.#nodes.flatMap(({ index }) => (this.#active[index] === 1 && this.#begun[index] === 0 ? index : []))
  }

  #withdraw(waiting: ReadonlyArray<number>) {
    if (waiting.length > 0) this.#decisions.push({ _tag: "Interrupt", only: waiting })
  }

  /** What was withdrawn in a pause is ready as before. */
  #putBack(node: DagNode) {
    this.#leave(node)
    this.#ready(node)
  }

  /** What failed or was skipped of a cell waits again, and what was skipped because of it elsewhere. */
  #rerun(cell: number) {
    const reopened = new Set<number>()
    // An input comes before who needs it.
    for (const node of this.#nodes) {
      const { cells, index, inputs } = node
      if (this.#settled[index] !== dead) continue
      const isOfCell = cells.includes(cell)
      const gone = inputs.flatMap((input) =>
        input._tag === "Node" && this.#settled[input.index] === dead ? [input.index] : []
      )
      const isFreed =
        !this.#failures.has(index) && inputs.some((input) => input._tag === "Node" && reopened.has(input.index))
      if ((isOfCell || isFreed) && gone.length === 0) reopened.add(index)
      if (reopened.has(index)) this.#revive(node)
    }
  }

  #revive(node: DagNode) {
    const { index } = node
    if (this.#failures.delete(index)) this.#counts.failed--
    else this.#counts.skipped--
    this.#culprits.delete(index)
    this.#forget(node)
    this.#heals.delete(index)
    this.#settled[index] = open
    this.#unsettled++
    this.#hasReopened = true
    this.#tell({ _tag: "NodeReopened", ...this.#base(node) })
    if (!this.#awaits(node)) this.#ready(node)
  }

  /** Gives up a node that has a place when nothing is begun any more. */
  #abandon(node: DagNode) {
    this.#leave(node)
    this.#skip(node, null)
  }

  #skip(node: DagNode, because: string | null) {
    if (this.#settled[node.index] !== open) return
    this.#close(node, dead)
    this.#counts.skipped++
    if (because === null) this.#isInterrupted = true
    else this.#culprits.set(node.index, because)
    this.#emit({ _tag: "NodeSkipped", ...this.#base(node), because })
  }

  #leave(node: DagNode) {
    this.#running[node.stage.pool]--
    this.#active[node.index] = 0
  }

  #close(node: DagNode, as: typeof done | typeof dead) {
    this.#settled[node.index] = as
    this.#unsettled--
  }

  #ready(node: DagNode) {
    this.#queues[node.stage.pool].push(node, this.#options.priority[node.index] ?? 0)
  }

  /** Made where something runs: where everything is known, nobody asks. */
  #users(index: number): ReadonlyArray<number> {
    this.#dependents ??= dependentsOf(this.#nodes)
    return this.#dependents[index] ?? []
  }

  #base(node: DagNode) {
    return { node: node.id, stage: node.stage.name, at: this.#at }
  }

  #tell(detail: RunDetail) {
    this.#decisions.push({ _tag: "Tell", detail })
  }

  #emit(event: RunEvent) {
    this.#decisions.push({ _tag: "Emit", event })
  }

  #taken(): ReadonlyArray<Decision> {
    const decisions = this.#decisions
    this.#decisions = []
    return decisions
  }
}

const dependentsOf = (nodes: ReadonlyArray<DagNode>): ReadonlyArray<ReadonlyArray<number>> => {
  const dependents: Array<Array<number>> = nodes.map(() => [])
  for (const node of nodes)
    for (const input of node.inputs) if (input._tag === "Node") dependents[input.index]?.push(node.index)
  return dependents
}
