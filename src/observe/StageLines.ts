/**
 * A line a stage and state: when its first node starts, now and then how far it is, and when its last node has ended.
 * Failures are told at once. However many nodes a run has, the log stays short: progress lines come some seconds
 * apart and rarer the longer the run goes on, and of many failures of a stage the later ones are only counted.
 */
import { isRunEvent, type JournalEntry, type RunDetail } from "../domain/RunDetail.ts"
import type { RunEventOf } from "../domain/RunEvent.ts"
import { roughly } from "./Duration.ts"
import { closing, failed, namer, opening, plural, report, stamped, steered } from "./LogLine.ts"
import { ended, endOf, none, outcome, type StageCount } from "./StageCount.ts"

/** Failures of a stage, and failed attempts of it, that are told one by one. */
const TOLD = 20

/** Least time between two progress lines: a tenth of the time so far, within these bounds. */
const INTERVAL_MS = { least: 2_000, most: 60_000, share: 1 / 10 }

/** Names of stages are padded to the longest, but not to a longer one than this. */
const NAME_WIDTH = 32

/**
 * Turns what happens in a run, in order, into lines (without newlines). Keeps what it has to count. `leftMs` says how long the
 * run still takes, null where that is not known.
 */
export const make = (
  leftMs: (at: number) => number | null = () => null
): ((entry: JournalEntry) => ReadonlyArray<string>) => {
  let startedAt = 0
  let total = 0
  let finished = 0
  let cached = 0
  /** Cached nodes of which no line's tally has told yet. */
  let untold = 0
  let hasTold = false
  /** Time of the latest line that was no failure. */
  let toldAt = 0
  let nameWidth = 0
  let named = namer(undefined)
  const stages = new Map<string, StageCount>()
  const failures = new Map<string, string>()
  const failedNodes = new Set<string>()

  const stageOf = (name: string): StageCount => {
    const found = stages.get(name) ?? none()
    stages.set(name, found)
    return found
  }
  const isDue = (at: number): boolean => {
    const { least, most, share } = INTERVAL_MS
    return at - toldAt >= Math.min(most, Math.max(least, (at - startedAt) * share))
  }
  const line = (at: number, word: string, text: string): string =>
    stamped(at - startedAt, word, `${text} (${finished}/${total})`)

  /** What was known before anything ran has a line of its own; later the tallies tell of it. */
  const cachedLine = (at: number): ReadonlyArray<string> => {
    const lines = untold === 0 ? [] : [line(at, "cached", plural(untold, "node"))]
    untold = 0
    toldAt = at
    return lines
  }
  const told = (at: number, word: string, name: string, text: string): ReadonlyArray<string> => {
    const before = hasTold ? [] : cachedLine(at)
    hasTold = true
    untold = 0
    toldAt = at
    return [...before, line(at, word, `${name.padEnd(nameWidth)}  ${text}`)]
  }

  const progress = (at: number, name: string, stage: StageCount, detail: string): ReadonlyArray<string> =>
    isDue(at) ? told(at, "running", name, `${ended(stage)} of ${stage.total}${detail}${timeLeft(at)}`) : []

  const timeLeft = (at: number): string => {
    const left = leftMs(at)
    return left === null ? "" : `; ${roughly(left)} left`
  }

  /** What is to be said after one of its nodes has ended. */
  const afterEnd = (at: number, name: string, stage: StageCount): ReadonlyArray<string> => {
    if (stage.cached === ended(stage)) return isDue(at) ? cachedLine(at) : []
    if (ended(stage) < stage.total) return progress(at, name, stage, "")
    return told(at, endOf(stage), name, outcome(stage))
  }

  const onFailed = (event: RunEventOf<"NodeFailed">, stage: StageCount): ReadonlyArray<string> => {
    const { at, attempt, node, stage: name, willRetry } = event
    const count = willRetry ? ++stage.retried : ++stage.failed
    if (!willRetry) {
      finished++
      failedNodes.add(node)
    }
    const word = willRetry ? "retry" : "failed"
    const after = willRetry ? [] : afterEnd(at, name, stage)
    if (count > TOLD + 1) return after
    if (count > TOLD) return [line(at, word, `${name}  more of them are only counted; --verbose tells each`), ...after]
    const what = `${named(node)}  ${failed(event.failure)}`
    if (!willRetry) failures.set(node, what)
    return [line(at, word, willRetry ? `${what}, attempt ${attempt}` : what), ...after]
  }

  const onFinished = (event: RunEventOf<"RunFinished">): ReadonlyArray<string> => {
    // A run with nothing to do may leave out the events of its nodes.
    const left = Math.max(0, event.cached - cached)
    untold += left
    finished += left
    return [...(hasTold ? [] : cachedLine(event.at)), ...closing(event, [...failures.values()], failedNodes.size)]
  }

  const onDetail = (detail: RunDetail): ReadonlyArray<string> => {
    if (detail._tag === "Watching") return [detail.text]
    if (detail._tag === "NodeReopened") {
      const { node, stage } = detail
      failures.delete(node)
      if (failedNodes.delete(node)) {
        finished--
        stageOf(stage).failed--
      } else stageOf(stage).skipped--
    }
    const steering = steered(detail)
    return steering === undefined ? [] : [stamped(detail.at - startedAt, ...steering)]
  }

  return (event) => {
    if (!isRunEvent(event)) return onDetail(event)
    if (event._tag === "RunStarted") {
      finished = 0
      cached = 0
      untold = 0
      hasTold = false
      stages.clear()
      failures.clear()
      failedNodes.clear()
      startedAt = event.at
      toldAt = event.at
      total = event.nodes.length
      named = namer(event)
      for (const { stage } of event.nodes) stageOf(stage).total++
      for (const name of stages.keys()) nameWidth = Math.min(NAME_WIDTH, Math.max(nameWidth, name.length))
      return [opening(event)]
    }
    if (event._tag === "RunFinished") return onFinished(event)
    const { at, stage: name } = event
    const stage = stageOf(name)
    switch (event._tag) {
      case "NodeStarted":
        if (stage.hasBegun) return []
        stage.hasBegun = true
        return told(at, "start", name, plural(stage.total, "node"))
      case "NodeProgress":
        return progress(at, name, stage, `: ${report(event)}`)
      case "NodeCached":
        stage.cached++
        finished++
        cached++
        untold++
        return afterEnd(at, name, stage)
      case "NodeSucceeded":
        stage.computed++
        stage.computedMs += event.durationMs
        finished++
        return afterEnd(at, name, stage)
      case "NodeFailed":
        return onFailed(event, stage)
      case "NodeSkipped":
        if (stage.skipped === 0) stage.because = event.because
        else if (stage.because !== event.because) stage.isMixed = true
        stage.skipped++
        return afterEnd(at, name, stage)
    }
  }
}
