/**
 * Events and details folded into {@link Progress}: pure and incremental. An event costs the nodes and cells it touches, never
 * a scan; events that arrive together share their copies.
 */
import type { Metrics } from "../domain/Metrics.ts"
import { isRunEvent, type JournalEntry, type RunDetail } from "../domain/RunDetail.ts"
import type { RunEvent, RunEventOf } from "../domain/RunEvent.ts"
import * as Cell from "./CellProgress.ts"
import * as Curve from "./Curve.ts"
import * as Node from "./NodeProgress.ts"
import * as Plan from "./Plan.ts"
import { type CellCounts, initial, noCells, noNodes, type Progress } from "./Progress.ts"
import * as RunLog from "./RunLog.ts"
import * as Stage from "./StageProgress.ts"
import * as Vector from "./Vector.ts"

/** Progress under change; its vectors copy what they write to. */
interface Draft {
  readonly plan: Plan.Plan
  readonly nodes: Vector.Draft<Node.NodeProgress>
  readonly cells: Vector.Draft<Cell.CellProgress>
  readonly variants: Vector.Draft<CellCounts>
  readonly stages: Vector.Draft<Stage.StageProgress>
  readonly nodeCounts: { -readonly [S in Node.NodeState]: number }
  readonly cellCounts: { -readonly [S in Cell.CellState]: number }
  readonly slots: Array<number>
  failures: Vector.Draft<number>
  readonly metrics: Vector.Draft<Metrics | null>
  readonly printed: Array<RunLog.LogLine>
  readonly log: RunLog.RunLog
  readonly calibration: { estimatedMs: number; measuredMs: number }
  savedMs: number
  isPaused: boolean
  stopping: Progress["stopping"]
  workers: string
  watching: string | null
  retries: number
  at: number
  outcome: RunEventOf<"RunFinished"> | null
}

const begin = (progress: Progress, plan: Plan.Plan): Draft => ({
  plan,
  nodes: new Vector.Draft(progress.nodes),
  cells: new Vector.Draft(progress.cells),
  variants: new Vector.Draft(progress.variants),
  stages: new Vector.Draft(progress.stages),
  nodeCounts: { ...progress.nodeCounts },
  cellCounts: { ...progress.cellCounts },
  slots: progress.slots.slice(),
  failures: new Vector.Draft(progress.failures),
  metrics: new Vector.Draft(progress.metrics),
  printed: [],
  log: progress.log,
  savedMs: progress.savedMs,
  isPaused: progress.isPaused,
  stopping: progress.stopping,
  workers: progress.workers,
  watching: progress.watching,
  calibration: { ...progress.calibration },
  retries: progress.retries,
  at: progress.at,
  outcome: progress.outcome
})

const end = ({ printed, ...draft }: Draft): Progress => ({
  ...draft,
  log: RunLog.append(draft.log, printed),
  metrics: draft.metrics.finish(),
  nodes: draft.nodes.finish(),
  cells: draft.cells.finish(),
  variants: draft.variants.finish(),
  stages: draft.stages.finish(),
  failures: draft.failures.finish()
})

const start = (event: RunEventOf<"RunStarted">): Progress => {
  const plan = Plan.fromStarted(event)
  const needed = new Int32Array(plan.cells.length)
  const effort = new Float64Array(plan.cells.length)
  const stages = new Vector.Draft(Vector.make(plan.stages.length, () => Stage.idle))
  plan.nodes.forEach((node, index) => {
    const weight = plan.weights[index] ?? 0
    for (const cell of node.cells) {
      needed[cell] = (needed[cell] ?? 0) + 1
      effort[cell] = (effort[cell] ?? 0) + weight
    }
    const stage = plan.stageOf[index] ?? 0
    const before = stages.get(stage) ?? Stage.idle
    stages.set(stage, Stage.expect({ ...before, total: before.total + 1 }, node.estimateMs, 1))
  })
  const cells = Vector.make(
    plan.cells.length,
    (index): Cell.CellProgress => ({ ...Cell.idle, nodes: needed[index] ?? 0, effort: effort[index] ?? 0 })
  )
  const count = (indices: Iterable<number>): CellCounts => {
    const counts = { ...noCells }
    for (const index of indices) {
      const cell = Vector.get(cells, index)
      if (cell !== undefined) counts[Cell.state(cell)]++
    }
    return counts
  }
  return {
    ...initial,
    plan,
    nodes: Vector.make(plan.nodes.length, () => Node.idle),
    cells,
    variants: Vector.make(plan.variants.length, (index) => count(plan.variants[index]?.cells ?? [])),
    stages: stages.finish(),
    nodeCounts: { ...noNodes, waiting: plan.nodes.length },
    cellCounts: count(plan.cells.keys()),
    metrics: Vector.make(plan.cells.length, () => null),
    at: event.at
  }
}

const moveCells = (draft: Draft, index: number, from: Cell.Contribution, to: Cell.Contribution): void => {
  const { plan, cells, variants, cellCounts } = draft
  const node = plan.nodes[index]
  if (node === undefined) return
  const weight = plan.weights[index] ?? 0
  const isCommon = Plan.isCommon(plan, node)
  // A start moves no counter of a cell that does not show it: shared preparation costs nothing here.
  if (isCommon && from.part === to.part && from.state === "waiting" && to.state === "running") return
  for (const at of node.cells) {
    const cell = cells.get(at)
    if (cell === undefined) continue
    const changed = Cell.moved(cell, from, to, weight, isCommon)
    cells.set(at, changed)
    const was = Cell.state(cell)
    const is = Cell.state(changed)
    if (was === is) continue
    cellCounts[was]--
    cellCounts[is]++
    const variant = plan.variantOf[at] ?? 0
    const counts = variants.get(variant)
    if (counts !== undefined) variants.set(variant, { ...counts, [was]: counts[was] - 1, [is]: counts[is] + 1 })
  }
}

const moveSlots = (slots: Array<number>, index: number, isRunning: boolean): void => {
  const place = slots.indexOf(isRunning ? -1 : index)
  if (place !== -1) slots[place] = isRunning ? index : -1
  else if (isRunning) slots.push(index)
  while (slots.at(-1) === -1) slots.pop()
}

const isUnfinished = (state: Node.NodeState): boolean => state === "waiting" || state === "running"

const moveStage = (draft: Draft, index: number, after: Node.NodeProgress): void => {
  const stageIndex = draft.plan.stageOf[index] ?? 0
  const estimateMs = draft.plan.nodes[index]?.estimateMs ?? null
  const stage = draft.stages.get(stageIndex) ?? Stage.idle
  const left = Stage.expect(stage, estimateMs, isUnfinished(after.state) ? 1 : -1)
  if (after.state === "cached") draft.savedMs += estimateMs ?? 0
  if (after.state !== "succeeded") {
    draft.stages.set(stageIndex, left)
    return
  }
  const durationMs = after.durationMs ?? 0
  draft.stages.set(stageIndex, Stage.measure(left, durationMs))
  if (estimateMs === null) return
  draft.calibration.estimatedMs += estimateMs
  draft.calibration.measuredMs += durationMs
}

/** Puts a node into its new state and carries the change to everything that counts it. */
const move = (draft: Draft, index: number, before: Node.NodeProgress, after: Node.NodeProgress): void => {
  draft.nodes.set(index, after)
  const from = { state: before.state, part: Node.part(before) }
  const to = { state: after.state, part: Node.part(after) }
  if (from.state === to.state && from.part === to.part) return
  moveCells(draft, index, from, to)
  if (from.state === to.state) return
  draft.nodeCounts[from.state]--
  draft.nodeCounts[to.state]++
  const stageIndex = draft.plan.stageOf[index] ?? 0
  draft.stages.set(stageIndex, Stage.moved(draft.stages.get(stageIndex) ?? Stage.idle, from.state, to.state))
  if ((from.state === "running") !== (to.state === "running")) moveSlots(draft.slots, index, to.state === "running")
  if (isUnfinished(from.state) !== isUnfinished(to.state)) moveStage(draft, index, after)
}

type NodeEvent = Exclude<RunEvent, { readonly _tag: "RunStarted" | "RunFinished" }>

/** The node after the event; undefined where the event comes too late to mean anything. */
const nodeAfter = (node: Node.NodeProgress, event: NodeEvent): Node.NodeProgress | undefined => {
  switch (event._tag) {
    case "NodeStarted": {
      const { attempt, host, worker, at } = event
      return {
        ...node,
        state: "running",
        attempt,
        worker,
        host: host ?? null,
        startedAt: at,
        report: null,
        reason: event.reason,
        curves: []
      }
    }
    case "NodeProgress": {
      const { current, total, unit, metrics } = event
      return node.state === "running"
        ? { ...node, report: { current, total, unit, metrics }, curves: Curve.addAll(node.curves, metrics) }
        : undefined
    }
    case "NodeCached":
      return { ...node, state: "cached", result: { key: event.key, artifact: event.artifact, bytes: null } }
    case "NodeSucceeded": {
      const { artifact, bytes, durationMs, key } = event
      return { ...node, state: "succeeded", durationMs, result: { key, artifact, bytes } }
    }
    case "NodeFailed": {
      const { attempt, durationMs, failure } = event
      return { ...node, state: event.willRetry ? "waiting" : "failed", attempt, durationMs, failure }
    }
    case "NodeSkipped":
      return { ...node, state: "skipped" }
  }
}

/** A node that begins anew is no longer one of those that failed. */
const withoutFailure = (draft: Draft, index: number): void => {
  const others = Vector.toArray(draft.failures.finish()).filter((failed) => failed !== index)
  draft.failures = new Vector.Draft(Vector.make(others.length, (at) => others[at] ?? -1))
}

const onNode = (draft: Draft, event: NodeEvent): void => {
  draft.at = Math.max(draft.at, event.at)
  const index = draft.plan.nodeIndex.get(event.node)
  const before = index === undefined ? undefined : draft.nodes.get(index)
  if (index === undefined || before === undefined) return
  const after = nodeAfter(before, event)
  if (after === undefined) return
  move(draft, index, before, after)
  if (before.state === "failed" && after.state !== "failed") withoutFailure(draft, index)
  if (event._tag !== "NodeFailed") return
  if (event.willRetry) draft.retries++
  else if (before.state !== "failed") draft.failures.append(index)
}

/** Nothing runs after the end: what has not finished was skipped. */
const finish = (draft: Draft, outcome: RunEventOf<"RunFinished">): void => {
  draft.at = outcome.at
  draft.outcome = outcome
  if (draft.nodeCounts.waiting + draft.nodeCounts.running === 0) return
  for (const index of draft.plan.nodes.keys()) {
    const node = draft.nodes.get(index)
    if (node !== undefined && isUnfinished(node.state)) move(draft, index, node, { ...node, state: "skipped" })
  }
}

const onDetail = (draft: Draft, detail: RunDetail): void => {
  draft.at = Math.max(draft.at, detail.at)
  switch (detail._tag) {
    case "NodePrinted": {
      const node = draft.plan.nodeIndex.get(detail.node)
      if (node === undefined) return
      const { at, attempt, text } = detail
      for (const line of text.replace(/\n$/, "").split("\n")) draft.printed.push({ node, attempt, at, text: line })
      return
    }
    case "CellEnded":
      draft.metrics.set(detail.cell, detail.metrics)
      return
    case "Paused":
    case "Resumed":
      draft.isPaused = detail._tag === "Paused"
      return
    case "Stopping":
      draft.stopping = detail.atOnce ? "at once" : "when stages end"
      return
    case "NodeReopened": {
      const index = draft.plan.nodeIndex.get(detail.node)
      const node = index === undefined ? undefined : draft.nodes.get(index)
      if (index === undefined || node === undefined) return
      move(draft, index, node, { ...node, state: "waiting", failure: null, report: null })
      if (node.state === "failed") withoutFailure(draft, index)
      return
    }
    case "Workers":
      draft.workers = detail.text
      return
    case "Watching":
      draft.watching = detail.text
  }
}

/** The run after more entries, in order. Entries of unknown nodes, or before `RunStarted`, change nothing. */
export const steps = (progress: Progress, events: ReadonlyArray<JournalEntry>): Progress => {
  let current = progress
  let draft: Draft | null = null
  for (const event of events) {
    if (event._tag === "RunStarted") {
      current = { ...start(event), watching: (draft ?? current).watching }
      draft = null
      continue
    }
    if (draft === null) {
      if (current.plan === null) continue
      draft = begin(current, current.plan)
    }
    switch (event._tag) {
      case "RunFinished":
        finish(draft, event)
        break
      default:
        if (isRunEvent(event)) onNode(draft, event)
        else onDetail(draft, event)
    }
  }
  return draft === null ? current : end(draft)
}

/** The run after one more entry. */
export const step = (progress: Progress, event: JournalEntry): Progress => steps(progress, [event])
