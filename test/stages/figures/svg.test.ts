import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import sharp from "sharp"
import type { Drawing } from "../../../stages/figures/Drawing.ts"
import { render } from "../../../stages/figures/svg.ts"
import { parsedSvg, textsOf } from "./parsedSvg.ts"

const axis = { kind: "linear", domain: [0, 1], ticks: [0, 0.5, 1], format: ".0%" } as const
/** In vega's specifications, an expression. */
const EXPRESSION = "{signal: '1 + 1'} datum.x"
const names = [`<b>"bold" & 'so'</b>`, "]]><!--", "a\u0000\u001Bz", "語 😀", "&amp;", EXPRESSION]
const drawing: Drawing = {
  width: 300,
  height: 200,
  title: 'A <title> & "more"',
  description: "What <it> shows & says",
  frame: {
    box: { left: 50, top: 20, right: 250, bottom: 150 },
    gap: 0,
    x: axis,
    y: { ...axis, kind: "log", domain: [0.1, 1], ticks: [0.1, 0.2, 0.7] }
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
      width: 1
    },
    {
      mark: "band",
      items: [
        { x: 50, y: 50, y2: 60 },
        { x: 90, y: 50, y2: 70 }
      ],
      opacity: 0.2
    },
    { mark: "text", items: [] }
  ]
}

describe("render", () => {
  it.effect("gives the same bytes each time, whatever was drawn before", () =>
    Effect.gen(function* () {
      const first = yield* render(drawing)
      yield* render({ ...drawing, title: "another", layers: [] })
      assert.deepStrictEqual(yield* render(drawing), first)
    })
  )

  it.effect("gives XML that a reader of pictures takes, in its size", () =>
    Effect.gen(function* () {
      const bytes = yield* render(drawing)
      const { format, height, width } = yield* Effect.promise(() => sharp(bytes).metadata())
      assert.deepStrictEqual({ format, height, width }, { format: "svg", height: 200, width: 300 })
      const { data, info } = yield* Effect.promise(() =>
        sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
      )
      assert.isBelow(data[100 * info.width + 100] ?? 255, 30, "the dot is drawn where it stands")
      assert.strictEqual(data[190 * info.width + 290], 255, "the ground is white")
    })
  )

  it.effect("keeps every text as text", () =>
    Effect.gen(function* () {
      const texts = textsOf(yield* render(drawing))
      for (const name of [`<b>"bold" & 'so'</b>`, "]]><!--", "a\uFFFD\uFFFDz", "語 😀", "&amp;", EXPRESSION])
        assert.strictEqual(texts.filter((text) => text === name).length, 1, name)
      assert.includeMembers([...texts], ["0%", "50%", "100%"])
    })
  )

  it.effect("has a title and a description for those who do not see it", () =>
    Effect.gen(function* () {
      const [svg, title, desc] = parsedSvg(yield* render(drawing))
      assert.strictEqual(svg?.name, "svg")
      assert.strictEqual(svg?.attributes.role, "img")
      assert.strictEqual(svg?.attributes["aria-label"], drawing.title)
      assert.deepStrictEqual([title?.name, title?.text], ["title", drawing.title])
      assert.deepStrictEqual([desc?.name, desc?.text], ["desc", drawing.description])
    })
  )

  it.effect("rounds coordinates, and nothing that a person reads", () =>
    Effect.gen(function* () {
      const number = { x: 10, y: 10, text: "0.123456", align: "left", size: 12 } as const
      const bytes = yield* render({
        ...drawing,
        title: "0.123456",
        layers: [...drawing.layers, { mark: "text", items: [number] }]
      })
      const elements = parsedSvg(bytes)
      const attributes = elements.slice(1).flatMap((element) => Object.values(element.attributes))
      assert.deepStrictEqual(
        attributes.filter((value) => /\d\.\d{3}/.test(value)),
        []
      )
      assert.isTrue(attributes.some((value) => value.includes("50.33")))
      assert.strictEqual(elements.filter(({ text }) => text === "0.123456").length, 2)
      assert.strictEqual(elements[0]?.attributes["aria-label"], "0.123456")
    })
  )
})
