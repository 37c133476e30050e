import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { infer, potentialsOf } from "../../../stages/rba/Potentials.ts"

const none = (objects: number) => ({ man: new Float64Array(objects), woman: new Float64Array(objects) })

const problem = fc.integer({ min: 1, max: 3 }).chain((objects) =>
  fc.record({
    objects: fc.constant(objects),
    logits: fc.array(fc.array(fc.integer({ min: -40, max: 40 }), { minLength: objects + 1, maxLength: objects + 1 }), {
      minLength: 1,
      maxLength: 6
    }),
    man: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: objects, maxLength: objects }),
    woman: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: objects, maxLength: objects })
  })
)

describe("inference", () => {
  it("without shifts it is the classifier's own prediction: every logit by its sign", () => {
    fc.assert(
      fc.property(problem, ({ logits, objects }) => {
        const potentials = potentialsOf(logits.flat(), logits.length, objects)
        const { man, on } = infer(potentials, none(objects), null)
        assert.deepStrictEqual(
          [...man],
          logits.map((row) => ((row[objects] ?? 0) >= 0 ? 1 : 0))
        )
        assert.deepStrictEqual(
          [...on],
          logits.flatMap((row) => row.slice(0, objects).map((logit) => (logit >= 0 ? 1 : 0)))
        )
      })
    )
  })
  it("with shifts it is the best of all assignments, as trying every one of them shows", () => {
    fc.assert(
      fc.property(problem, ({ logits, man, objects, woman }) => {
        const potentials = potentialsOf(logits.flat(), logits.length, objects)
        const shifts = { man: Float64Array.from(man), woman: Float64Array.from(woman) }
        const found = infer(potentials, shifts, null)
        const score = (row: ReadonlyArray<number>, isMan: boolean, on: ReadonlyArray<number>) =>
          on.reduce(
            (total, each, object) => total + each * ((row[object] ?? 0) - ((isMan ? man : woman)[object] ?? 0)),
            isMan ? (row[objects] ?? 0) : 0
          )
        for (const [at, row] of logits.entries()) {
          let best = Number.NEGATIVE_INFINITY
          for (const isMan of [true, false])
            for (let set = 0; set < 1 << objects; set++) {
              const on = Array.from({ length: objects }, (_, object) => (set >> object) & 1)
              best = Math.max(best, score(row, isMan, on))
            }
          const own = [...found.on.subarray(at * objects, (at + 1) * objects)]
          assert.strictEqual(score(row, found.man[at] === 1, own), best)
        }
      })
    )
  })
  it("only what an assignment has on is shifted, and only with its gender", () => {
    const potentials = potentialsOf([1, 1, 0.5], 1, 2)
    const shifts = { man: Float64Array.of(9, 9), woman: Float64Array.of(9, 9) }
    const shifted = infer(potentials, shifts, { man: Uint8Array.of(1), on: Uint8Array.of(1, 0) })
    // Man: 0.5 + 0 + 1 with the first object off; woman: 1 + 1, untouched.
    assert.deepStrictEqual(shifted, { man: Uint8Array.of(0), on: Uint8Array.of(1, 1) })
    assert.deepStrictEqual(infer(potentials, shifts, null), { man: Uint8Array.of(1), on: Uint8Array.of(0, 0) })
  })
})
