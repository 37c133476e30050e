import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { PriorityQueue } from "../../src/execute/PriorityQueue.ts"

describe("PriorityQueue", () => {
  it("gives the largest first and the earliest pushed among equals, whatever is pushed in between", () => {
    const step = fc.oneof(fc.record({ push: fc.integer({ min: 0, max: 4 }) }), fc.constant("pop" as const))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new PriorityQueue<number>()
        // The model: a list that is sorted anew for every pop.
        const model: Array<{ readonly value: number; readonly priority: number }> = []
        for (const [value, each] of steps.entries()) {
          if (each === "pop") {
            const expected = model.toSorted((a, b) => b.priority - a.priority || a.value - b.value)[0]
            assert.strictEqual(queue.pop(), expected?.value)
            if (expected !== undefined) model.splice(model.indexOf(expected), 1)
          } else {
            queue.push(value, each.push)
            model.push({ value, priority: each.push })
          }
          assert.strictEqual(queue.size, model.length)
        }
      }),
      { numRuns: 300 }
    )
  })

  it("sorts fractions, negatives and infinities", () => {
    const queue = new PriorityQueue<number>()
    const priorities = [0.5, -1, Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, 1e300]
    for (const priority of priorities) queue.push(priority, priority)
    assert.deepStrictEqual(
      priorities.map(() => queue.pop()),
      [...priorities].sort((a, b) => b - a)
    )
    assert.isUndefined(queue.pop())
  })
})
