/**
 * `--ui tui`: the screen of a running run. It reads the events, draws five times a second, ten while keys are pressed, below whatever
 * the terminal holds already, and leaves its last frame there. The terminal is restored however the scope ends.
 */
import { type Cause, Clock, Effect, Queue, Stream } from "effect"
import { render } from "ink"
import { isRunEvent, type JournalEntry } from "../domain/RunDetail.ts"
import * as Fold from "../observe/Fold.ts"
import { initial, type Progress } from "../observe/Progress.ts"
import type { RunControl, RunLookup } from "../observe/RunControl.ts"
import * as Glyphs from "./Glyphs.ts"
import { type Line, width } from "./Line.ts"
import { erasedOnNarrowing } from "./Reflow.ts"
import { Screen } from "./Screen.tsx"
import { fromEnvironment } from "./Terminal.ts"

/** Frames at most: answers to keys. */
const FRAMES_A_SECOND = 10

/** How often progress is looked at. A frame costs Ink about 10 ms of a core that stages could use. */
const TICK_MS = 200

export interface Options {
  /**
   * The run's events and details; must end, normally after `RunFinished`. With `--watch` another `RunStarted` may follow, and
   * `Watching` between.
   */
  readonly events: Stream.Stream<JournalEntry>
  /** Absent where the run belongs to another process or is over (`ablate watch`): nothing can be asked of it. */
  readonly control?: RunControl
  /** What is stored, read where somebody looks. */
  readonly lookup?: RunLookup
  /** A terminal. */
  readonly stdout: NodeJS.WriteStream
  /** Keys are read only where it is a terminal. */
  readonly stdin: NodeJS.ReadStream
  /** Run at every q or Ctrl-C; a second one means "at once". */
  readonly onStop: Effect.Effect<void>
  /** `NO_COLOR`, `TERM` and the locale are looked up here. */
  readonly env: { readonly [name: string]: string | undefined }
}

/** A queue's events to its end. Here, so that only a screen loads streams. */
export const eventsOf = (queue: Queue.Dequeue<JournalEntry, Cause.Done>): Stream.Stream<JournalEntry> =>
  Stream.fromQueue(queue)

/** Shows the run until its events end and the last frame is written; then the terminal is as it was. */
export const run = (options: Options): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { stdout, stdin } = options
    const { unicode, color } = fromEnvironment(options.env, process.platform)
    const glyphs = unicode ? Glyphs.unicode : Glyphs.ascii
    const stops = yield* Queue.unbounded<void>()
    const onStop = () => {
      Queue.offerUnsafe(stops, undefined)
    }
    let progress = initial
    let drawn: { progress: Progress; second: number } | null = null
    let widths: ReadonlyArray<number> = []
    const onDrawn = (lines: ReadonlyArray<Line>) => {
      widths = lines.map(width)
    }
    const screen = (now: number) => (
      <Screen progress={progress} now={now} glyphs={glyphs} color={color} onStop={onStop} onDrawn={onDrawn} />
    )

    yield* erasedOnNarrowing(stdout, () => widths)
    const ink = yield* Effect.acquireRelease(
      Effect.map(Clock.currentTimeMillis, (now) =>
        render(screen(now), {
          stdout,
          stdin,
          exitOnCtrlC: false,
          // Whoever runs beside a screen holds back what stages print.
          patchConsole: false,
          interactive: true,
          incrementalRendering: true,
          maxFps: FRAMES_A_SECOND
        })
      ),
      (ink) =>
        Effect.promise(() => {
          ink.unmount()
          // It rejects when a component has thrown: the run goes on without its screen.
          return ink.waitUntilExit().catch(() => undefined)
        })
    )
    const draw = Effect.map(Clock.currentTimeMillis, (now) => {
      const second = Math.floor(now / 1000)
      if (drawn !== null && drawn.progress === progress && drawn.second === second) return
      drawn = { progress, second }
      ink.rerender(screen(now))
    })

    yield* Effect.forkScoped(Stream.runForEach(Stream.fromQueue(stops), () => Effect.forkChild(options.onStop)))
    yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(TICK_MS), draw)))
    yield* Stream.runForEachArray(options.events, (events) =>
      Effect.sync(() => {
        progress = Fold.steps(progress, events.filter(isRunEvent))
      })
    )
    yield* draw
  }).pipe(Effect.scoped)
