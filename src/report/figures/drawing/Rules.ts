/** Straight lines of figures: bars with caps, outlines. */
import type { Rule } from "./Drawing.ts"
import type { Box, Segment } from "./Geometry.ts"

/** A level or upright bar with a stroke of twice `cap` pixels across each end. */
export const capped = (rule: Rule, cap: number): ReadonlyArray<Rule> => {
  const flat = rule.y === rule.y2
  return [
    rule,
    ...[0, 1].map((end) => {
      const x = end === 0 ? rule.x : rule.x2
      const y = end === 0 ? rule.y : rule.y2
      return flat ? { x, y: y - cap, x2: x, y2: y + cap } : { x: x - cap, y, x2: x + cap, y2: y }
    })
  ]
}

export const boxOf = ({ x, x2, y, y2 }: Rule): Box => ({
  left: Math.min(x, x2),
  right: Math.max(x, x2),
  top: Math.min(y, y2),
  bottom: Math.max(y, y2)
})

export const segmentOf = ({ x, x2, y, y2 }: Rule): Segment => ({ from: { x, y }, to: { x: x2, y: y2 } })

/** The four sides of a box. */
export const outline = ({ bottom, left, right, top }: Box): ReadonlyArray<Rule> =>
  (
    [
      [left, top, right, top],
      [right, top, right, bottom],
      [right, bottom, left, bottom],
      [left, bottom, left, top]
    ] as const
  ).map(([x, y, x2, y2]) => ({ x, y, x2, y2, stroke: "#444" }))
