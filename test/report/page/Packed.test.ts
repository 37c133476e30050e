/** What a page's data come to as text. */
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { type Json, pack, unpack } from "../../../src/report/page/Packed.ts"
import { toPageText } from "../../../src/report/page/PageText.ts"

const normal = (value: Json) => JSON.parse(JSON.stringify(value))

describe("packed JSON", () => {
  it("comes back as it was, whatever it holds", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json: Json = normal(value as Json)
        const back = unpack(normal(pack(json) as unknown as Json) as never)
        assert.strictEqual(JSON.stringify(back), JSON.stringify(json))
      })
    )
  })

  it("writes the keys of like objects once", () => {
    const rows = Array.from({ length: 1000 }, (_, at) => ({ aLongKey: at, anotherLongKey: [at] }))
    const text = JSON.stringify(pack(rows))
    assert.lengthOf(text.match(/aLongKey/g) ?? [], 1)
    assert.isBelow(text.length, JSON.stringify(rows).length / 2)
  })

  it("keeps keys that objects have of themselves", () => {
    const value: Json = JSON.parse('{"__proto__": 1, "constructor": {"toString": null}}')
    assert.strictEqual(JSON.stringify(unpack(pack(value))), JSON.stringify(value))
  })

  it("ends no script element and opens no comment", () => {
    const text = toPageText({ "</script>": "<!-- <script>", other: "</SCRIPT >" })
    assert.notInclude(text, "<")
    assert.strictEqual(JSON.stringify(unpack(JSON.parse(text))), '{"</script>":"<!-- <script>","other":"</SCRIPT >"}')
  })
})
