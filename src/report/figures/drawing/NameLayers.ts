/** Placed names as layers of a drawing: the texts, and the lines that lead to their points. */
import type { Layer, Rule, Text } from "./Drawing.ts"
import { rounded } from "./Geometry.ts"
import { LEADER } from "./Look.ts"
import type { NamedPoint, PlacedName } from "./NamePlacement.ts"

export interface NameLayers {
  readonly leaders: Layer
  readonly names: Layer
}

/** `places`: those of `points`, in their order. */
export const nameLayers = (
  points: ReadonlyArray<NamedPoint>,
  places: ReadonlyArray<PlacedName>,
  fontSize: number
): NameLayers => ({
  leaders: {
    mark: "rule",
    items: places.flatMap(
      ({ leader }): ReadonlyArray<Rule> =>
        leader === null
          ? []
          : [{ x: leader.from.x, y: leader.from.y, x2: leader.to.x, y2: leader.to.y, stroke: LEADER, width: 0.6 }]
    )
  },
  names: {
    mark: "text",
    items: places.map(
      ({ align, box }, index): Text => ({
        x: rounded(align === "left" ? box.left : align === "right" ? box.right : (box.left + box.right) / 2),
        y: rounded(box.bottom - 0.3 * fontSize),
        text: points[index]?.name ?? "",
        align,
        size: fontSize,
        halo: true
      })
    )
  }
})
