/**
 * The screen of a run, live or past. It reads what happens, draws five times a second, ten while keys are pressed, below whatever
 * the terminal holds already, and leaves its last frame there. The terminal is restored however the scope ends.
 */
import { type Cause, Clock, Deferred, Effect, Queue, Stream } from "effect"
import { render } from "ink"
import type { JournalEntry } from "../domain/RunDetail.ts"
import * as Fold from "../observe/Fold.ts"
import { initial, type Progress } from "../observe/Progress.ts"
import type { FigureSpec, RunControl, RunLookup } from "../observe/RunControl.ts"
import * as Figures from "./Figures.ts"
import type { Frame } from "./Frame.ts"
import * as Glyphs from "./Glyphs.ts"
import type { Action } from "./Keys.ts"
import * as Known from "./Known.ts"
import { width } from "./Line.ts"
import * as Lookups from "./Lookups.ts"
import { erasedOnNarrowing } from "./Reflow.ts"
import { Screen } from "./Screen.tsx"
import { suspend } from "./Suspend.ts"
import { fromEnvironment } from "./Terminal.ts"

/** Frames at most: answers to keys. */
const FRAMES_A_SECOND = 10

/** How often progress is looked at. A frame costs Ink about 10 ms of a core that stages could use. */
const TICK_MS = 200

/** Frames that no key asked for take one part in so many of the time: on a busy machine they come less often, but not seldom. */
const SHARE = 50
const SLOWEST_TICK_MS = 1000

/** So many cached cells get their figures before the last frame of a run, which nobody waits for. */
const LAST_LOOKED_UP = 1000

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
  /** What the table makes of the metrics, asked when a run has started, where that is known then. Else it is looked up. */
  readonly table?: () => FigureSpec | null
  readonly interval?: Figures.Interval
  /** How the commands are typed that show the same outside. */
  readonly shell?: Known.Shell
  /** Whether the screen stays after the last event, until it is left. */
  readonly stays?: boolean
  /** Whether further runs follow, where files change: the screen can be used between them. */
  readonly watches?: boolean
  /** A terminal. */
  readonly stdout: NodeJS.WriteStream
  /** Keys are read only where it is a terminal. */
  readonly stdin: NodeJS.ReadStream
  /** `NO_COLOR`, `TERM` and the locale are looked up here. */
  readonly env: { readonly [name: string]: string | undefined }
}

/** A queue's events to its end. Here, so that only a screen loads streams. */
export const eventsOf = (queue: Queue.Dequeue<JournalEntry, Cause.Done>): Stream.Stream<JournalEntry> =>
  Stream.fromQueue(queue)

/** Shows the run until its events end, or it is left, and the last frame is written; then the terminal is as it was. */
export const run = (options: Options): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { control, lookup, stdout, stdin } = options
    const { unicode, color } = fromEnvironment(options.env, process.platform)
    const glyphs = unicode ? Glyphs.unicode : Glyphs.ascii
    const actions = yield* Queue.unbounded<Action>()
    const left = yield* Deferred.make<void>()
    const onAction = (action: Action) => {
      Queue.offerUnsafe(actions, action)
    }
    let progress = initial
    let known: Known.Known = {
      ...Known.nothing,
      figures: figuresOf(null, options),
      shell: options.shell ?? Known.nothing.shell,
      offers: {
        steers: control !== undefined,
        looksUp: lookup !== undefined,
        stays: options.stays === true || options.watches === true
      }
    }
    let drawn: { progress: Progress; known: Known.Known; second: number } | null = null
    let widths: ReadonlyArray<number> = []
    const onDrawn = ({ lines }: Frame) => {
      widths = lines.map(width)
    }
    const screen = (now: number) => (
      <Screen
        progress={progress}
        now={now}
        glyphs={glyphs}
        color={color}
        known={known}
        onAction={onAction}
        suspend={suspend}
        onDrawn={onDrawn}
      />
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
    /** Gives how long it took, in milliseconds. */
    const draw = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const second = progress.outcome === null ? Math.floor(now / 1000) : 0
      if (drawn?.progress === progress && drawn.known === known && drawn.second === second) return 0
      drawn = { progress, known, second }
      ink.rerender(screen(now))
      return (yield* Clock.currentTimeMillis) - now
    })
    const change = (made: (known: Known.Known) => Known.Known): void => {
      known = made(known)
    }
    const fold = (entries: ReadonlyArray<JournalEntry>): void => {
      progress = Fold.steps(progress, entries)
      const { table } = options
      if (table !== undefined && entries.some(({ _tag }) => _tag === "RunStarted"))
        change((known) => ({ ...known, figures: figuresOf(table(), options), cells: new Map(), why: new Map() }))
    }

    const perform = (action: Action): Effect.Effect<void> => {
      switch (action._tag) {
        case "Open":
          return Lookups.open(lookup, progress, action.cell, change)
        case "Why":
          return Lookups.why(lookup, action.cell, progress.plan?.cells[action.cell]?.id ?? "", change)
        case "Watch":
          change((before) => ({ ...before, offers: { ...before.offers, stays: true } }))
          return control?.watch ?? Effect.void
        case "Leave":
          return Effect.asVoid(Deferred.succeed(left, undefined))
        default:
          return control === undefined ? Effect.void : steer(control, action)
      }
    }
    yield* Effect.forkScoped(
      Stream.runForEach(Stream.fromQueue(actions), (action) => Effect.forkChild(Effect.andThen(perform(action), draw)))
    )
    const readMetrics = Lookups.metricsReader(lookup)
    const look = (most?: number) => Effect.suspend(() => Effect.map(readMetrics(progress, most), fold))
    const tick = Effect.gen(function* () {
      yield* look()
      const took = yield* draw
      yield* Effect.sleep(Math.min(SLOWEST_TICK_MS, Math.max(TICK_MS, SHARE * took)))
    })
    yield* Effect.forkScoped(Effect.forever(tick))
    if (lookup !== undefined && options.table === undefined)
      yield* Effect.forkScoped(
        Effect.map(lookup.table, (table) => change((known) => ({ ...known, figures: figuresOf(table, options) })))
      )
    const told = Stream.runForEachArray(options.events, (entries) => Effect.sync(() => fold(entries)))
    const ended = options.stays === true ? Effect.andThen(told, Deferred.await(left)) : told
    yield* Effect.raceFirst(ended, Deferred.await(left))
    if (options.stays !== true) yield* look(LAST_LOOKED_UP)
    // What is left on the terminal is no screen to be used.
    change((before) => ({ ...before, offers: { ...before.offers, stays: false } }))
    yield* draw
  }).pipe(Effect.scoped)

const figuresOf = (table: FigureSpec | null, { interval = Figures.none.interval }: Options): Figures.Figures =>
  table === null ? { ...Figures.none, interval } : Figures.ofTable(table, interval)

const steer = (control: RunControl, action: Exclude<Action, { readonly _tag: "Open" | "Why" | "Leave" | "Watch" }>) => {
  switch (action._tag) {
    case "Stop":
      return control.stop
    case "StopNow":
      return control.stopNow
    case "Pause":
      return control.pause
    case "Resume":
      return control.resume
    case "Rerun":
      return control.rerun(action.cell)
  }
}
