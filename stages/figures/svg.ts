/**
 * A drawing's SVG. Equal drawings give equal bytes on every machine: no locale, clock, random id or font takes part, and
 * coordinates are rounded.
 */
import { Effect } from "effect"
import type { Drawing } from "./Drawing.ts"
import { printable } from "./TextWidth.ts"
import { vegaSpec } from "./vegaSpec.ts"

const escaped = (text: string) =>
  printable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/** Numbers inside of tags to a hundredth: no text of a person's stands there. */
const roundTags = (svg: string) =>
  svg.replaceAll(/<[^>]*>/g, (tag) =>
    tag.replaceAll(/-?\d+\.\d{3,}(e-\d+)?/g, (number) => `${Math.round(Number(number) * 100) / 100}`)
  )

/** The drawing as SVG in UTF-8, each element on its own line. */
export const render = Effect.fnUntraced(function* (drawing: Drawing) {
  const bare = yield* Effect.promise(async () => {
    const { parse, View } = await import("vega")
    const view = new View(parse(vegaSpec(drawing)), { renderer: "none" })
    const svg = await view.toSVG()
    view.finalize()
    return svg
  })
  const label = escaped(drawing.title)
  const open = `role="img" aria-label="${label}"`
  const head = `<title>${label}</title><desc>${escaped(drawing.description)}</desc>`
  const svg = roundTags(bare).replace(/^<svg ([^>]*)>/, (_, attributes) => `<svg ${open} ${attributes}>${head}`)
  return new TextEncoder().encode(`${svg.replaceAll("><", ">\n<")}\n`)
})
