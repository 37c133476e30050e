/**
 * Where the names of points stand: beside them where there is room, else further off with a line that leads to the point.
 * Names never overlap; they keep off points, lines and each other's leaders as far as there is room. The same points give
 * the same places: candidates are tried in a fixed order, then every name is moved to its best place until none improves.
 */
import {
  around,
  type Box,
  contains,
  cross,
  distance,
  grown,
  lengthInside,
  nearestIn,
  overlap,
  type Point,
  rounded,
  type Segment
} from "./Geometry.ts"
import { textWidth } from "./TextWidth.ts"

export interface NamedPoint extends Point {
  /** Of the point's glyph. */
  readonly radius: number
  readonly name: string
}

export interface Surroundings {
  readonly fontSize: number
  /** Names stay inside. */
  readonly region: Box
  /** No name covers any part of these. */
  readonly blocked?: ReadonlyArray<Box>
  /** Lines that names keep off where they can, and how much a covered pixel of one counts. */
  readonly avoid?: ReadonlyArray<Segment & { readonly weight: number }>
}

export interface PlacedName {
  readonly box: Box
  /** From the glyph's edge to the name, where it stands apart. */
  readonly leader: Segment | null
  /** Which side of the box the text is anchored to: the one towards its point. */
  readonly align: "left" | "center" | "right"
}

/** Between two names, and a name and what it must not cover. */
const CLEARANCE = 1
/** A name further from its glyph needs a line. */
const LEADER_FROM = 7
const GAPS = [2.5, 5, 10, 16, 23, 31, 40, 52, 66, 84, 104, 128, 160, 200]
const DIRECTIONS = [
  [1, 0],
  [-1, 0],
  [0.71, -0.71],
  [0.71, 0.71],
  [-0.71, -0.71],
  [-0.71, 0.71],
  [0, -1],
  [0, 1],
  [0.92, -0.38],
  [0.92, 0.38],
  [-0.92, -0.38],
  [-0.92, 0.38],
  [0.38, -0.92],
  [0.38, 0.92],
  [-0.38, -0.92],
  [-0.38, 0.92]
] as const

/** How bad each thing is, in pixels of distance from the point. */
const COST = { glyph: 400, ownGlyph: 200, leaderOverName: 250, leadersCross: 150, leaderOverGlyph: 80, ambiguous: 12 }

/** Of the text alone; its lines are this many font sizes high. */
const LINE = 1.2

const placedAt = (point: NamedPoint, box: Box): PlacedName => {
  const near = nearestIn(box, point)
  const away = distance(near, point)
  const centre = (box.left + box.right) / 2
  const align = point.x <= box.left ? "left" : point.x >= box.right ? "right" : "center"
  if (away - point.radius <= LEADER_FROM) return { box, leader: null, align }
  const share = (point.radius + 1) / away
  // A line to the middle of a name above or below reads better than one to its nearest corner.
  const to = align === "center" ? { x: (near.x + centre) / 2, y: near.y } : near
  const from = { x: rounded(point.x + (to.x - point.x) * share), y: rounded(point.y + (to.y - point.y) * share) }
  return { box, leader: { from, to: { x: rounded(to.x), y: rounded(to.y) } }, align }
}

const boxAt = (point: NamedPoint, width: number, height: number, [ux, uy]: readonly [number, number], gap: number) => {
  const reach = point.radius + gap
  const x = point.x + ux * reach
  const y = point.y + uy * reach
  const left = rounded(ux > 0.3 ? x : ux < -0.3 ? x - width : x - width / 2)
  const top = rounded(uy > 0.5 ? y : uy < -0.5 ? y - height : y - height / 2)
  return { left, top, right: left + width, bottom: top + height }
}

/**
 * Places of all names, in the order of the points; null where the region has no room for them all.
 * Takes about n² · 230 steps a sweep: milliseconds for eleven names, meant for up to a hundred.
 */
export const placeNames = (
  points: ReadonlyArray<NamedPoint>,
  { avoid = [], blocked = [], fontSize, region }: Surroundings
): ReadonlyArray<PlacedName> | null => {
  const places: Array<PlacedName | undefined> = points.map(() => undefined)
  const glyphs = points.map((point) => around(point, 2 * point.radius, 2 * point.radius))
  const height = fontSize * LINE
  const area = points.reduce((total, { name }) => total + textWidth(name, fontSize) * height, 0)
  if (area > (region.right - region.left) * (region.bottom - region.top)) return null

  const isFree = (at: number, box: Box) => {
    const wide = grown(box, CLEARANCE)
    return (
      contains(region, box) &&
      !blocked.some((other) => overlap(wide, other)) &&
      !places.some((other, index) => index !== at && other !== undefined && overlap(wide, other.box))
    )
  }

  const cost = (at: number, point: NamedPoint, { box, leader }: PlacedName): number => {
    const gap = distance(nearestIn(box, point), point) - point.radius
    let total = Math.max(0, gap)
    const near = grown(box, 1.5)
    for (const line of avoid) {
      const covered = lengthInside(line, near)
      if (covered > 0) total += line.weight * (covered + 10)
    }
    if (leader !== null) for (const other of blocked) if (lengthInside(leader, other) > 0) total += COST.leaderOverName
    for (const [index, other] of points.entries()) {
      const glyph = glyphs[index] ?? box
      const together = other.x === point.x && other.y === point.y
      if (overlap(box, glyph)) total += together ? COST.ownGlyph : COST.glyph
      if (index === at) continue
      if (!together) {
        if (leader !== null && lengthInside(leader, glyph) > 0) total += COST.leaderOverGlyph
        if (distance(nearestIn(box, other), other) - other.radius < gap + 3) total += COST.ambiguous
      }
      const place = places[index]
      if (place === undefined) continue
      if (leader !== null && lengthInside(leader, place.box) > 0) total += COST.leaderOverName
      if (place.leader === null) continue
      if (lengthInside(place.leader, box) > 0) total += COST.leaderOverName
      if (leader !== null && cross(leader, place.leader)) total += COST.leadersCross
    }
    return total
  }

  /** The best free place among those around the point; the nearest free one anywhere, where none of them is. */
  const best = (at: number, point: NamedPoint): PlacedName | undefined => {
    const width = rounded(textWidth(point.name, fontSize))
    let found = places[at]
    let lowest = found === undefined ? Number.POSITIVE_INFINITY : cost(at, point, found)
    const consider = (box: Box, preference: number) => {
      if (!isFree(at, box)) return
      const place = placedAt(point, box)
      const total = cost(at, point, place) + preference
      if (total >= lowest - 1e-6) return
      lowest = total
      found = place
    }
    for (const gap of GAPS)
      for (const [index, direction] of DIRECTIONS.entries())
        consider(boxAt(point, width, height, direction, gap), index * 0.25)
    if (found !== undefined) return found
    for (let top = region.top; top + height <= region.bottom; top += 3)
      for (let left = region.left; left + width <= region.right; left += 6)
        consider({ left, top, right: left + width, bottom: top + height }, 0)
    return found
  }

  const crowd = points.map((point) => points.filter((other) => distance(point, other) < 60).length)
  const order = [...points.keys()].sort((a, b) => (crowd[b] ?? 0) - (crowd[a] ?? 0) || a - b)
  for (let sweep = 0; sweep < 12; sweep++) {
    let moved = false
    for (const at of order) {
      const point = points[at]
      if (point === undefined) continue
      const place = best(at, point)
      if (place === undefined) return null
      moved ||= place !== places[at]
      places[at] = place
    }
    if (!moved) break
  }
  return places.flatMap((place) => place ?? [])
}
