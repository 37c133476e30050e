import { assert, describe, it } from "@effect/vitest"
import * as Fold from "../../src/observe/Fold.ts"
import { initial, type Progress } from "../../src/observe/Progress.ts"
import * as Keys from "../../src/ui/Keys.ts"
import * as View from "../../src/ui/View.ts"
import { scripted } from "../observe/ScriptedRun.ts"

const run = scripted({ methods: Array.from({ length: 100 }, (_, index) => `m${index}`), seeds: 3 })
const running = Fold.steps(initial, [
  run.started(),
  run.cached(0, 0),
  run.start(run.train(0), 1),
  run.failed(run.train(4), 2),
  run.skipped(run.measure(4), 2, run.train(4))
])

const order = Array.from({ length: 100 }, (_, index) => index)
const window: View.Window = { first: 40, shown: 10, count: 100, order, start: 40 }
const offers = { steers: true, looksUp: true, stays: false }

interface Pressed {
  readonly view: View.View
  readonly actions: ReadonlyArray<string>
}

const press = (
  view: View.View,
  input: string,
  key: Keys.Key = {},
  on: Partial<Keys.Situation> & { readonly progress?: Progress } = {}
): Pressed => {
  const situation = { progress: running, window, offers, metrics: 2, ...on }
  let current: Pressed = { view, actions: [] }
  for (const [one, pressed] of Keys.keysOf(input, key)) {
    const { actions, view } = Keys.onKey(current.view, one, pressed, situation)
    current = { view, actions: [...current.actions, ...actions.map((action) => action._tag)] }
  }
  return current
}

const at = (variant: number, seed = 0): View.View => ({ ...View.initial, cursor: { variant, seed }, top: 40 })
const esc: Keys.Key = { escape: true }
const enter: Keys.Key = { return: true }

describe("Keys", () => {
  it("selects the first row on screen, then moves, and the rows follow at the edges", () => {
    assert.deepStrictEqual(press(View.initial, "", { downArrow: true }).view.cursor, { variant: 40, seed: 0 })
    const edge = press(at(49), "j").view
    assert.deepStrictEqual([edge.cursor?.variant, edge.top], [50, 41])
    assert.deepStrictEqual(press(at(45), "k").view.top, 40)
    const top = press(at(40), "", { upArrow: true }).view
    assert.deepStrictEqual([top.cursor?.variant, top.top], [39, 39])
    assert.strictEqual(press(at(3), "", { pageUp: true }).view.cursor?.variant, 0)
    assert.strictEqual(press(at(3), "G").view.cursor?.variant, 99)
    assert.strictEqual(press(at(3), "g").view.cursor?.variant, 0)
    assert.deepStrictEqual(press(at(40, 0), "", { rightArrow: true }).view.cursor, { variant: 40, seed: 1 })
    assert.deepStrictEqual(press(at(40, 2), "", { rightArrow: true }).view.cursor, { variant: 40, seed: 2 })
    assert.deepStrictEqual(
      press(View.initial, "j", {}, { window: { ...window, count: 0, order: [] } }).view,
      View.initial
    )
  })

  it("moves in the order in which rows are shown", () => {
    const reversed = { ...window, first: 0, start: 0, order: order.toReversed() }
    assert.strictEqual(press(View.initial, "", { downArrow: true }, { window: reversed }).view.cursor?.variant, 99)
    assert.strictEqual(press(at(99), "", { downArrow: true }, { window: reversed }).view.cursor?.variant, 98)
  })

  it("opens the selected cell, and comes back to it", () => {
    const opened = press(at(1, 1), "", enter)
    assert.deepStrictEqual(opened.actions, ["Open"])
    assert.deepStrictEqual(opened.view.page, { _tag: "Cell", cell: 4, top: 0, hasWhy: false, hasCause: false })
    const back = press(opened.view, "", esc).view
    assert.deepStrictEqual([back.page, back.cursor], [View.grid, { variant: 1, seed: 1 }])
    const next = press(opened.view, "", { rightArrow: true })
    assert.deepStrictEqual([next.view.page, next.actions], [{ ...opened.view.page, cell: 5 }, ["Open"]])
    assert.deepStrictEqual(press(opened.view, "w").actions, ["Why"])
    assert.deepStrictEqual(press(press(opened.view, "w").view, "w").actions, [])
    assert.deepStrictEqual(press(opened.view, "w", {}, { offers: { ...offers, looksUp: false } }).view, opened.view)
  })

  it("scrolls a page within its lines", () => {
    const { view } = press(at(1, 1), "", enter)
    const lines = View.lineWindow(0, 10, 25)
    const top = (shown: View.View) => (shown.page._tag === "Cell" ? shown.page.top : null)
    assert.strictEqual(top(press(view, "", { downArrow: true }, { window: lines }).view), 1)
    assert.strictEqual(top(press(view, "", { pageDown: true }, { window: lines }).view), 9)
    assert.strictEqual(top(press(view, "G", {}, { window: lines }).view), 15)
    assert.strictEqual(top(press(view, "", { upArrow: true }, { window: lines }).view), 0)
    const log = press(View.initial, "l").view
    assert.deepStrictEqual(log.page, { _tag: "Log", top: null })
    const up = press(log, "", { upArrow: true }, { window: View.lineWindow(15, 10, 25) }).view
    assert.deepStrictEqual(up.page, { _tag: "Log", top: 14 })
    // At its end it follows what is printed.
    assert.deepStrictEqual(
      press(up, "", { downArrow: true }, { window: View.lineWindow(14, 10, 25) }).view.page,
      log.page
    )
    assert.deepStrictEqual(press(log, "l").view.page, View.grid)
  })

  it("shows one metric after the other, then states alone, and sorts by it", () => {
    const second = press(View.initial, "m").view
    assert.strictEqual(second.metric, 1)
    assert.isNull(press(second, "m").view.metric)
    assert.strictEqual(press(press(second, "m").view, "m").view.metric, 0)
    const { view } = press(View.initial, "s")
    assert.strictEqual(view.sort, "best")
    assert.strictEqual(press(view, "s").view.sort, "worst")
    assert.strictEqual(press(view, "ss").view.sort, "grid")
    assert.strictEqual(press(View.initial, "s", {}, { metrics: 0 }).view.sort, "grid")
  })

  it("filters failed variants on and off, and follows again", () => {
    const on = press({ ...View.initial, top: 7 }, "f").view
    assert.isTrue(on.failedOnly)
    assert.isNull(on.top)
    assert.isFalse(press(on, "f").view.failedOnly)
    assert.deepStrictEqual(press(on, "", esc).view, View.initial)
  })

  it("types a query in which q is a letter; Enter keeps it, Escape clears it", () => {
    const typed = press(View.initial, "/eq")
    assert.deepStrictEqual([typed.view.query, typed.view.isTyping, typed.actions], ["eq", true, []])
    assert.strictEqual(press(typed.view, "", { backspace: true }).view.query, "e")
    const kept = press(typed.view, "", enter).view
    assert.deepStrictEqual([kept.query, kept.isTyping], ["eq", false])
    assert.strictEqual(press(kept, "", esc).view.query, "")
    assert.deepStrictEqual(press(typed.view, "", esc).view, View.initial)
    assert.deepStrictEqual(press(typed.view, "c", { ctrl: true }).actions, ["Stop"])
  })

  it("reads keys that arrive in one piece", () => {
    const { view } = press(View.initial, "/race\r?")
    assert.deepStrictEqual([view.query, view.isTyping, view.isHelp], ["race", false, true])
    assert.deepStrictEqual(press(View.initial, "/ab\u007f\u0003").actions, ["Stop"])
  })

  it("holds the run at q and asks; again ends it at once, Enter lets it end, Escape goes on", () => {
    const asked = press(View.initial, "q")
    assert.deepStrictEqual(asked.actions, ["Pause"])
    assert.deepStrictEqual(press(asked.view, "q").actions, ["StopNow"])
    assert.deepStrictEqual(press(asked.view, "", enter).actions, ["Stop"])
    const on = press(asked.view, "", esc)
    assert.deepStrictEqual([on.actions, on.view], [["Resume"], View.initial])
    assert.deepStrictEqual(press(asked.view, "c", { ctrl: true }).actions, ["StopNow"])
    // Nothing is asked where nothing runs.
    const idle = Fold.steps(initial, [run.started()])
    assert.deepStrictEqual(press(View.initial, "q", {}, { progress: idle }).actions, ["Stop"])
    // What was paused before stays paused.
    const paused = Fold.step(running, { _tag: "Paused", at: 3 })
    const again = press(View.initial, "q", {}, { progress: paused }).view
    assert.deepStrictEqual(press(again, "", esc, { progress: paused }).actions, [])
  })

  it("leaves what is not its own, or over, as it is", () => {
    const foreign = { offers: { ...offers, steers: false } }
    assert.deepStrictEqual(press(View.initial, "q", {}, foreign).actions, ["Leave"])
    assert.deepStrictEqual(press(View.initial, "p", {}, foreign).actions, [])
    assert.deepStrictEqual(press(at(1, 1), "r", {}, foreign).actions, [])
    const over = Fold.step(running, run.finished(9, "failed", {}))
    // Between two runs of a watched experiment.
    assert.deepStrictEqual(press(View.initial, "q", {}, { progress: over }).actions, ["Stop"])
    assert.deepStrictEqual(press(View.initial, "w").actions, ["Watch"])
    assert.deepStrictEqual(press(View.initial, "w", {}, { offers: { ...offers, stays: true } }).actions, [])
    assert.deepStrictEqual(press(View.initial, "p", {}, { progress: over }).actions, [])
  })

  it("pauses and resumes, and runs a failed cell again but no other", () => {
    assert.deepStrictEqual(press(View.initial, "p").actions, ["Pause"])
    const paused = Fold.step(running, { _tag: "Paused", at: 3 })
    assert.deepStrictEqual(press(View.initial, "p", {}, { progress: paused }).actions, ["Resume"])
    assert.deepStrictEqual(press(at(1, 1), "r").actions, ["Rerun"])
    assert.deepStrictEqual(press(at(1, 0), "r").actions, [])
    assert.deepStrictEqual(press(View.initial, "r").actions, [])
  })
})
