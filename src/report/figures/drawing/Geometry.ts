/** Plane geometry of a figure, in pixels: x to the right, y downwards. */

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Segment {
  readonly from: Point
  readonly to: Point
}

/** To a hundredth of a pixel: finer is not seen, and may differ between machines. */
export const rounded = (value: number): number => Math.round(value * 100) / 100

/** The box of a given size around a centre. */
export const around = ({ x, y }: Point, width: number, height: number): Box => ({
  left: x - width / 2,
  top: y - height / 2,
  right: x + width / 2,
  bottom: y + height / 2
})

/** A box moved outwards on all sides; inwards for a negative margin. */
export const grown = ({ bottom, left, right, top }: Box, margin: number): Box => ({
  left: left - margin,
  top: top - margin,
  right: right + margin,
  bottom: bottom + margin
})

/** Whether two boxes share area. Those that only touch do not. */
export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** Whether `inner` lies wholly in `outer`. */
export const contains = (outer: Box, inner: Box): boolean =>
  inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom

/** The point of the box that is nearest to `point`: itself, where it lies inside. */
export const nearestIn = (box: Box, { x, y }: Point): Point => ({
  x: Math.min(Math.max(x, box.left), box.right),
  y: Math.min(Math.max(y, box.top), box.bottom)
})

export const distance = (a: Point, b: Point): number => Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)

/** How much of the segment runs inside the box, as a length. */
export const lengthInside = ({ from, to }: Segment, box: Box): number => {
  const dx = to.x - from.x
  const dy = to.y - from.y
  // Liang and Barsky: the parameters at which the segment enters and leaves the four half-planes.
  let enter = 0
  let leave = 1
  for (const [step, room] of [
    [-dx, from.x - box.left],
    [dx, box.right - from.x],
    [-dy, from.y - box.top],
    [dy, box.bottom - from.y]
  ] as const) {
    if (step === 0) {
      if (room <= 0) return 0
    } else if (step < 0) enter = Math.max(enter, room / step)
    else leave = Math.min(leave, room / step)
  }
  return leave > enter ? (leave - enter) * Math.sqrt(dx * dx + dy * dy) : 0
}

/** On which side of the line through `from` and `to` a point lies: −1, 0 (on it) or 1. */
const side = ({ from, to }: Segment, { x, y }: Point): number =>
  Math.sign((to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x))

/** Whether two segments cross in a point that is inside of both. */
export const cross = (a: Segment, b: Segment): boolean =>
  side(a, b.from) * side(a, b.to) < 0 && side(b, a.from) * side(b, a.to) < 0
