import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { directionalAmplification } from "../../../stages/metrics/DirectionalAmplification.ts"
import { bitsOf, someBits, swappedGender } from "./rowsOfBits.ts"

/** Rows written as digits: objects, then gender. */
const rows = (text: string) => bitsOf(text.split(" ").map((row) => [...row].map(Number)))

const train = rows("1011 0110 1011 1001 0110 0000 0011 1001 1111 1111 1001 1111 0100 1011")
const test = rows("1000 0000 0000 1010 1011 0000 1001 1001 0001 0001")
const predicted = rows("1100 0011 1111 0011 1111 0010 0000 0110 1000 0111")

describe("directional bias amplification", () => {
  it("three objects, one absent from the test part: the definition worked out with other means", () => {
    const a = directionalAmplification("attribute-to-task", train, test, predicted)
    const t = directionalAmplification("task-to-attribute", train, test, predicted)
    assert.closeTo(a.value ?? Number.NaN, -0.1, 1e-12)
    assert.closeTo(t.value ?? Number.NaN, 0.15, 1e-12)
    assert.strictEqual(a.n, 6)
    // The second object is true in no test row: its two pairs have no condition.
    assert.strictEqual(t.n, 4)
  })
  it("by hand: one object that goes with men", () => {
    // P(t) = ½, P(man) = ½, P(t, man) = ½ > ¼ in training.
    const trained = rows("11 11 00 00")
    const tested = rows("11 01 10 00")
    // Of two men one has it and both are said to; of two women one has it and none is said to: Δ = ½ and −½.
    const said = rows("11 11 00 00")
    assert.deepStrictEqual(directionalAmplification("attribute-to-task", trained, tested, said), { value: 0.5, n: 2 })
    // Of the two rows with it one is a man; rows 1 and 3 are said to be a man and a woman: Δ = 0.
    assert.deepStrictEqual(directionalAmplification("task-to-attribute", trained, tested, said), { value: 0, n: 2 })
  })
  it("an object independent of gender in training has no direction, exactly", () => {
    const trained = rows("11 01 01 10 00 00 11 01 01 10 00 00 11 01 01 10 00 00")
    const measure = directionalAmplification("attribute-to-task", trained, rows("01 00"), rows("11 00"))
    assert.deepStrictEqual(measure, { value: 0, n: 2 })
  })
  it("a classifier without error has none; swapping genders everywhere changes nothing", () => {
    fc.assert(
      fc.property(someBits(3, 1, 10), someBits(3, 1, 10), fc.infiniteStream(fc.nat(1)), (trained, tested, bits) => {
        const said = { ...tested, data: tested.data.map(() => bits.next().value ?? 0) }
        for (const direction of ["attribute-to-task", "task-to-attribute"] as const) {
          const perfect = directionalAmplification(direction, trained, tested, tested)
          if (perfect.value !== null) assert.strictEqual(Math.abs(perfect.value), 0)
          const own = directionalAmplification(direction, trained, tested, said)
          const swapped = directionalAmplification(
            direction,
            swappedGender(trained),
            swappedGender(tested),
            swappedGender(said)
          )
          assert.strictEqual(swapped.n, own.n)
          if (own.value !== null) assert.closeTo(swapped.value ?? Number.NaN, own.value, 1e-12)
        }
      })
    )
  })
  it("without rows it is undefined", () => {
    const none = bitsOf([], 4)
    assert.isNull(directionalAmplification("attribute-to-task", train, none, none).value)
    assert.deepStrictEqual(directionalAmplification("task-to-attribute", none, test, predicted), {
      value: null,
      n: 0,
      note: "no training row"
    })
  })
})
