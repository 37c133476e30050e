import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { displayWidth } from "../../src/domain/DisplayWidth.ts"
import { abbreviated } from "../../src/ui/Labels.ts"

const cut = (labels: ReadonlyArray<string>, columns: number) => [...abbreviated(new Set(labels), columns, "…").values()]

describe("Labels", () => {
  it("cuts where the labels still differ", () => {
    assert.deepStrictEqual(cut(["alpha-long", "beta-long"], 6), ["alpha…", "beta-…"])
    assert.deepStrictEqual(cut(["trained with A", "trained with B", "plain"], 8), ["trai…h A", "trai…h B", "plain"])
    assert.deepStrictEqual(cut(["swap-one-x", "swap-two-x", "swap-six-x"], 6), ["…one-x", "…two-x", "…six-x"])
  })

  it("does not cut a letter from its marks", () => {
    assert.deepStrictEqual(cut(["\u304b\u3099", "  "], 1), ["…", "…"])
    assert.deepStrictEqual(cut(["long-\u304b\u3099", "long-\u304b"], 4), ["l…\u304b\u3099", "l…\u304b"])
  })

  it("is never wider than it may be, and leaves what fits as it is", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 20 }),
        (labels, columns) => {
          const found = abbreviated(new Set(labels), columns, "…")
          for (const [label, shown] of found) {
            assert.isAtMost(displayWidth(shown), columns)
            if (displayWidth(label) <= columns) assert.strictEqual(shown, label)
          }
        }
      )
    )
  })
})
