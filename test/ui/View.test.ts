import { assert, describe, it } from "@effect/vitest"
import * as View from "../../src/ui/View.ts"

const window = { first: 40, shown: 10, count: 100 }

const press = (view: View.View, input: string, key: View.Key = {}, at: View.Window = window): View.View =>
  View.keysOf(input, key).reduce((current, [one, pressed]) => View.onKey(current, one, pressed, at), view)

describe("View", () => {
  it("scrolls from the rows on screen, within the list", () => {
    assert.strictEqual(press(View.initial, "", { downArrow: true }).top, 41)
    assert.strictEqual(press(View.initial, "", { upArrow: true }).top, 39)
    assert.strictEqual(press(View.initial, "", { pageDown: true }).top, 50)
    assert.strictEqual(press({ ...View.initial, top: 85 }, "", { pageDown: true }).top, 90)
    assert.strictEqual(press({ ...View.initial, top: 3 }, "", { pageUp: true }).top, 0)
    assert.strictEqual(press(View.initial, "G").top, 90)
    assert.strictEqual(press(View.initial, "j", {}, { first: 0, shown: 5, count: 5 }).top, 0)
    assert.isNull(press({ ...View.initial, top: 3 }, "", { escape: true }).top)
  })

  it("filters failed variants on and off, and follows again", () => {
    const on = press({ ...View.initial, top: 7 }, "f")
    assert.isTrue(on.failedOnly)
    assert.isNull(on.top)
    assert.isFalse(press(on, "f").failedOnly)
  })

  it("types a query in which q is a letter; Enter keeps it, Escape clears it", () => {
    const typed = press(press(View.initial, "/"), "eq")
    assert.deepStrictEqual([typed.query, typed.isTyping, typed.stops], ["eq", true, 0])
    assert.strictEqual(press(typed, "", { backspace: true }).query, "e")
    const kept = press(typed, "", { return: true })
    assert.deepStrictEqual([kept.query, kept.isTyping], ["eq", false])
    assert.strictEqual(press(kept, "", { escape: true }).query, "")
    assert.deepStrictEqual(press(typed, "", { escape: true }), View.initial)
  })

  it("reads keys that arrive in one piece", () => {
    const view = press(View.initial, "/race\r?")
    assert.deepStrictEqual([view.query, view.isTyping, view.isHelp], ["race", false, true])
    assert.strictEqual(press(View.initial, "/ab\u007f\u0003").stops, 1)
  })

  it("counts requests to stop, also while typing", () => {
    assert.isTrue(View.isStop(View.initial, "q", {}))
    assert.isTrue(View.isStop(View.initial, "c", { ctrl: true }))
    assert.isFalse(View.isStop({ ...View.initial, isTyping: true }, "q", {}))
    assert.isTrue(View.isStop({ ...View.initial, isTyping: true }, "c", { ctrl: true }))
    assert.strictEqual(press(press(View.initial, "q"), "c", { ctrl: true }).stops, 2)
    assert.strictEqual(press({ ...View.initial, stops: 1 }, "", { escape: true }).stops, 1)
  })
})
