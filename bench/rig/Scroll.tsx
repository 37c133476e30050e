/** A grid of 10,000 cells on a screen of 200 × 50, scrolled by keys: what each frame takes until it is written. */
import { EventEmitter } from "node:events"
import { render } from "ink"
import { ArtifactHash, Key, RunId } from "../../src/domain/Hash.ts"
import type { JournalEntry } from "../../src/domain/RunDetail.ts"
import * as Fold from "../../src/observe/Fold.ts"
import { initial, type Progress } from "../../src/observe/Progress.ts"
import { intervalOfMean } from "../../src/report/statistics/Intervals.ts"
import * as Glyphs from "../../src/ui/Glyphs.ts"
import * as Known from "../../src/ui/Known.ts"
import { Screen } from "../../src/ui/Screen.tsx"

const variants = 2000
const seeds = 5

/** All cells but some are cached, with a figure each. */
const halfway = (): Progress => {
  const labels = Array.from({ length: variants }, (_, index) => `variant ${index}`)
  const cells = labels.flatMap((variant) =>
    Array.from({ length: seeds }, (_, seed) => ({
      id: `variant=${variant},seed=${seed}`,
      variant: `variant=${variant}`,
      labels: { variant },
      seed
    }))
  )
  const nodes = cells.map((_, cell) => ({ id: `measure#${cell}`, stage: "measure", cells: [cell], estimateMs: 10 }))
  const key = Key.make("1".repeat(64))
  const artifact = ArtifactHash.make("2".repeat(64))
  return Fold.steps(initial, [
    {
      _tag: "RunStarted",
      runId: RunId.make("20260131-154502-k3f9"),
      experiment: "large",
      at: 0,
      jobs: 4,
      axes: ["variant"],
      cells,
      nodes
    },
    ...nodes.slice(0, 9000).flatMap(
      ({ id, stage }, cell): ReadonlyArray<JournalEntry> => [
        { _tag: "NodeCached", node: id, stage, at: 1, key, artifact },
        { _tag: "CellEnded", cell, at: 1, metrics: { accuracy: { value: Math.sin(cell) ** 2 } } }
      ]
    )
  ])
}

/** As much of a terminal as Ink needs. */
class Sink extends EventEmitter {
  readonly isTTY = true
  readonly writable = true
  readonly columns = 200
  readonly rows = 50
  bytes = 0
  write(text: string, encoding?: unknown, done?: unknown): boolean {
    this.bytes += text.length
    const callback = typeof encoding === "function" ? encoding : done
    if (typeof callback === "function") callback()
    // A frame is written between the beginning and the end of a synchronised update.
    if (text.includes("\u001b[?2026l")) this.emit("written")
    return true
  }
}

class Keyboard extends EventEmitter {
  readonly isTTY = true
  readonly #typed: Array<string> = []
  setRawMode(): this {
    return this
  }
  setEncoding(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  read(): string | null {
    return this.#typed.shift() ?? null
  }
  type(text: string): void {
    this.#typed.push(text)
    this.emit("readable")
  }
}

/** Milliseconds, until it is written and of the processor. */
export interface FrameTime {
  readonly wallMs: number
  readonly cpuMs: number
}

/** What each of so many frames takes. */
export const scroll = async (frames: number): Promise<ReadonlyArray<FrameTime>> => {
  const terminal = new Sink()
  const keyboard = new Keyboard()
  const known: Known.Known = {
    ...Known.nothing,
    figures: {
      columns: [{ metric: "accuracy", label: "accuracy", kind: "share", better: "higher" }],
      baseline: { variant: "variant 0" },
      interval: (values, { kind = "score" }) => intervalOfMean(kind, values)?.interval ?? null
    }
  }
  const ink = render(
    <Screen
      progress={halfway()}
      now={2}
      glyphs={Glyphs.unicode}
      color={true}
      known={known}
      onAction={() => undefined}
      suspend={() => Promise.resolve()}
    />,
    {
      // These have what Ink uses of a terminal, not all that Node's has.
      stdout: terminal as unknown as NodeJS.WriteStream,
      stdin: keyboard as unknown as NodeJS.ReadStream,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      incrementalRendering: true,
      // Every key is answered at once: what is measured is the work.
      maxFps: 1000
    }
  )
  const times: Array<FrameTime> = []
  // Neither a fake terminal nor Ink keeps a process alive.
  const alive = setInterval(() => undefined, 1000)
  await new Promise((resolve) => setTimeout(resolve, 200))
  keyboard.type("G")
  keyboard.type("g")
  for (let at = 0; at < frames; at++) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    const [started, spent] = [performance.now(), process.cpuUsage()]
    const written = new Promise((resolve) => terminal.once("written", resolve))
    // To the next page, which changes every row.
    keyboard.type(" ")
    await written
    const { system, user } = process.cpuUsage(spent)
    times.push({ wallMs: performance.now() - started, cpuMs: (system + user) / 1000 })
  }
  clearInterval(alive)
  ink.unmount()
  return times
}
