/**
 * `--ui stream`: an append-only log in plain ASCII. A line begins with the seconds since the start; nodes that
 * were cached, and nodes skipped for one reason, are counted together. Nothing here reads a clock.
 */
import { stripVTControlCharacters } from "node:util"
import { Effect } from "effect"
import type { RunEvent, RunEventOf } from "../domain/RunEvent.ts"
import { duration } from "./Duration.ts"
import { Output, type RunReader } from "./RunReader.ts"

/** Least time between two progress lines of a node, and between two lines about cached nodes. */
export const INTERVAL_MS = 5_000

/** Failures repeated in the summary. */
const SUMMARY_FAILURES = 10

type NodeEvent = Exclude<RunEvent, { readonly _tag: "RunStarted" | "RunFinished" }>

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

/** A message may hold line ends and escape sequences; a log line may not. */
const oneLine = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4))

/** `epoch 120/400, loss 0.1234` */
export const report = (event: Pick<RunEventOf<"NodeProgress">, "current" | "total" | "unit" | "metrics">): string =>
  [
    `${event.unit} ${figure(event.current)}${event.total === null ? "" : `/${figure(event.total)}`}`,
    ...Object.entries(event.metrics).map(([name, value]) => `${name} ${figure(value)}`)
  ].join(", ")

/** Turns the events of one run, in order, into lines (without newlines). Keeps what it has to count. */
export const make = (): ((event: RunEvent) => ReadonlyArray<string>) => {
  let startedAt = 0
  let total = 0
  let finished = 0
  let cached = 0
  let toldCached = 0
  let cachedSince = Number.NEGATIVE_INFINITY
  let skipped: { because: string | null; nodes: number; first: string; at: number } | null = null
  let started: RunEventOf<"RunStarted"> | undefined
  let places: ReadonlyMap<string, string> | undefined
  const reportedAt = new Map<string, number>()
  const failures: Array<string> = []

  const stamp = (at: number, word: string, text: string): string =>
    `${((at - startedAt) / 1000).toFixed(1).padStart(8)}s  ${word.padEnd(8)} ${text}`.trimEnd()
  // Made when a node is named: a run from the cache names none.
  const where = (node: string): string => {
    places ??= new Map(
      started?.nodes.map(({ cells, id }) => {
        const only = cells.length === 1 ? started?.cells[cells[0] ?? -1] : undefined
        return [id, only?.id ?? (cells.length === 0 ? "" : plural(cells.length, "cell"))]
      })
    )
    return places.get(node) ?? ""
  }
  const named = (node: string): string => [node, where(node)].filter((part) => part !== "").join("  ")
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
    total = event.nodes.length
    started = event
    places = undefined
    const counts = [plural(event.cells.length, "cell"), plural(total, "node"), plural(event.jobs, "job")]
    return [`${event.experiment}: ${counts.join(", ")}, run ${event.runId}`]
  }

  const onSkipped = (event: RunEventOf<"NodeSkipped">): ReadonlyArray<string> => {
    finished++
    if (skipped !== null && skipped.because === event.because) {
      skipped.nodes++
      return []
    }
    const before = flushSkipped()
    skipped = { because: event.because, nodes: 1, first: event.node, at: event.at }
    return before
  }

  const onFailed = (event: RunEventOf<"NodeFailed">): ReadonlyArray<string> => {
    const { message, place, tag } = event.failure
    const where = place === undefined ? "" : ` at ${place}`
    const what = `${named(event.node)}  ${oneLine(`${tag}: ${message}${where}`)}`
    if (event.willRetry) return [stamp(event.at, "retry", `${what} (attempt ${event.attempt})`)]
    finished++
    failures.push(what)
    return [stamp(event.at, "failed", `${what} ${tally()}`)]
  }

  const onFinished = (event: RunEventOf<"RunFinished">): ReadonlyArray<string> => {
    const counts = [
      `${event.executed} executed`,
      `${event.cached} cached`,
      ...(event.failed > 0 ? [`${event.failed} failed`] : []),
      ...(event.skipped > 0 ? [`${event.skipped} skipped`] : [])
    ]
    const more = failures.length - SUMMARY_FAILURES
    // A run with nothing to do may leave out the events of its nodes.
    const untold = Math.max(0, event.cached - toldCached)
    cached += untold
    finished += untold
    return [
      ...flushSkipped(),
      ...flushCached(event.at),
      `${event.status}: ${plural(event.nodes, "node")}, ${counts.join(", ")}, ${duration(event.durationMs)}`,
      ...failures.slice(0, SUMMARY_FAILURES).map((failure) => `  failed ${failure}`),
      ...(more > 0 ? [`  and ${more} more`] : [])
    ]
  }

  const onNode = (event: Exclude<NodeEvent, RunEventOf<"NodeCached" | "NodeSkipped">>): ReadonlyArray<string> => {
    switch (event._tag) {
      case "NodeStarted":
        reportedAt.set(event.node, event.at)
        return [
          stamp(
            event.at,
            "start",
            `${named(event.node)}  ${event.attempt > 1 ? `attempt ${event.attempt}` : oneLine(event.reason)}`
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

export const reader: Effect.Effect<RunReader, never, Output> = Effect.map(Output, (output) => {
  const lines = make()
  return {
    onEvents: (events) =>
      output.write(
        events
          .flatMap(lines)
          .map((line) => `${line}\n`)
          .join("")
      )
  }
})
