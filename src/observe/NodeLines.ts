/**
 * `--ui stream --verbose`: lines for every node that runs. Nodes that were cached, and nodes skipped for one reason, are
 * counted together.
 */
import { isRunEvent, type JournalEntry } from "../domain/RunDetail.ts"
import type { RunEvent, RunEventOf } from "../domain/RunEvent.ts"
import { duration } from "./Duration.ts"
import { closing, failed, namer, oneLine, opening, plural, report, stamped, steered } from "./LogLine.ts"

/** Least time between two progress lines of a node, and between two lines about cached nodes. */
const INTERVAL_MS = 5_000

type NodeEvent = Exclude<RunEvent, { readonly _tag: "RunStarted" | "RunFinished" }>

/** Turns the events of one run, in order, into lines (without newlines). Keeps what it has to count. */
export const make = (): ((entry: JournalEntry) => ReadonlyArray<string>) => {
  let startedAt = 0
  let total = 0
  let finished = 0
  let cached = 0
  let toldCached = 0
  let cachedSince = Number.NEGATIVE_INFINITY
  let skipped: { because: string | null; nodes: number; first: string; at: number } | null = null
  let named = namer(undefined)
  const reportedAt = new Map<string, number>()
  const failures = new Map<string, string>()

  const stamp = (at: number, word: string, text: string): string => stamped(at - startedAt, word, text)
  const tally = (): string => `(${finished}/${total})`

  const flushCached = (at: number): ReadonlyArray<string> => {
    if (cached === 0) return []
    const line = stamp(at, "cached", `${plural(cached, "node")} ${tally()}`)
    cached = 0
    cachedSince = at
    return [line]
  }
  const flushSkipped = (): ReadonlyArray<string> => {
    if (skipped === null) return []
    const { because, nodes, first, at } = skipped
    skipped = null
    const what = nodes === 1 ? named(first) : plural(nodes, "node")
    return [stamp(at, "skipped", `${what}: ${because === null ? "interrupted" : `${because} failed`}`)]
  }

  const onStarted = (event: RunEventOf<"RunStarted">): ReadonlyArray<string> => {
    startedAt = event.at
    finished = 0
    cached = 0
    toldCached = 0
    cachedSince = Number.NEGATIVE_INFINITY
    skipped = null
    reportedAt.clear()
    failures.clear()
    total = event.nodes.length
    named = namer(event)
    return [opening(event)]
  }

  const onSkipped = (event: RunEventOf<"NodeSkipped">): ReadonlyArray<string> => {
    if (skipped !== null && skipped.because === event.because) {
      skipped.nodes++
      return []
    }
    const before = flushSkipped()
    skipped = { because: event.because, nodes: 1, first: event.node, at: event.at }
    return before
  }

  const onFailed = (event: RunEventOf<"NodeFailed">): ReadonlyArray<string> => {
    const what = `${named(event.node)}  ${failed(event.failure)}`
    if (event.willRetry) return [stamp(event.at, "retry", `${what} (attempt ${event.attempt})`)]
    finished++
    failures.set(event.node, what)
    return [stamp(event.at, "failed", `${what} ${tally()}`)]
  }

  const onFinished = (event: RunEventOf<"RunFinished">): ReadonlyArray<string> => {
    // A run with nothing to do may leave out the events of its nodes.
    const untold = Math.max(0, event.cached - toldCached)
    cached += untold
    finished += untold
    return [...flushSkipped(), ...flushCached(event.at), ...closing(event, [...failures.values()], failures.size)]
  }

  const onNode = (event: Exclude<NodeEvent, RunEventOf<"NodeCached" | "NodeSkipped">>): ReadonlyArray<string> => {
    switch (event._tag) {
      case "NodeStarted":
        reportedAt.set(event.node, event.at)
        return [
          stamp(
            event.at,
            "start",
            `${named(event.node)}  ${event.attempt > 1 ? `attempt ${event.attempt}` : oneLine(event.reason)}${
              event.host === undefined ? "" : `  on ${oneLine(event.host)}`
            }`
          )
        ]
      case "NodeProgress": {
        if (event.at - (reportedAt.get(event.node) ?? event.at) < INTERVAL_MS) return []
        reportedAt.set(event.node, event.at)
        return [stamp(event.at, "progress", `${named(event.node)}  ${report(event)}`)]
      }
      case "NodeSucceeded":
        finished++
        reportedAt.delete(event.node)
        return [stamp(event.at, "done", `${named(event.node)}  ${duration(event.durationMs)} ${tally()}`)]
      case "NodeFailed":
        return onFailed(event)
    }
  }

  return (event) => {
    if (!isRunEvent(event)) {
      if (event._tag === "Watching") return [event.text]
      if (event._tag === "NodeReopened" && failures.delete(event.node)) finished--
      const steering = steered(event)
      return steering === undefined ? [] : [...flushSkipped(), stamp(event.at, ...steering)]
    }
    switch (event._tag) {
      case "RunStarted":
        return onStarted(event)
      case "RunFinished":
        return onFinished(event)
      case "NodeCached":
        cached++
        toldCached++
        finished++
        return event.at - cachedSince >= INTERVAL_MS && cachedSince !== Number.NEGATIVE_INFINITY
          ? flushCached(event.at)
          : []
      case "NodeSkipped":
        return onSkipped(event)
      default: {
        const lines = onNode(event)
        if (lines.length === 0) return lines
        const isDue = event.at - cachedSince >= INTERVAL_MS
        return [...flushSkipped(), ...(isDue ? flushCached(event.at) : []), ...lines]
      }
    }
  }
}
