import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Fiber, Queue, Stream } from "effect"
import { render } from "ink"
import type { RunEvent } from "../../src/domain/RunEvent.ts"
import * as Fold from "../../src/observe/Fold.ts"
import { initial } from "../../src/observe/Progress.ts"
import { frameToText } from "../../src/ui/Frame.ts"
import * as Glyphs from "../../src/ui/Glyphs.ts"
import * as Known from "../../src/ui/Known.ts"
import { addedRows } from "../../src/ui/Reflow.ts"
import { Screen } from "../../src/ui/Screen.tsx"
import { fromEnvironment } from "../../src/ui/Terminal.ts"
import * as Tui from "../../src/ui/Tui.tsx"
import { scripted } from "../observe/ScriptedRun.ts"
import { FakeKeyboard, FakeTerminal } from "./FakeTerminal.ts"

const run = scripted({ methods: ["plain", "fair", "aware"], seeds: 3 })
const utf8 = { LANG: "C.UTF-8" }

/** Waits for as long as it takes: a busy machine draws late. */
const until = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.andThen(Effect.sleep("20 millis"), until(holds))))

/** Waits until the screen shows the text. */
const shows = (terminal: FakeTerminal, text: string) => until(() => terminal.screen().includes(text))

/** A run on screen whose events the test tells one by one. */
const onScreen = (terminal: FakeTerminal, keyboard = new FakeKeyboard()) =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<RunEvent, Cause.Done>()
    const asked: Array<string> = []
    const told = (name: string) => Effect.sync(() => void asked.push(name))
    const fiber = yield* Effect.forkChild(
      Tui.run({
        events: Stream.fromQueue(queue),
        // A fake has what Ink uses of a terminal, not all that Node's has.
        stdout: terminal as unknown as NodeJS.WriteStream,
        stdin: keyboard as unknown as NodeJS.ReadStream,
        env: utf8,
        control: {
          stop: told("stop"),
          stopNow: told("stopNow"),
          pause: told("pause"),
          resume: told("resume"),
          rerun: (cell) => told(`rerun ${cell}`),
          watch: told("watch")
        }
      })
    )
    return {
      keyboard,
      fiber,
      tell: (...events: ReadonlyArray<RunEvent>) => Queue.offerAll(queue, events),
      end: Effect.andThen(Queue.end(queue), Fiber.join(fiber)),
      asked
    }
  })

const started = [run.started(), run.cached(0, 0), run.start(run.train(4), 0)]
const story = [
  ...started,
  run.failed(run.train(4), 5),
  run.finished(9000, "failed", { executed: 0, cached: 1, failed: 1 })
]

describe("Tui", () => {
  it.live("draws the frame, follows the events, and leaves the last frame with the cursor below", () =>
    Effect.gen(function* () {
      const terminal = new FakeTerminal(70, 20)
      const screen = yield* onScreen(terminal)
      yield* screen.tell(...started)
      yield* shows(terminal, " fair    · ◌ ·  0/3")
      assert.isFalse(terminal.cursorVisible)
      yield* until(() => screen.keyboard.isRaw)
      yield* screen.tell(...story.slice(started.length))
      yield* screen.end
      assert.strictEqual(terminal.screen(), frameToText(Fold.steps(initial, story), { columns: 70, rows: 20 }))
      assert.isTrue(terminal.cursorVisible)
      assert.isFalse(screen.keyboard.isRaw)
      assert.strictEqual(terminal.scrolled, 0)
      assert.strictEqual(terminal.listenerCount("resize"), 0)
    })
  )

  it.live("draws far fewer frames than there are events, and none that is like the one before", () =>
    Effect.gen(function* () {
      const terminal = new FakeTerminal(70, 20)
      const screen = yield* onScreen(terminal)
      const frames = () => terminal.written.join("").split("\u001b[?2026h").slice(1)
      yield* screen.tell(...started)
      yield* shows(terminal, " fair    · ◌ ·  0/3")
      const before = frames().length
      yield* screen.tell(
        ...Array.from({ length: 1000 }, (_, epoch) => run.report(run.train(4), epoch, epoch + 1, 1000, 1))
      )
      yield* shows(terminal, "1000/1000")
      assert.isAtMost(frames().length - before, 50)
      yield* Effect.sleep("400 millis")
      for (const [at, frame] of frames().entries()) if (at > 0) assert.notStrictEqual(frame, frames()[at - 1])
      yield* screen.tell(...story.slice(started.length))
      yield* screen.end
    })
  )

  it.live("restores the terminal when the run is interrupted", () =>
    Effect.gen(function* () {
      const terminal = new FakeTerminal(70, 20)
      const screen = yield* onScreen(terminal)
      yield* screen.tell(...started)
      yield* shows(terminal, " fair    · ◌ ·  0/3")
      yield* Fiber.interrupt(screen.fiber)
      assert.isTrue(terminal.cursorVisible)
      assert.isFalse(screen.keyboard.isRaw)
      assert.include(terminal.screen(), " fair    · ◌ ·  0/3")
    })
  )

  it.live("restores the terminal when the events fail as a defect", () =>
    Effect.gen(function* () {
      const terminal = new FakeTerminal(70, 20)
      const keyboard = new FakeKeyboard()
      const exit = yield* Effect.exit(
        Tui.run({
          events: Stream.concat(Stream.fromIterable(started), Stream.die("broken")),
          stdout: terminal as unknown as NodeJS.WriteStream,
          stdin: keyboard as unknown as NodeJS.ReadStream,
          env: utf8
        })
      )
      assert.isTrue(exit._tag === "Failure" && Cause.hasDies(exit.cause))
      assert.isTrue(terminal.cursorVisible)
      assert.isFalse(keyboard.isRaw)
    })
  )

  it.live("asks to stop at q and again at Ctrl-C, filters and searches by keys", () =>
    Effect.gen(function* () {
      const terminal = new FakeTerminal(70, 20)
      const screen = yield* onScreen(terminal)
      yield* screen.tell(...started, run.start(run.train(0), 1), run.failed(run.train(4), 5))
      yield* shows(terminal, "\n plain ")
      yield* until(() => screen.keyboard.isRaw)
      // They come together: the second acts on what the first leaves on screen, which is not drawn yet.
      screen.keyboard.type("fj")
      yield* shows(terminal, "1 of 3 variants, failed only")
      yield* shows(terminal, "\n›fair ")
      assert.notInclude(terminal.screen(), "\n plain ")
      screen.keyboard.type("f/aw\r")
      yield* shows(terminal, '1 of 3 variants, matching "aw"')
      screen.keyboard.type("?")
      yield* shows(terminal, "finished work is kept, the next run resumes")
      screen.keyboard.type("?q")
      yield* shows(terminal, "let 1 running stage end?   q at once   Esc go on   Enter yes")
      yield* until(() => screen.asked.length > 0)
      assert.deepStrictEqual(screen.asked, ["pause"])
      screen.keyboard.type("\u001b")
      yield* until(() => screen.asked.at(-1) === "resume")
      screen.keyboard.type("q\u0003")
      yield* until(() => screen.asked.at(-1) === "stopNow")
      yield* screen.tell(...story.slice(started.length))
      yield* screen.end
    })
  )

  it.live("stops by itself where it asked and what ran has ended meanwhile", () =>
    Effect.gen(function* () {
      const terminal = new FakeTerminal(70, 20)
      const screen = yield* onScreen(terminal)
      yield* screen.tell(...started)
      yield* shows(terminal, " fair    · ◌ ·  0/3")
      yield* until(() => screen.keyboard.isRaw)
      screen.keyboard.type("q")
      yield* shows(terminal, "let 1 running stage end?")
      yield* screen.tell(run.succeeded(run.train(4), 9, 9))
      yield* until(() => screen.asked.at(-1) === "stop")
      assert.deepStrictEqual(screen.asked, ["pause", "stop"])
      yield* screen.tell(...story.slice(started.length))
      yield* screen.end
    })
  )

  it.live("offers no keys where none can be read", () =>
    Effect.gen(function* () {
      const terminal = new FakeTerminal(70, 20)
      const screen = yield* onScreen(terminal, new FakeKeyboard(false))
      yield* screen.tell(...started)
      yield* shows(terminal, "\n Ctrl-C stop")
      assert.notInclude(terminal.screen(), "q stop")
      yield* screen.tell(...story.slice(started.length))
      yield* screen.end
    })
  )

  it.live("fits a resized terminal", () =>
    Effect.gen(function* () {
      const terminal = new FakeTerminal(100, 30)
      const screen = yield* onScreen(terminal)
      yield* screen.tell(...started)
      yield* shows(terminal, " fair    · ◌ ·  0/3")
      terminal.resize(120, 12)
      const heads = () => terminal.screen().split("\n")
      yield* until(() => heads().length <= 11 && heads().some((line) => line.startsWith("table3")))
      const lines = heads()
      assert.strictEqual(lines.filter((line) => line.startsWith("table3")).length, 1)
      yield* screen.tell(...story.slice(started.length))
      yield* screen.end
      const last = terminal.screen().split("\n")
      assert.strictEqual(last.filter((line) => line.startsWith("table3")).length, 1)
    })
  )

  it("counts the rows that wrapping adds", () => {
    assert.strictEqual(addedRows([100, 40, 41, 0, 81], 40), 2 + 0 + 1 + 0 + 2)
    assert.strictEqual(addedRows([10], 0), 0)
  })

  it("reads the locale and the wish for no colour", () => {
    assert.deepStrictEqual(fromEnvironment({ LANG: "de_DE.UTF-8" }, "linux"), { unicode: true, color: true })
    assert.deepStrictEqual(fromEnvironment({ LANG: "de_DE.UTF-8", LC_ALL: "C" }, "linux"), {
      unicode: false,
      color: true
    })
    assert.deepStrictEqual(fromEnvironment({}, "linux"), { unicode: false, color: true })
    assert.deepStrictEqual(fromEnvironment({}, "darwin"), { unicode: true, color: true })
    assert.deepStrictEqual(fromEnvironment({ ...utf8, NO_COLOR: "1" }, "linux"), { unicode: true, color: false })
    assert.deepStrictEqual(fromEnvironment({ ...utf8, NO_COLOR: "" }, "linux"), { unicode: true, color: true })
    assert.deepStrictEqual(fromEnvironment({ ...utf8, TERM: "linux" }, "linux"), { unicode: false, color: true })
  })
})

describe("Screen", () => {
  it("draws the same at a thousand variants as the frame says, at every size", () => {
    const large = scripted({ methods: Array.from({ length: 1000 }, (_, index) => `variant ${index}`), seeds: 5 })
    const progress = Fold.steps(initial, [large.started(), large.start(large.train(777), 0)])
    for (const [columns, rows] of [
      [60, 10],
      [80, 24],
      [140, 50],
      [200, 60]
    ] as const) {
      const terminal = new FakeTerminal(columns, rows)
      const keyboard = new FakeKeyboard()
      const ink = render(
        <Screen
          progress={progress}
          now={0}
          glyphs={Glyphs.unicode}
          color={false}
          known={Known.nothing}
          onAction={() => undefined}
          suspend={() => Promise.resolve()}
        />,
        {
          stdout: terminal as unknown as NodeJS.WriteStream,
          stdin: keyboard as unknown as NodeJS.ReadStream,
          patchConsole: false,
          interactive: true
        }
      )
      ink.unmount()
      assert.strictEqual(terminal.screen(), frameToText(progress, { columns, rows, now: 0 }))
      assert.strictEqual(terminal.scrolled, 0)
    }
  })
})
