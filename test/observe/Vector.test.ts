import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Vector from "../../src/observe/Vector.ts"

describe("Vector", () => {
  it("behaves as an array and leaves what it was made from alone", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.array(fc.oneof(fc.constant(null), fc.integer({ min: -1, max: 210 })), { maxLength: 100 }),
        (length, writes) => {
          const original = Vector.make(length, (index) => index)
          const draft = new Vector.Draft(original)
          const model = Array.from({ length }, (_, index) => index)
          writes.forEach((index, value) => {
            if (index === null) {
              draft.append(-value)
              model.push(-value)
            } else {
              draft.set(index, -value)
              if (index >= 0 && index < model.length) model[index] = -value
            }
          })
          const result = draft.finish()
          assert.deepStrictEqual(Vector.toArray(result), model)
          assert.strictEqual(result.length, model.length)
          for (const index of [0, 63, 64, 127, 128, length - 1, model.length]) {
            assert.strictEqual(Vector.get(result, index), model[index])
          }
          assert.deepStrictEqual(
            Vector.toArray(original),
            Array.from({ length }, (_, index) => index)
          )
        }
      )
    )
  })

  it("is itself where nothing was written", () => {
    const vector = Vector.make(10, (index) => index)
    assert.strictEqual(new Vector.Draft(vector).finish(), vector)
  })
})
