/** What the plain logs of a run have in common: lines of ASCII that begin with the seconds since the start. Nothing here reads a clock. */
import { stripVTControlCharacters } from "node:util"
import type { RunDetail } from "../domain/RunDetail.ts"
import type { FailureInfo, RunEventOf } from "../domain/RunEvent.ts"
import { duration } from "./Duration.ts"

/** Failures repeated at the end. */
const REPEATED_FAILURES = 10

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

/** A message may hold line ends and escape sequences; a log line may not. */
export const oneLine = (text: string): string =>
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

export const failed = ({ message, place, tag }: FailureInfo): string =>
  oneLine(`${tag}: ${message}${place === undefined ? "" : ` at ${place}`}`)

export const opening = (event: RunEventOf<"RunStarted">): string => {
  const counts = [plural(event.cells.length, "cell"), plural(event.nodes.length, "node"), plural(event.jobs, "job")]
  return `${event.experiment}: ${counts.join(", ")}, run ${event.runId}`
}

/** What became of the run, and its first failures once more. */
export const closing = (
  event: RunEventOf<"RunFinished">,
  failures: ReadonlyArray<string>,
  failedNodes: number
): ReadonlyArray<string> => {
  const counts = [
    `${event.executed} executed`,
    `${event.cached} cached`,
    ...(event.failed > 0 ? [`${event.failed} failed`] : []),
    ...(event.skipped > 0 ? [`${event.skipped} skipped`] : [])
  ]
  const repeated = failures.slice(0, REPEATED_FAILURES)
  const more = failedNodes - repeated.length
  return [
    `${event.status}: ${plural(event.nodes, "node")}, ${counts.join(", ")}, ${duration(event.durationMs)}`,
    ...repeated.map((failure) => `  failed ${failure}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(failedNodes > 0 ? [`  in full: ablate logs ${event.runId} --failed`] : [])
  ]
}

/** Names nodes: the id, and the cell where there is only one. */
export const namer = (started: RunEventOf<"RunStarted"> | undefined): ((node: string) => string) => {
  // Made when a node is named: a run from the cache names none.
  let places: ReadonlyMap<string, string> | undefined
  return (node) => {
    places ??= new Map(
      started?.nodes.map(({ cells, id }) => {
        const only = cells.length === 1 ? started.cells[cells[0] ?? -1] : undefined
        return [id, only?.id ?? (cells.length === 0 ? "" : plural(cells.length, "cell"))]
      })
    )
    return [node, places.get(node) ?? ""].filter((part) => part !== "").join("  ")
  }
}

/** What is told of a run's steering; undefined where it is nothing for a log. */
export const steered = (detail: RunDetail): readonly [word: string, text: string] | undefined => {
  switch (detail._tag) {
    case "Paused":
      return ["paused", "nothing new is begun; what runs goes on"]
    case "Resumed":
      return ["resumed", ""]
    case "Stopping":
      return ["stopping", detail.atOnce ? "at once" : stopping(detail.running)]
    case "NodeReopened":
      return ["again", detail.node]
    case "Workers":
      return ["workers", detail.text]
    default:
      return undefined
  }
}

/** `2 nodes run and are let end; again to stop at once` */
const stopping = (running: number): string =>
  running === 0
    ? "nothing runs"
    : `${plural(running, "node")} ${running === 1 ? "runs and is" : "run and are"} let end; again to stop at once`

export const stamped = (ms: number, word: string, text: string): string =>
  `${(ms / 1000).toFixed(1).padStart(8)}s  ${word.padEnd(8)} ${text}`.trimEnd()
