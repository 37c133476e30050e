/** Just enough of an XML reader to hold figures to: it fails on what is not well-formed. */
import { assert } from "vitest"

export interface Element {
  readonly name: string
  readonly attributes: { readonly [name: string]: string }
  /** Of itself alone. */
  text: string
}

const decoded = (text: string): string => {
  assert.notMatch(text, /&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i, `a bare & in ${text}`)
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
}

/** Every element in document order. */
export const parsedSvg = (bytes: Uint8Array): ReadonlyArray<Element> => {
  const svg = new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  assert.notMatch(svg, /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u)
  const elements: Array<Element> = []
  const open: Array<Element> = []
  let at = 0
  for (const match of svg.matchAll(/<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    const between = svg.slice(at, match.index)
    assert.notInclude(between, "<", `not a tag: ${between}`)
    const parent = open.at(-1)
    if (parent === undefined) assert.strictEqual(between.trim(), "")
    else parent.text += decoded(between)
    at = match.index + match[0].length
    const [, closing, name = "", attributes = "", empty] = match
    if (closing === "/") {
      assert.strictEqual(open.pop()?.name, name)
      continue
    }
    const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
      key,
      decoded(value)
    ])
    assert.strictEqual(new Set(pairs.map(([key]) => key)).size, pairs.length, `an attribute twice in ${match[0]}`)
    const element = { name, attributes: Object.fromEntries(pairs), text: "" }
    elements.push(element)
    if (empty !== "/") open.push(element)
  }
  assert.strictEqual(svg.slice(at).trim(), "")
  assert.deepStrictEqual(open, [])
  return elements
}

export const textsOf = (bytes: Uint8Array): ReadonlyArray<string> =>
  parsedSvg(bytes).flatMap(({ name, text }) => (name === "text" && text.trim() !== "" ? text.trim() : []))
