import { assert, describe, it } from "@effect/vitest"
import * as Terminal from "../../src/cli/Terminal.ts"

describe("colours", () => {
  it("are for terminals that have them, unless NO_COLOR says otherwise", () => {
    const terminal = { isTTY: true }
    assert.isTrue(Terminal.hasColor(terminal, { TERM: "xterm" }))
    assert.isTrue(Terminal.hasColor(terminal, { TERM: "xterm", NO_COLOR: "" }))
    assert.isFalse(Terminal.hasColor(terminal, { TERM: "xterm", NO_COLOR: "1" }))
    assert.isFalse(Terminal.hasColor(terminal, { TERM: "dumb" }))
    assert.isFalse(Terminal.hasColor({}, { TERM: "xterm" }))
  })
})
