import { assert, describe, it } from "@effect/vitest"
import sharp from "sharp"
import type { Drawing } from "../../../../src/report/figures/drawing/Drawing.ts"
import { toSvg } from "../../../../src/report/figures/drawing/Svg.ts"
import { parsedSvg, textsOf } from "../parsedSvg.ts"

const axis = { kind: "linear", domain: [0, 1], ticks: [0, 0.5, 1], labels: ["0%", "50%", "100%"] } as const
const names = [`<b>"bold" & 'so'</b>`, "]]><!--", "a\u0000\u001Bz", "語 😀", "&amp;"]
const drawing: Drawing = {
  width: 300,
  height: 200,
  title: 'A <title> & "more"',
  description: "What <it> shows & says",
  frame: {
    box: { left: 50, top: 20, right: 250, bottom: 150 },
    gap: 0,
    x: axis,
    y: { ...axis, kind: "log", domain: [0.1, 1], ticks: [0.1, 0.2, 0.7], labels: ["a", "b", "c"] }
  },
  layers: [
    { mark: "text", items: names.map((text, index) => ({ x: 60, y: 30 + 15 * index, text, align: "left", size: 12 })) },
    { mark: "rule", items: [{ x: 50 + 1 / 3, y: 20, x2: 250, y2: 150 / 7 }] },
    { mark: "glyph", items: [{ x: 100, y: 100, shape: "circle", radius: 5, fill: "#000" }] },
    {
      mark: "line",
      items: [
        { x: 50, y: 50 },
        { x: 90, y: 55.123456 }
      ],
      dash: [2, 1],
      width: 1,
      stroke: "#00f"
    },
    {
      mark: "band",
      items: [
        { x: 50, y: 50, y2: 60 },
        { x: 90, y: 50, y2: 70 }
      ],
      fill: "#0f0",
      opacity: 0.2
    },
    { mark: "text", items: [] }
  ]
}

const bytesOf = (each: Drawing) => new TextEncoder().encode(toSvg(each))

describe("toSvg", () => {
  it("gives the same text each time", () => {
    assert.strictEqual(toSvg(structuredClone(drawing)), toSvg(drawing))
  })

  it("gives XML that a reader of pictures takes, in millimetres", async () => {
    const mm = { ...drawing, width: 96, height: 192, layers: [] }
    const [svg] = parsedSvg(bytesOf(mm))
    assert.deepStrictEqual(
      [svg?.attributes.width, svg?.attributes.height, svg?.attributes.viewBox],
      ["25.4mm", "50.8mm", "0 0 96 192"]
    )
    const { data, info } = await sharp(bytesOf(drawing)).greyscale().raw().toBuffer({ resolveWithObject: true })
    const scale = info.width / 300
    const at = (x: number, y: number) => data[Math.round(y * scale) * info.width + Math.round(x * scale)] ?? -1
    assert.isBelow(at(100, 100), 30, "the dot is drawn where it stands")
    assert.strictEqual(at(290, 190), 255, "the ground is white")
  })

  it("draws every shape around its place", () => {
    const shapes = [
      "circle",
      "square",
      "diamond",
      "cross",
      "triangle-up",
      "triangle-down",
      "triangle-left",
      "triangle-right"
    ] as const
    for (const shape of shapes) {
      const glyph = { x: 100, y: 50, shape, radius: 4, fill: "#123456" } as const
      const elements = parsedSvg(bytesOf({ ...drawing, layers: [{ mark: "glyph", items: [glyph] }] }))
      const last = elements.at(-1)
      const path = last?.attributes.d ?? `M${last?.attributes.cx},${last?.attributes.cy}`
      const points = [...path.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const)
      for (const [x, y] of points) assert.isTrue(Math.hypot(x - 100, y - 50) <= 6, `${shape}: ${path}`)
      assert.isAtLeast(points.length, shape === "circle" ? 1 : 3)
    }
  })

  it("keeps every text as text", () => {
    const texts = textsOf(bytesOf(drawing))
    for (const name of [`<b>"bold" & 'so'</b>`, "]]><!--", "a\uFFFD\uFFFDz", "語 😀", "&amp;"])
      assert.strictEqual(texts.filter((text) => text === name).length, 1, name)
    assert.includeMembers([...texts], ["0%", "50%", "100%"])
  })

  it("has a title and a description for those who do not see it, and no id", () => {
    const elements = parsedSvg(bytesOf(drawing))
    const [svg, title, desc] = elements
    assert.strictEqual(svg?.name, "svg")
    assert.strictEqual(svg?.attributes.role, "img")
    assert.strictEqual(svg?.attributes["aria-label"], drawing.title)
    assert.deepStrictEqual([title?.name, title?.text], ["title", drawing.title])
    assert.deepStrictEqual([desc?.name, desc?.text], ["desc", drawing.description])
    assert.isTrue(elements.every(({ attributes }) => attributes.id === undefined))
  })

  it("rounds coordinates, and nothing that a person reads", () => {
    const number = { x: 10, y: 10, text: "0.123456", align: "left", size: 12 } as const
    const elements = parsedSvg(
      bytesOf({ ...drawing, title: "0.123456", layers: [...drawing.layers, { mark: "text", items: [number] }] })
    )
    const attributes = elements.slice(1).flatMap((element) => Object.values(element.attributes))
    assert.deepStrictEqual(
      attributes.filter((value) => /\d\.\d{3}/.test(value)),
      []
    )
    assert.isTrue(attributes.some((value) => value.includes("50.33")))
    assert.strictEqual(elements.filter(({ text }) => text === "0.123456").length, 2)
    assert.strictEqual(elements[0]?.attributes["aria-label"], "0.123456")
  })
})
