import { assert, describe, it } from "@effect/vitest"
import { placeOf, sweep } from "../../../src/report/figures/Sweep.ts"
import { assertReadable, drawingOf, glyphsIn, reasonOf, rulesIn, said } from "./drawn.ts"
import { common, tableOf, type Variant } from "./tables.ts"

const spec = { _tag: "sweep", ...common, metric: "acc", axis: "lambda", scale: "linear" } as const
const variant = (lambda: string, acc: ReadonlyArray<number | null>, method = "a"): Variant => ({
  labels: { method, lambda },
  figures: { acc }
})
const rising = tableOf(
  [variant("10", [0.9, 0.8]), variant("0", [0.5, 0.5]), variant("2.5", [0.6, 0.7]), variant("auto", [0.1, 0.1])],
  { acc: "higher" }
)

describe("sweep", () => {
  it("goes along the numbers in their order, each mean inside its interval", () => {
    const drawing = drawingOf(sweep(spec, rising))
    const marks = glyphsIn(drawing)
    const [first, second, third] = marks
    assert.strictEqual(marks.length, 3)
    assert.closeTo(((second?.x ?? 0) - (first?.x ?? 0)) / ((third?.x ?? 0) - (first?.x ?? 0)), 0.25, 1e-3)
    const heights = marks.map(({ y }) => y)
    assert.closeTo((heights[0] ?? 0) - (heights[1] ?? 0), 0.15 * scaleOf(heights), 0.05)
    const bar = rulesIn(drawing).find(({ x, x2 }) => x === second?.x && x2 === x)
    assert.isTrue(bar !== undefined && bar.y > (second?.y ?? 0) && bar.y2 < (second?.y ?? 0))
    assert.include(said(drawing).join(" "), "labels of lambda that have no place on it: auto")
    assert.include(said(drawing), "acc")
  })

  /** Pixels a unit, from the first mean .5 to the last .85. */
  const scaleOf = (heights: ReadonlyArray<number>) => ((heights[0] ?? 0) - (heights.at(-1) ?? 0)) / 0.35

  it("takes equal steps, or logarithmic ones, or places given by hand", () => {
    const xs = (made: ReturnType<typeof sweep>) => glyphsIn(drawingOf(made)).map(({ x }) => x)
    const steps = (values: ReadonlyArray<number>) => values.slice(1).map((x, at) => x - (values[at] ?? 0))
    const [one, two] = steps(xs(sweep({ ...spec, scale: "even" }, rising)))
    assert.closeTo(one ?? 0, two ?? 1, 0.02)
    const decades = tableOf([variant("0.1", [1]), variant("1", [2]), variant("10", [3])], { acc: null })
    const [low, high] = steps(xs(sweep({ ...spec, scale: "log" }, decades)))
    assert.closeTo(low ?? 0, high ?? 1, 0.02)
    const named = { ...spec, at: { auto: 1, "10": 3 } }
    assert.strictEqual(xs(sweep(named, rising)).length, 2)
    assert.include(reasonOf(sweep({ ...spec, scale: "log" }, rising)), "no place for lambda=0")
  })

  it("reads numbers as people write them, and nothing else", () => {
    for (const [label, value] of [
      ["1e-3", 0.001],
      ["-2", -2],
      ["+.5", 0.5],
      ["3.", 3]
    ] as const)
      assert.strictEqual(placeOf(label, undefined), value)
    for (const label of ["", " ", "0x10", "1,5", "Infinity", "NaN", "true", "1 2"])
      assert.isUndefined(placeOf(label, undefined), label)
    assert.isUndefined(placeOf("toString", {}))
  })

  it("draws a line for each of the other labels, apart in dash and shape, and tells what is undefined", () => {
    const table = tableOf(
      ["a", "b", "c"].flatMap((method, at) => [
        variant("1", [at, at + 1], method),
        variant("2", at === 2 ? [null, null] : [at + 1, at + 2], method)
      ]),
      { acc: "lower" }
    )
    const drawing = drawingOf(sweep(spec, table))
    const lines = drawing.layers.flatMap((layer) => (layer.mark === "line" ? [layer] : []))
    assert.strictEqual(new Set(lines.map(({ dash }) => dash.join())).size, 3)
    assert.strictEqual(new Set(glyphsIn(drawing).map(({ shape }) => shape)).size, 3)
    assert.includeMembers([...said(drawing)], ["a", "b", "c", "Not drawn, undefined in every seed: 1 of 6 rows."])
    assertReadable(drawing)
  })

  it("says one seed has no interval, and stays readable with one place or twenty on a narrow page", () => {
    const one = drawingOf(sweep(spec, tableOf([variant("1", [0.5])], { acc: null })))
    assert.include(said(one), "One seed each: no interval.")
    assert.isFalse(one.layers.some(({ mark }) => mark === "band"))
    const many = Array.from({ length: 20 }, (_, at) => variant(`${at * 1000 + 0.125}`, [at, at + 1]))
    for (const scale of ["linear", "even"] as const)
      assertReadable(drawingOf(sweep({ ...spec, width: 84, scale }, tableOf(many, { acc: null }))))
  })

  it("is left out, with the reason, where there is nothing to draw", () => {
    assert.include(reasonOf(sweep({ ...spec, where: { lambda: ["7"] } }, rising)), "no rows with lambda=7")
    assert.include(reasonOf(sweep({ ...spec, where: { lambda: ["auto"] } }, rising)), "no place on it: auto")
    assert.include(reasonOf(sweep(spec, tableOf([variant("1", [null])], { acc: null }))), "undefined in all")
    const lines = Array.from({ length: 15 }, (_, at) => variant("1", [at], `m${at}`))
    assert.include(reasonOf(sweep(spec, tableOf(lines, { acc: null }))), "15 lines, of which 14 can be told apart")
  })
})
