/** The two lines on top: what runs, for how long, and how much of it is done. */
import { clock, duration, roughly } from "../observe/Duration.ts"
import { finishedNodes, type Progress } from "../observe/Progress.ts"
import { elapsedMs, timeLeftMs } from "../observe/TimeLeft.ts"
import type { Canvas } from "./Canvas.ts"
import { cut, type Line, type Span, span, spread, type Tone, whole } from "./Line.ts"
import { oneLine } from "./TextLines.ts"

const OUTCOME = { succeeded: "finished in", failed: "failed after", interrupted: "interrupted after" }

/** How long it has taken; then, as far as there is room, what is left or holds it up. */
const times = (progress: Progress, canvas: Canvas): ReadonlyArray<Line> => {
  const elapsed = elapsedMs(progress, canvas.now)
  if (progress.outcome !== null) {
    const tone = progress.outcome.status === "failed" ? "failed" : "strong"
    return [[span(`${OUTCOME[progress.outcome.status]} ${duration(elapsed)}`, tone)]]
  }
  const held = progress.stopping !== null ? "stopping" : progress.isPaused ? "paused" : null
  const left = timeLeftMs(progress, canvas.now)
  return [
    [span(clock(elapsed), "strong")],
    held !== null ? [span(held, "running")] : left === null ? [] : [span(`about ${roughly(left)} left`)]
  ]
}

/** Columns that the experiment's name keeps beside the times. */
const NAME = 8

export const title = (progress: Progress, canvas: Canvas): Line => {
  const { plan } = progress
  if (plan === null) return cut([span("starting", "faint")], canvas.columns, canvas.glyphs.ellipsis)
  const left = [span(oneLine(plan.experiment), "strong"), span(`  run ${plan.runId}`, "faint")]
  const { columns, glyphs } = canvas
  const right = whole(times(progress, canvas), ` ${glyphs.dot} `, columns - NAME - 2, glyphs.ellipsis)
  return spread(left, right, columns, glyphs.ellipsis)
}

/** Columns of the bar for each count: proportional, at least one where the count is not 0. */
const shares = (counts: ReadonlyArray<number>, total: number, columns: number): ReadonlyArray<number> => {
  let left = columns
  return counts.map((count) => {
    const share = count === 0 ? 0 : Math.min(left, Math.max(1, Math.floor((count * columns) / Math.max(1, total))))
    left -= share
    return share
  })
}

const bar = (progress: Progress, canvas: Canvas, columns: number): Line => {
  const { cached, succeeded, failed, skipped } = progress.nodeCounts
  const signs = canvas.glyphs.bar
  const total = progress.nodes.length
  const parts = [
    [signs.failed, "failed", failed],
    [signs.skipped, "skipped", skipped],
    [signs.cached, "cached", cached],
    [signs.computed, "computed", succeeded]
  ] as const
  const widths = shares(
    parts.map(([, , count]) => count),
    total,
    columns
  )
  const isFull = finishedNodes(progress) + skipped === total
  const used = widths.reduce((sum, share) => sum + share, 0)
  // What rounding leaves over belongs to the largest part once nothing is left to do.
  const largest = parts.findIndex(([, , count]) => count === Math.max(cached, succeeded, failed, skipped))
  const spans = parts.map(([sign, tone, count], index): Span & { readonly count: number } => ({
    text: sign.repeat((widths[index] ?? 0) + (isFull && index === largest ? columns - used : 0)),
    tone,
    count
  }))
  // Done first, then what went wrong, then what is left.
  return [...spans.slice(2), ...spans.slice(0, 2), span(signs.rest.repeat(isFull ? 0 : columns - used), "waiting")]
    .filter(({ text }) => text !== "")
    .map(({ text, tone }) => ({ text, tone }))
}

const counted = (count: number, word: string, tone: Tone): Line => (count === 0 ? [] : [span(`${count} ${word}`, tone)])

export const progressBar = (progress: Progress, canvas: Canvas): Line => {
  const { cached, succeeded, failed, skipped, running } = progress.nodeCounts
  const columns = Math.min(40, Math.max(8, Math.floor(canvas.columns / 4)))
  const counts = [
    [span(`${finishedNodes(progress)}/${progress.nodes.length} nodes`, "strong")],
    counted(failed, "failed", "failed"),
    counted(running, "running", "running"),
    counted(succeeded, "computed", "computed"),
    counted(cached, "cached", "cached"),
    counted(skipped, "skipped", "skipped"),
    cached === 0 || progress.savedMs < 1000 ? [] : [span(`saved ${roughly(progress.savedMs)}`, "cached")],
    counted(progress.retries, progress.retries === 1 ? "retry" : "retries", "faint")
  ]
  const room = Math.max(0, canvas.columns - columns - 2)
  const line = [...bar(progress, canvas, columns), span("  "), ...whole(counts, "  ", room, canvas.glyphs.ellipsis)]
  return cut(line, canvas.columns, canvas.glyphs.ellipsis)
}
