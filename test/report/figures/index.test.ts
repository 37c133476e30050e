import { assert, describe, it } from "@effect/vitest"
import sharp from "sharp"
import type { FigureInput } from "../../../src/domain/FigureSpec.ts"
import { drawFigures, NO_TABLE } from "../../../src/report/figures/index.ts"
import { parsedSvg } from "./parsedSvg.ts"
import { common, tableOf } from "./tables.ts"

const plain = tableOf(
  ["base", "a", "b"].map((method, at) => ({
    labels: { method, lambda: `${at}` },
    figures: { acc: [at, at * 1.1 + 0.5, at + 0.2], gap: [3 - at, 2.5 - at, 2 - at] }
  })),
  { acc: "higher", gap: "lower" },
  { method: "base", lambda: "0" }
)
/** With one main effect of its own. */
const effect = {
  column: "acc",
  labels: {},
  terms: [{ axis: "b", from: "no", to: "yes" }],
  aliases: [],
  difference: { n: 3, mean: 0.2, ci95: [0.1, 0.3] as const, p: 0.25 }
}
const table = { ...plain, effects: [effect] }
const curve = { labels: { method: "a" }, seed: 0, data: { loss: [3, 2, 1.5] } }
const points = { labels: { method: "a" }, seed: 0, data: [{ label: "p", x: 1, y: 2 }] }
const figures: ReadonlyArray<FigureInput> = [
  { _tag: "forest", ...common, file: "forest.svg", metric: "acc" },
  { _tag: "effects", ...common, file: "effects.svg", metric: "acc" },
  { _tag: "tradeoff", ...common, file: "tradeoff.svg", x: { metric: "gap" }, y: { metric: "acc" } },
  { _tag: "sweep", ...common, file: "sweep.svg", metric: "acc", axis: "lambda", scale: "linear" },
  { _tag: "curves", ...common, file: "curves.svg", from: "m", xTitle: "x", yTitle: "y", scale: "log", cells: [curve] },
  {
    _tag: "scatter",
    ...common,
    file: "scatter.svg",
    from: "m",
    xTitle: "x",
    yTitle: "y",
    unit: "number",
    guides: [],
    missing: "",
    cells: [points]
  }
]

describe("drawFigures", () => {
  it("gives equal bytes for equal figures and tables, in their order", () => {
    const first = drawFigures(figures, table)
    assert.deepStrictEqual(drawFigures(structuredClone(figures), structuredClone(table)), first)
    assert.deepStrictEqual(first.leftOut, [])
    assert.deepStrictEqual(
      first.drawn.map(({ file }) => file),
      ["forest.svg", "effects.svg", "tradeoff.svg", "sweep.svg", "curves.svg", "scatter.svg"]
    )
  })

  it("gives each a title and a description, the sources of the table, and nothing from elsewhere", () => {
    for (const { description, svg, title } of drawFigures(figures, table).drawn) {
      const elements = parsedSvg(new TextEncoder().encode(svg))
      const texts = elements.map(({ text }) => text)
      assert.deepStrictEqual(texts.slice(1, 3), [title, description])
      assert.include(texts, "Stand-in data: made up.")
      assert.isAbove(description.length, 20)
      assert.deepStrictEqual(
        elements.filter(({ attributes, name }) => name === "image" || name === "style" || "href" in attributes),
        []
      )
      assert.notMatch(svg, /NaN|Infinity|undefined</)
      assert.strictEqual(elements[0]?.attributes.width, "174mm")
    }
  })

  it("keeps its marks in grey: they differ from their ground by more than a third of the scale", async () => {
    const [forest] = drawFigures(figures, table).drawn
    const { data, info } = await sharp(new TextEncoder().encode(forest?.svg ?? ""))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const elements = parsedSvg(new TextEncoder().encode(forest?.svg ?? ""))
    const scale = info.width / Number(elements[0]?.attributes.viewBox?.split(" ")[2])
    const marks = elements.filter(({ attributes, name }) => name === "circle" && attributes.fill !== "#fff")
    assert.isAtLeast(marks.length, 1)
    for (const { attributes } of marks) {
      const at = Math.round(Number(attributes.cy) * scale) * info.width + Math.round(Number(attributes.cx) * scale)
      assert.isBelow(data[at] ?? 255, 170)
    }
  })

  it("tells which it left out and why, and goes on", () => {
    const { drawn, leftOut } = drawFigures(figures, { ...NO_TABLE, axes: ["method"] })
    assert.deepStrictEqual(
      drawn.map(({ file }) => file),
      ["curves.svg", "scatter.svg"]
    )
    assert.deepStrictEqual(leftOut, [
      { file: "forest.svg", title: "A figure", reason: "there are no rows" },
      { file: "effects.svg", title: "A figure", reason: "the table has no effects on acc" },
      { file: "tradeoff.svg", title: "A figure", reason: "there are no rows" },
      { file: "sweep.svg", title: "A figure", reason: "there are no rows" }
    ])
  })
})
