import { assert, describe, it } from "@effect/vitest"
import { printable, shortened, textWidth, wrapped } from "../../../../src/report/figures/drawing/TextWidth.ts"

describe("textWidth", () => {
  // Advance widths of DejaVu Sans, read from the font (units of 2048 an em).
  const dejavu = { "teddy bear": 11183, "sports ball": 10676, motorcycle: 11439, WWW: 6075, illicit: 4774 }
  for (const [text, units] of Object.entries(dejavu))
    it(`of ${text} is at least a wide font's, and not half as much again`, () => {
      const width = textWidth(text, 12)
      assert.isAtLeast(width, (units / 2048) * 12 * 0.97)
      assert.isAtMost(width, (units / 2048) * 12 * 1.4)
    })

  it("grows with the size, and counts a character beyond the basic plane once", () => {
    assert.closeTo(textWidth("fork", 24), 2 * textWidth("fork", 12), 1e-9)
    assert.strictEqual(textWidth("𝔸", 10), textWidth("語", 10))
    assert.isAbove(textWidth("fork", 12, "bold"), textWidth("fork", 12))
  })
})

describe("shortened and wrapped", () => {
  it("keep to the limit and lose nothing that fits", () => {
    assert.strictEqual(shortened("fork", 12, 100), "fork")
    const short = shortened("a name that is by far too long", 12, 90)
    assert.match(short, /^a name .*…$/)
    assert.isAtMost(textWidth(short, 12), 90)
    const text = "several words that are to be broken into lines of a width"
    const lines = wrapped(text, 12, 120)
    assert.isAbove(lines.length, 2)
    assert.strictEqual(lines.join(" "), text)
    for (const line of lines) assert.isAtMost(textWidth(line, 12), 120)
  })

  it("break at spaces only: a longer word is shortened", () => {
    const [first, second] = wrapped("short Donaudampfschifffahrtsgesellschaft", 12, 100)
    assert.strictEqual(first, "short")
    assert.match(second ?? "", /^Donau.*…$/)
  })
})

describe("printable", () => {
  it("replaces what XML cannot hold", () => {
    assert.strictEqual(printable("a\u0000b\u001Bc\uD800d\uFFFEe"), "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe")
    assert.strictEqual(printable("tab\tline\n😀λ"), "tab line 😀λ")
  })
})
