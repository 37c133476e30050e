import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import {
  type AmplificationForm,
  amplification,
  type BiasPair,
  reduction,
  sharedReduction,
  undefinedLabels
} from "../../../stages/metrics/Amplification.ts"

const FORMS: ReadonlyArray<AmplificationForm> = ["zhao", "signed", "absolute"]
const pair = (reference: number | null, predicted: number | null, label = "x"): BiasPair => ({
  label,
  reference,
  predicted
})
const close = (actual: number | null, expected: number) => assert.closeTo(actual ?? Number.NaN, expected, 1e-12)

const share = fc.double({ min: 0, max: 1, noNaN: true })
const pairs = fc.array(fc.record({ label: fc.string(), reference: fc.option(share), predicted: fc.option(share) }), {
  minLength: 1,
  maxLength: 12
})

describe("bias amplification", () => {
  it("an object at .7 seen at .8, one at .4 seen at .3, one at .6 seen at .5", () => {
    const toy = [pair(0.7, 0.8), pair(0.4, 0.3), pair(0.6, 0.5)]
    close(amplification("zhao", toy).value, 0.1 / 3)
    close(amplification("signed", toy).value, -0.1 / 3)
    close(amplification("absolute", toy).value, 0.1)
  })
  it("the paper's labels: those below one half lean to women", () => {
    const table1 = [80, 85.88, 88.74, 76.3, 72.82, 48.64, 49.08, 53.12, 52.77, 58.59, 42.43]
    const all = (shift: number) => table1.map((bias) => pair(bias / 100, bias / 100 + shift))
    // Eight lean to men, three to women.
    close(amplification("zhao", all(0.1)).value, (8 * 0.1 - 3 * 0.1) / 11)
    close(amplification("signed", all(0.1)).value, 0.1)
    close(amplification("zhao", all(-0.1)).value, (3 * 0.1 - 8 * 0.1) / 11)
  })
  it("by Zhao et al.'s own form: a sum over both genders, each over the objects that lean to it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 20 }), (biases) => {
        let total = 0
        for (const [b, seen] of biases) {
          if (b > 0.5) total += seen - b
          if (1 - b > 0.5) total += 1 - seen - (1 - b)
        }
        const own = amplification(
          "zhao",
          biases.map(([b, seen]) => pair(b, seen))
        )
        close(own.value, total / biases.length)
      })
    )
  })
  it("an object at exactly one half adds nothing to Zhao's form, and counts", () => {
    assert.deepStrictEqual(amplification("zhao", [pair(0.5, 0.9), pair(0.6, 0.8)]), { value: (0.8 - 0.6) / 2, n: 2 })
  })
  it("labels without a bias leave numerator and denominator, by name and number", () => {
    const some = [pair(0.6, 0.8, "tie"), pair(0.4, null, "teddy bear"), pair(null, 0.3, "fork")]
    for (const form of FORMS) {
      const measure = amplification(form, some)
      close(measure.value, 0.2)
      assert.strictEqual(measure.n, 1)
      assert.strictEqual(measure.note, "without teddy bear, fork")
    }
    assert.deepStrictEqual(undefinedLabels(some), { value: 2, n: 3, note: "teddy bear, fork" })
    assert.deepStrictEqual(undefinedLabels([pair(0.5, 0.5)]), { value: 0, n: 1 })
    assert.deepStrictEqual(amplification("zhao", [pair(0.5, null)]), {
      value: null,
      n: 0,
      note: "no label has a bias in both"
    })
  })
  it("swapping the genders changes the sign of the signed mean and nothing else", () => {
    fc.assert(
      fc.property(pairs, (some) => {
        const other = some.map(({ label, predicted, reference }) => ({
          label,
          reference: reference === null ? null : 1 - reference,
          predicted: predicted === null ? null : 1 - predicted
        }))
        for (const form of FORMS) {
          const [own, swapped] = [amplification(form, some).value, amplification(form, other).value]
          assert.strictEqual(own === null, swapped === null)
          if (own !== null) close(swapped, form === "signed" ? -own : own)
        }
      })
    )
  })
  it("lies in the absolute mean's bounds, and is 0 where nothing changes", () => {
    fc.assert(
      fc.property(pairs, (some) => {
        const size = amplification("absolute", some).value
        for (const form of FORMS) {
          const { value } = amplification(form, some)
          if (value !== null && size !== null) assert.isAtMost(Math.abs(value), size + 1e-12)
          const same = amplification(
            form,
            some.map((each) => ({ ...each, predicted: each.reference }))
          )
          if (same.value !== null) assert.strictEqual(Math.abs(same.value), 0)
        }
      })
    )
  })
})

describe("reduction", () => {
  it("the paper's 16.24 % to 7.5 %, and Zhao et al.'s released figures", () => {
    close(reduction({ value: 7.5 }, { value: 16.24 }).value, 0.5381773399014778)
    const released = reduction({ value: 0.021695390329212125 }, { value: 0.0317425166370303 })
    assert.closeTo(released.value ?? 0, 0.31651952561623187, 1e-14)
  })
  it("is undefined where the baseline amplifies nothing or either is undefined, and says which", () => {
    assert.deepStrictEqual(reduction({ value: 0.1 }, { value: 0 }), {
      value: null,
      note: "the baseline does not amplify (0.0000)"
    })
    assert.deepStrictEqual(reduction({ value: 0.1 }, { value: -0.0123 }), {
      value: null,
      note: "the baseline does not amplify (-0.0123)"
    })
    assert.deepStrictEqual(reduction({ value: null, note: "a" }, { value: 1 }), {
      value: null,
      note: "amplification: a"
    })
    assert.deepStrictEqual(reduction({ value: 1 }, { value: null, note: "b" }), {
      value: null,
      note: "the baseline's amplification: b"
    })
  })
  it("is undefined where the baseline's terms cancel, whatever is left by rounding", () => {
    const thousandth = fc.integer({ min: -400, max: 400 })
    let rounded = 0
    fc.assert(
      fc.property(thousandth, thousandth, (one, two) => {
        const moves = [one, two, -one - two].filter((move) => Math.abs(move) <= 400)
        fc.pre(moves.length === 3)
        const baseline = amplification(
          "zhao",
          moves.map((move) => pair(0.6, (600 + move) / 1000))
        )
        if (baseline.value !== 0) rounded += 1
        assert.isNull(reduction({ value: 0.1 }, baseline).value)
      })
    )
    assert.isAbove(rounded, 0)
  })
  it("is 0 for the baseline itself, 1 for no amplification, negative for more", () => {
    close(reduction({ value: 0.2 }, { value: 0.2 }).value, 0)
    close(reduction({ value: 0 }, { value: 0.2 }).value, 1)
    close(reduction({ value: 0.3 }, { value: 0.2 }).value, -0.5)
  })
  it("over shared labels compares means of the same labels", () => {
    const own = [pair(0.6, 0.7), pair(0.8, null), pair(0.7, 0.7)]
    const base = [pair(0.6, 0.8), pair(0.8, 1), pair(0.7, null)]
    // Only the first label has both: 1 − .1 / .2. Each over its own: 1 − .05 / .2.
    const shared = sharedReduction("zhao", own, base)
    close(shared.value, 0.5)
    assert.strictEqual(shared.n, 1)
    close(reduction(amplification("zhao", own), amplification("zhao", base)).value, 0.75)
  })
})
