/** The figure of main effects and interactions: every mark where the table's effect is, the largest first, and what it says. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Better } from "../../../src/domain/ResultTable.ts"
import { effects } from "../../../src/report/figures/Effects.ts"
import { buildTable } from "../../../src/report/index.ts"
import { assertReadable, drawingOf, glyphsIn, reasonOf, rulesIn, said } from "./drawn.ts"
import { common } from "./tables.ts"

const spec = { _tag: "effects", ...common, metric: "acc" } as const
const CORNERS = [0, 1].flatMap((a) => [0, 1].map((b) => ({ a, b })))

/** Of one main effect each and one interaction, with noise that differs by seed. */
const tableOf = (
  [ofA = 0, ofB = 0, ofBoth = 0]: ReadonlyArray<number>,
  { better, seeds = 4, data = ["x"] }: { better?: Better; seeds?: number; data?: ReadonlyArray<string> } = {}
) =>
  buildTable(
    {
      title: "T",
      rows: ["data", "a", "b"],
      columns: [{ metric: "acc", label: "acc", ...(better === undefined ? {} : { better }) }],
      effects: { factors: ["a", "b"] },
      sources: ["Stand-in data: made up."],
      caption: []
    },
    data.flatMap((name) =>
      CORNERS.flatMap(({ a, b }) =>
        Array.from({ length: seeds }, (_, seed) => ({
          labels: { data: name, a: String(a), b: String(b) },
          seed,
          metrics: { acc: { value: a * ofA + b * ofB + a * b * ofBoth + 0.01 * ((a * seed + 2 * b * seed) % 3) } },
          outputs: `${name}${a}${b}${seed}`
        }))
      )
    ),
    { experiment: "t", runId: null }
  )

describe("effects", () => {
  it("puts every mean where its value is, inside its interval, on one scale with zero; the largest of each kind first", () => {
    const size = fc.double({ min: -0.4, max: 0.4, noNaN: true })
    fc.assert(
      fc.property(fc.array(size, { minLength: 3, maxLength: 3 }), (sizes) => {
        const table = tableOf(sizes)
        const drawing = drawingOf(effects(spec, table))
        const glyphs = glyphsIn(drawing)
        const found = (table.effects ?? []).toSorted(
          (left, right) =>
            left.terms.length - right.terms.length || Math.abs(right.difference.mean) - Math.abs(left.difference.mean)
        )
        assert.strictEqual(glyphs.length, 3)
        const ascending = glyphs.map(({ y }) => y)
        assert.deepStrictEqual(
          ascending,
          ascending.toSorted((left, right) => left - right)
        )
        const zero = rulesIn(drawing).find(({ stroke, x, x2 }) => x === x2 && stroke === "#000") ?? assert.fail()
        const means = found.map(({ difference }) => difference.mean)
        const far = means.reduce((best, value, at) => (Math.abs(value) > Math.abs(means[best] ?? 0) ? at : best), 0)
        if (Math.abs(means[far] ?? 0) < 0.02) return
        const scale = ((glyphs[far]?.x ?? 0) - zero.x) / (means[far] ?? 1)
        assert.isAbove(scale, 0)
        for (const [at, { x, y }] of glyphs.entries()) {
          const { ci95, mean } = found[at]?.difference ?? assert.fail()
          assert.closeTo(x, zero.x + scale * mean, 0.2)
          const [low, high] = ci95 ?? assert.fail()
          const bar = rulesIn(drawing).find((rule) => rule.y === y && rule.y2 === y) ?? assert.fail()
          assert.closeTo(bar.x, zero.x + scale * low, 0.2)
          assert.closeTo(bar.x2, zero.x + scale * high, 0.2)
        }
      }),
      { numRuns: 30 }
    )
  })

  it("names kinds and effects, with figures and seeds; better and worse is a main effect alone", () => {
    const drawing = drawingOf(effects(spec, tableOf([0.3, -0.3, 0.4], { better: "higher" })))
    const texts = said(drawing)
    assert.deepStrictEqual(
      texts.filter((text) => ["main effects", "interactions"].includes(text) || /^a|^b/.test(text)).slice(0, 5),
      ["main effects", "a (0 → 1)", "b (0 → 1)", "interactions", "a × b"]
    )
    assert.includeMembers(
      [...texts],
      [
        "Stand-in data: made up.",
        "effect [95 % interval]",
        "p (Holm)",
        "acc, effect; main effects: higher is better",
        "better: the interval excludes 0",
        "worse: the interval excludes 0",
        "higher: the interval excludes 0"
      ]
    )
    assert.match(
      drawing.description,
      /main effects, a \(0 → 1\): \+0\.\d+ \[.*interactions, a × b: .*Effects over 4 seeds/
    )
    // By shape too: a circle, a square and a triangle.
    assert.sameMembers(
      glyphsIn(drawing).map(({ shape }) => shape),
      ["circle", "square", "triangle-right"]
    )
    assertReadable(drawing)
    for (const width of [60, 84, 119, 400])
      assertReadable(drawingOf(effects({ ...spec, width }, tableOf([0.3, -0.3, 0.4]))))
  })

  it("of several blocks of rows tells each, or those asked for", () => {
    const table = tableOf([0.1, 0.2, 0.3], { data: ["x", "y"] })
    const headings = (where: Readonly<Record<string, ReadonlyArray<string>>>) =>
      said(drawingOf(effects({ ...spec, where }, table))).filter((text) =>
        /: (?:main effects|interactions)$/.test(text)
      )
    assert.deepStrictEqual(headings({}), ["x: main effects", "x: interactions", "y: main effects", "y: interactions"])
    assert.deepStrictEqual(headings({ data: ["y"] }), ["y: main effects", "y: interactions"])
    assert.strictEqual(
      reasonOf(effects({ ...spec, where: { data: ["z"] } }, table)),
      "no effects with data=z (data is x, y)"
    )
  })

  it("is left out, with the reason, where the table has none; one seed has no interval", () => {
    const { effects: _, ...without } = tableOf([0.1, 0.2, 0.3])
    assert.strictEqual(reasonOf(effects(spec, without)), "the table has no effects on acc")
    const single = drawingOf(effects(spec, tableOf([0.1, 0.2, 0.3], { seeds: 1 })))
    assert.include(said(single), "no interval (one seed)")
  })
})
