import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { frontArea, frontLine, placed, worst } from "../../../src/report/figures/Front.ts"
import { tradeoff } from "../../../src/report/figures/Tradeoff.ts"
import { assertReadable, drawingOf, glyphsIn, reasonOf, rulesIn, said } from "./drawn.ts"
import { type Columns, common, tableOf, type Variant } from "./tables.ts"

const spec = { _tag: "tradeoff", ...common, x: { metric: "gap" }, y: { metric: "acc" } } as const
const columns: Columns = { gap: "lower", acc: "higher" }
const metric = { x: "gap", y: "acc" }
const better = { x: "lower", y: "higher" } as const
const variant = (method: string, gap: ReadonlyArray<number | null>, acc: ReadonlyArray<number | null>): Variant => ({
  labels: { method },
  figures: { gap, acc }
})
const single = (points: ReadonlyArray<readonly [number, number]>) =>
  tableOf(
    points.map(([x, y], at) => variant(`v${at}`, [x], [y])),
    columns
  )
const coordinate = fc.integer({ min: 0, max: 9 })
const clouds = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 12 })

describe("the front", () => {
  it("is of the rows that no other beats, either way round", () => {
    const { rows } = single([
      [0.1, 0.8],
      [0.2, 0.9],
      [0.2, 0.85],
      [-0.3, 0.7]
    ])
    const best = (...[x, y]: readonly [typeof better.x | "higher" | "zero", "higher"]) =>
      placed(rows, metric, { x, y }).flatMap((each) => (each.best ? each.row.labels.method : []))
    assert.deepStrictEqual(best("lower", "higher"), ["v0", "v1", "v3"])
    assert.deepStrictEqual(best("higher", "higher"), ["v1"])
    assert.deepStrictEqual(best("zero", "higher"), ["v0", "v1"])
  })

  it("is a staircase with every beaten row on its worse side; none where an axis is best in its middle", () => {
    fc.assert(
      fc.property(clouds, (points) => {
        const rows = placed(single(points).rows, metric, better)
        const line = frontLine(rows, better)
        for (const [index, corner] of line.slice(1).entries()) {
          const before = line[index] ?? assert.fail()
          assert.isTrue(corner.x >= before.x && corner.y >= before.y)
          assert.isTrue(corner.x === before.x || corner.y === before.y)
        }
        for (const { best, x, y } of rows)
          assert.strictEqual(
            line.some((corner) => corner.x <= x && corner.y >= y && (corner.x < x || corner.y > y)),
            !best
          )
        assert.deepStrictEqual(frontLine(rows, { ...better, x: "zero" }), [])
      })
    )
  })

  it("has the area that counting the unit squares it dominates gives", () => {
    fc.assert(
      fc.property(clouds, (points) => {
        const rows = placed(single(points).rows, metric, better)
        const reference = worst(rows, better)
        assert.deepStrictEqual(reference, {
          x: Math.max(...points.map(([x]) => x)),
          y: Math.min(...points.map(([, y]) => y))
        })
        let squares = 0
        for (let x = 0; x < 10; x++)
          for (let y = 0; y < 10; y++) {
            // The square right of x and above y, between a point and the reference.
            const isIn = points.some(([px, py]) => px <= x && py >= y + 1)
            if (isIn && x + 1 <= reference.x && y >= reference.y) squares++
          }
        assert.strictEqual(frontArea(rows, better, reference), squares)
      })
    )
  })
})

describe("tradeoff", () => {
  const three = tableOf(
    [
      variant("base", [0.3, 0.32], [0.9, 0.92]),
      variant("fair", [0.1, 0.12], [0.8, 0.84]),
      variant("bad", [0.5, 0.52], [0.7, 0.72]),
      variant("lost", [null, null], [0.7, 0.7])
    ],
    columns,
    { method: "base" }
  )

  it("puts every row at its two means, with bars of both intervals", () => {
    const drawing = drawingOf(tradeoff(spec, three))
    const { box, x, y } = drawing.frame
    const [x0, x1] = x.domain
    const [y0, y1] = y?.domain ?? assert.fail()
    const glyphs = glyphsIn(drawing)
    for (const [gap, acc] of [
      [0.31, 0.91],
      [0.11, 0.82],
      [0.51, 0.71]
    ] as const) {
      const px = box.left + ((gap - x0) / (x1 - x0)) * (box.right - box.left)
      const py = box.bottom - ((acc - y0) / (y1 - y0)) * (box.bottom - box.top)
      const found = glyphs.find((glyph) => Math.abs(glyph.x - px) < 0.02 && Math.abs(glyph.y - py) < 0.02)
      assert.isDefined(found, `${gap}, ${acc}`)
      const bars = rulesIn(drawing).filter(
        (rule) => rule.stroke === "#999" && rule.y === found?.y && rule.y2 === rule.y
      )
      assert.isTrue(bars.some((bar) => bar.x < px && px < bar.x2))
    }
  })

  it("tells front, beaten and baseline apart by shape and filling, and names the reference point", () => {
    const drawing = drawingOf(tradeoff(spec, three))
    assert.deepStrictEqual(
      glyphsIn(drawing).map(({ fill, shape }) => [shape, fill === "#fff" || fill === "none"]),
      [
        ["circle", true],
        ["diamond", false],
        ["circle", false],
        ["cross", true]
      ]
    )
    const texts = said(drawing).join(" ")
    // (.51 − .31)(.91 − .71) + (.31 − .11)(.82 − .71)
    assert.include(texts, "hypervolume 0.062 (tinted) from the reference point (0.51, 0.71), the worst of each axis")
    assert.include(texts, "Not drawn, a figure is undefined in every seed: 1 of 4 rows.")
    assert.include(drawing.description, "Beaten by no other: base, fair.")
    const given = drawingOf(tradeoff({ ...spec, reference: { x: 1, y: 0 } }, three))
    assert.include(said(given).join(" "), "from the reference point (1, 0)")
    assert.notInclude(said(given).join(" "), "the worst")
  })

  it("names what has room, and counts the rest", () => {
    const rows = Array.from({ length: 70 }, (_, at) => variant(`v${at}`, [at % 7, at % 7], [at % 11, at % 11]))
    const drawing = drawingOf(tradeoff(spec, tableOf(rows, columns)))
    assert.match(said(drawing).join(" "), /\d\d of 70 points are not named/)
    assertReadable(drawing)
  })

  it("stays readable for one row, equal rows, odd labels and a narrow page", () => {
    const odd = [variant("日本語 <&>", [1, 1], [0, 0]), variant("x ".repeat(99), [1, 1], [0, 0])]
    for (const width of [60, 84, 174]) {
      assertReadable(drawingOf(tradeoff({ ...spec, width }, tableOf(odd, columns))))
      assertReadable(drawingOf(tradeoff({ ...spec, width }, tableOf(odd.slice(0, 1), columns))))
      assertReadable(drawingOf(tradeoff({ ...spec, width }, three)))
    }
  })

  it("is left out where no row has both figures, or nobody said which way is better", () => {
    const lost = tableOf([variant("a", [null], [1])], columns)
    assert.strictEqual(reasonOf(tradeoff(spec, lost)), "no row has both gap and acc")
    const mute = tableOf([variant("a", [1], [1])], { gap: null, acc: null })
    assert.include(reasonOf(tradeoff(spec, mute)), "better")
    const said = { ...spec, x: { metric: "gap", better: "zero" }, y: { metric: "acc", better: "higher" } } as const
    assert.strictEqual(glyphsIn(drawingOf(tradeoff(said, mute))).length, 2)
  })
})
