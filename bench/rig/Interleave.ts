/** Contenders measured turn by turn, so that a busy machine is as busy for one as for the other. */
import { loadavg } from "node:os"
import { say } from "./Bench.ts"
import { type Command, type Timing, time } from "./Command.ts"

export interface Contender {
  readonly label: string
  readonly command: Command
  /** Puts things back before each turn; not timed. */
  readonly before?: () => void
  /** Takes part in every n-th turn only, where one takes many seconds. Default: every turn. */
  readonly every?: number
  /** Throws where the command did not do what is measured. */
  readonly check?: (timing: Timing) => void
}

export interface Measured {
  /** Medians, in milliseconds. */
  readonly wallMs: number
  readonly cpuMs: number
  /** The fastest turn: what the machine can do when nobody disturbs. */
  readonly bestMs: number
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? Number.NaN)) / 2
}

/** Runs each contender `turns` times, by turns. */
export const interleave = (contenders: ReadonlyArray<Contender>, turns: number): ReadonlyArray<Measured> => {
  const timings: ReadonlyArray<Array<Timing>> = contenders.map(() => [])
  for (let turn = 0; turn < turns; turn++)
    for (const [at, { before, check, command, every = 1 }] of contenders.entries()) {
      if (turn % every !== 0) continue
      before?.()
      const timing = time(command)
      check?.(timing)
      timings[at]?.push(timing)
    }
  const measured = timings.map((each) => ({
    wallMs: median(each.map(({ wallMs }) => wallMs)),
    cpuMs: median(each.map(({ cpuMs }) => cpuMs)),
    bestMs: Math.min(...each.map(({ wallMs }) => wallMs))
  }))
  for (const [at, { bestMs, cpuMs, wallMs }] of measured.entries())
    say(
      `  ${(contenders[at]?.label ?? "").padEnd(44)} ${wallMs.toFixed(0).padStart(6)} ms wall, ${cpuMs.toFixed(0).padStart(6)} ms cpu, ${bestMs.toFixed(0).padStart(6)} ms best of ${timings[at]?.length}`
    )
  say(`  (load ${loadavg()[0]?.toFixed(1)})`)
  return measured
}
