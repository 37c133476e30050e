import { assert, describe, it } from "@effect/vitest"
import type { Measure } from "ablate"
import fc from "fast-check"
import { OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { biasPairs, COCO_FIGURES, cocoFigures } from "../../../stages/metrics/CocoFigures.ts"
import type { LabelBits } from "../../../stages/metrics/LabelBits.ts"
import { bitsOf, reordered, someBits, swappedGender } from "./rowsOfBits.ts"

const WIDTH = OUTPUTS.length
const someRows = (minLength: number, maxLength = 8) => someBits(WIDTH, minLength, maxLength)

const evaluate = (train: LabelBits, test: LabelBits, said: LabelBits, base = said) =>
  cocoFigures({
    train: { truth: train, predicted: train },
    test: { truth: test, predicted: said, baseline: base, scores: said.data }
  })

/** Test rows with predictions for them. */
const withPredictions = (minLength: number) =>
  someRows(minLength).chain((test) => fc.record({ test: fc.constant(test), said: someRows(test.rows, test.rows) }))

const alike = (left: Measure, right: Measure, name: string, sign = 1) => {
  assert.strictEqual(left.value === null, right.value === null, name)
  if (left.value !== null && right.value !== null) assert.closeTo(left.value, sign * right.value, 1e-9, name)
}

const every = (bit: number, rows: number) =>
  bitsOf(
    Array.from({ length: rows }, () => OUTPUTS.map(() => bit)),
    WIDTH
  )

describe("the figures of a classifier", () => {
  it("are finite or null with a reason, whatever the rows, and in their ranges", () => {
    fc.assert(
      fc.property(someRows(0), withPredictions(0), (train, { said, test }) => {
        const figures = evaluate(train, test, said)
        assert.sameMembers(Object.keys(figures), [...COCO_FIGURES])
        for (const name of COCO_FIGURES) {
          const { note, value } = figures[name]
          if (value === null) {
            assert.isString(note, name)
            continue
          }
          assert.isTrue(Number.isFinite(value), name)
          if (name === "labels_undefined" || name.startsWith("reduction")) continue
          const lowest = name.startsWith("amp") || name.startsWith("dir") ? -1 : 0
          assert.isTrue(value >= lowest - 1e-12 && value <= 1 + 1e-12, `${name} ${value}`)
        }
      })
    )
  })
  it("do not depend on the order of rows", () => {
    fc.assert(
      fc.property(someRows(1), withPredictions(1), fc.infiniteStream(fc.nat(1000)), (train, { said, test }, keys) => {
        const order = (rows: number) =>
          Array.from({ length: rows }, (_, row) => ({ row, key: keys.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ row }) => row)
        const own = evaluate(train, test, said)
        const shuffled = order(test.rows)
        const other = evaluate(
          reordered(train, order(train.rows)),
          reordered(test, shuffled),
          reordered(said, shuffled)
        )
        for (const name of COCO_FIGURES) alike(own[name], other[name], name)
      })
    )
  })
  it("swapping the genders everywhere turns signed amplification round and shares over", () => {
    fc.assert(
      fc.property(someRows(1), withPredictions(1), (train, { said, test }) => {
        const own = evaluate(train, test, said)
        const other = evaluate(swappedGender(train), swappedGender(test), swappedGender(said))
        const turned: ReadonlyArray<string> = ["amp_signed"]
        // The reduction of a signed amplification needs its sign; the majority answers 0 to a tie.
        const apart: ReadonlyArray<string> = [
          "reduction_signed",
          "man_share",
          "man_share_predicted",
          "majority_test",
          "gender_majority"
        ]
        for (const name of COCO_FIGURES)
          if (!apart.includes(name)) alike(own[name], other[name], name, turned.includes(name) ? -1 : 1)
        assert.closeTo((own.man_share_predicted.value ?? 0) + (other.man_share_predicted.value ?? 0), 1, 1e-12)
      })
    )
  })
  it("a perfect predictor amplifies nothing beyond the test part's own bias, has no error and no direction", () => {
    fc.assert(
      fc.property(someRows(1), someRows(1), (train, test) => {
        const figures = evaluate(train, test, test)
        for (const name of ["amp_zhao_test", "dir_a_to_t", "dir_t_to_a"] as const) {
          const { value } = figures[name]
          if (value !== null) assert.strictEqual(Math.abs(value), 0, name)
        }
        for (const name of ["acc_test", "gender_acc"] as const) assert.strictEqual(figures[name].value, 1)
        for (const name of ["macro_f1", "map"] as const)
          if (figures[name].value !== null) assert.strictEqual(figures[name].value, 1)
        // What is left against the training part is the chance of the split.
        assert.deepStrictEqual(figures.amp_zhao, figures.amp_zhao_truth)
        assert.deepStrictEqual(figures.amp_abs, figures.amp_abs_truth)
      })
    )
  })
  it("a classifier that predicts nothing has no bias and no amplification, and the accuracy of zeros", () => {
    const train = bitsOf([
      [1, ...Array.from({ length: 10 }, () => 0), 1],
      [1, ...Array.from({ length: 10 }, () => 0), 0]
    ])
    const figures = evaluate(train, train, every(0, 2), train)
    assert.deepStrictEqual(figures.amp_zhao, { value: null, n: 0, note: "no label has a bias in both" })
    assert.strictEqual(figures.labels_undefined.value, 11)
    assert.strictEqual(figures.labels_undefined.note, OUTPUTS.slice(0, 11).join(", "))
    assert.deepStrictEqual(figures.reduction_zhao.note, "amplification: no label has a bias in both")
    assert.strictEqual(figures.acc_test.value, 21 / 24)
    assert.strictEqual(figures.majority_test.value, 23 / 24)
    assert.strictEqual(figures.macro_f1.value, 0)
    assert.strictEqual(figures.macro_f1.n, 1)
    assert.strictEqual(figures.dp_gap.value, 0)
    assert.strictEqual(figures.man_share_predicted.value, 0)
  })
  it("a classifier that predicts everything sees men only: b̂ = 1 for every label", () => {
    const row = (label: number, man: number) => OUTPUTS.map((_, at) => (at === 11 ? man : at === label ? 1 : 0))
    const train = bitsOf(Array.from({ length: 11 }, (_, label) => [row(label, 1), row(label, 0), row(label, 1)]).flat())
    const figures = evaluate(train, train, every(1, 33), every(1, 33))
    assert.closeTo(figures.amp_zhao.value ?? -1, 1 / 3, 1e-12)
    assert.closeTo(figures.amp_signed.value ?? -1, 1 / 3, 1e-12)
    assert.strictEqual(figures.labels_undefined.value, 0)
    assert.strictEqual(figures.reduction_zhao.value, 0)
    assert.strictEqual(figures.gender_acc.value, 2 / 3)
    // Every rate is 1 for both genders.
    assert.strictEqual(figures.dp_gap_max.value, 0)
    assert.strictEqual(figures.eo_gap_max.value, 0)
  })
  it("without test rows everything about them is undefined, and the training part's accuracy stands", () => {
    const train = every(1, 3)
    const none = bitsOf([], WIDTH)
    const figures = evaluate(train, none, none)
    const defined = COCO_FIGURES.filter((name) => figures[name].value !== null)
    assert.sameMembers(defined, ["acc_train", "majority_train", "labels_undefined"])
    assert.strictEqual(figures.labels_undefined.value, 11)
  })
  it("a label that training lacks is left out by name", () => {
    const train = bitsOf([OUTPUTS.map((name) => (name === "fork" ? 0 : 1))])
    const pairs = biasPairs(train, every(1, 1))
    assert.deepStrictEqual(
      pairs.filter(({ reference }) => reference === null).map(({ label }) => label),
      ["fork"]
    )
    assert.strictEqual(evaluate(train, every(1, 1), every(1, 1)).amp_zhao.note, "without fork")
  })
})
