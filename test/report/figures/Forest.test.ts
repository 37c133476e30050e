import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { verdictOf } from "../../../src/report/figures/DifferenceGlyphs.ts"
import { forest } from "../../../src/report/figures/Forest.ts"
import { assertReadable, drawingOf, elementsOf, glyphsIn, reasonOf, rulesIn, said } from "./drawn.ts"
import { type Columns, common, tableOf, type Variant } from "./tables.ts"

const spec = { _tag: "forest", ...common, metric: "acc" } as const
const columns: Columns = { acc: "higher" }
const variant = (method: string, acc: ReadonlyArray<number | null>): Variant => ({
  labels: { method },
  figures: { acc }
})
const base = variant("base", [0.5, 0.52, 0.51, 0.49])
const drawn = (others: ReadonlyArray<Variant>, more: Partial<typeof spec> | { readonly width: number } = {}) =>
  drawingOf(forest({ ...spec, ...more }, tableOf([base, ...others], columns, { method: "base" })))
const shifted = (by: number, spread: ReadonlyArray<number> = [0.01, -0.01, 0, 0.02]) =>
  [0.5, 0.52, 0.51, 0.49].map((value, at) => value + by + (spread[at] ?? 0))

describe("forest", () => {
  it("puts every mean where its value is, inside its interval, on one scale with zero", () => {
    const shift = fc.double({ min: -0.4, max: 0.4, noNaN: true })
    fc.assert(
      fc.property(fc.array(shift, { minLength: 2, maxLength: 12 }), (shifts) => {
        const rows = shifts.map((by, at) => variant(`m${at}`, shifted(by)))
        const table = tableOf([base, ...rows], columns, { method: "base" })
        const drawing = drawingOf(forest(spec, table))
        const glyphs = glyphsIn(drawing)
        assert.strictEqual(glyphs.length, shifts.length)
        const zero = rulesIn(drawing).find(({ x, x2, stroke }) => x === x2 && stroke === "#000") ?? assert.fail()
        const values = shifts.map((by) => by + 0.005)
        // Pixels a unit, from the two rows furthest apart; every other row must lie on that line.
        const far = values.reduce((best, value, at) => (Math.abs(value) > Math.abs(values[best] ?? 0) ? at : best), 0)
        const scale = ((glyphs[far]?.x ?? 0) - zero.x) / (values[far] ?? 1)
        for (const [at, { x, y }] of glyphs.entries()) {
          assert.closeTo(x, zero.x + scale * (values[at] ?? 0), 0.05)
          const [low, high] = table.rows[at + 1]?.cells.acc?.difference?.ci95 ?? assert.fail()
          const bar = rulesIn(drawing).find((rule) => rule.y === y && rule.y2 === y) ?? assert.fail()
          assert.isTrue(bar.x <= x && x <= bar.x2)
          assert.closeTo(bar.x, zero.x + scale * low, 0.05)
          assert.closeTo(bar.x2, zero.x + scale * high, 0.05)
        }
      }),
      { numRuns: 30 }
    )
  })

  it("prints each difference with its interval, and what the figures rest on", () => {
    const drawing = drawn([variant("up", shifted(0.1)), variant("down", shifted(-0.1))])
    assert.includeMembers(
      [...said(drawing)],
      [
        "+0.1050 [0.0845, 0.1255]",
        "−0.0950 [−0.1155, −0.0745]",
        "Stand-in data: made up.",
        "difference [95 % interval]"
      ]
    )
    assert.include(said(drawing), "acc, difference to base (higher is better)")
    assert.notInclude(said(drawing), "base")
  })

  it("tells better, worse, open and without evidence by shape too", () => {
    const table = tableOf(
      [
        base,
        variant("up", shifted(0.1)),
        variant("down", shifted(-0.1)),
        variant("open", shifted(0, [0.1, -0.1, 0.1, -0.1])),
        variant("same", shifted(0.1, [0, 0, 0, 0])),
        variant("one", [0.7, null, null, null]),
        variant("none", [null, null, null, null])
      ],
      columns,
      { method: "base" }
    )
    const drawing = drawingOf(forest(spec, table))
    const looks = glyphsIn(drawing).map(({ fill, shape }) => `${shape} ${fill === "#fff" ? "empty" : "full"}`)
    assert.deepStrictEqual(looks, ["circle full", "square full", "circle empty", "square empty", "diamond empty"])
    assert.includeMembers(
      [...said(drawing)],
      ["no interval (one seed)", "the same in every seed: no evidence", "undefined in 4 of 4 seeds: no row"]
    )
    assertReadable(drawing)
  })

  it("says higher and lower where nobody said which is better", () => {
    const difference = { n: 3, mean: 0.2, ci95: [0.1, 0.3], p: null } as const
    assert.strictEqual(verdictOf(difference, undefined), "higher")
    assert.strictEqual(verdictOf(difference, "lower"), "worse")
    assert.strictEqual(verdictOf({ ...difference, mean: -0.2, ci95: [-0.3, -0.1] }, "lower"), "better")
    assert.strictEqual(verdictOf({ ...difference, ci95: [0, 0.4] }, "higher"), "open")
    assert.strictEqual(verdictOf({ ...difference, ci95: [0.2, 0.2] }, "higher"), "same")
  })

  it("stays readable with sixty rows, huge figures, a narrow page and any label", () => {
    const sixty = Array.from({ length: 60 }, (_, at) => variant(`variant ${at}`, shifted(at / 100)))
    const drawing = drawn(sixty)
    assert.strictEqual(glyphsIn(drawing).length, 60)
    assertReadable(drawing)
    assertReadable(drawn([variant("huge", [1e9, 2e9, 1.5e9, 1e9]), variant("low", [-3e9, -3e9, -3.2e9, -3e9])]))
    const odd = [variant('<b> & "大きな変種" 😀', shifted(0.1)), variant("long ".repeat(40), shifted(-0.1))]
    for (const width of [60, 84, 119, 174, 400]) assertReadable(drawn(odd, { width }))
    const texts = elementsOf(spec, tableOf([base, ...odd], columns, { method: "base" })).map(({ text }) => text)
    assert.include(texts, '<b> & "大きな変種" 😀')
  })

  it("groups rows by their first label where they have several", () => {
    const rows = ["seen", "unseen"].flatMap((split) =>
      [base, variant("a", shifted(0.1)), variant("b", shifted(0.2))].map((each) => ({
        ...each,
        labels: { split, ...each.labels }
      }))
    )
    const texts = said(drawingOf(forest(spec, tableOf(rows, columns, { method: "base" }))))
    assert.deepStrictEqual(
      texts.filter((text) => ["seen", "unseen", "a", "b"].includes(text)),
      ["seen", "a", "b", "unseen", "a", "b"]
    )
  })

  it("is left out, with the reason, where there is nothing to draw", () => {
    const table = tableOf([base, variant("a", [null, null])], columns, { method: "base" })
    assert.include(reasonOf(forest(spec, table)), "no row has a difference in acc")
    assert.strictEqual(
      reasonOf(forest({ ...spec, where: { method: ["b"] } }, table)),
      "no rows with method=b (method is base, a)"
    )
    const beyond = tableOf([variant("base", [0]), variant("a", [1e301])], columns, { method: "base" })
    assert.include(reasonOf(forest(spec, beyond)), "beyond")
  })
})
