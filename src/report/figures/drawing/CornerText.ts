/** A few lines in that corner of a box where they cover least. */
import type { Text } from "./Drawing.ts"
import { type Box, grown, overlap, rounded } from "./Geometry.ts"
import { BODY } from "./Look.ts"
import { textWidth } from "./TextWidth.ts"

const SIZE = BODY
const LEADING = 13

/**
 * The lines, the second in bold, where they come near to the fewest of the marks: upper left, lower right, lower left,
 * upper right, then the same further in. `place` is the box they fill.
 */
export const cornerText = (lines: ReadonlyArray<string>, box: Box, marks: ReadonlyArray<ReadonlyArray<Box>>) => {
  const width = Math.max(...lines.map((line, index) => textWidth(line, SIZE, index === 1 ? "bold" : "normal")))
  const height = lines.length * LEADING
  const places = [10, 44].flatMap((inset) => {
    const inner = grown(box, -inset)
    return [
      { left: inner.left, top: inner.top },
      { left: inner.right - width, top: inner.bottom - height },
      { left: inner.left, top: inner.bottom - height },
      { left: inner.right - width, top: inner.top }
    ].map(({ left, top }) => ({ left, top, right: left + width, bottom: top + height }))
  })
  const taken = (place: Box) => marks.filter((boxes) => boxes.some((each) => overlap(grown(place, 14), each))).length
  const place = places.reduce((best, each) => (taken(each) < taken(best) ? each : best))
  const right = place.left > (box.left + box.right) / 2
  const items = lines.map(
    (text, index): Text => ({
      x: rounded(right ? place.right : place.left),
      y: rounded(place.top + 10 + index * LEADING),
      text,
      align: right ? "right" : "left",
      size: SIZE,
      weight: index === 1 ? "bold" : "normal"
    })
  )
  return { place, items }
}
