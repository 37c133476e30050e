import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { around, contains, overlap, type Point } from "../../../../src/report/figures/drawing/Geometry.ts"
import { type NamedPoint, type PlacedName, placeNames } from "../../../../src/report/figures/drawing/NamePlacement.ts"

const region = { left: 0, top: 0, right: 500, bottom: 500 }
const surroundings = { fontSize: 12, region }
const at = (x: number, y: number, name: string): NamedPoint => ({ x, y, name, radius: 5 })
const placedIn = (points: ReadonlyArray<NamedPoint>, more = {}): ReadonlyArray<PlacedName> => {
  const places = placeNames(points, { ...surroundings, ...more })
  assert.isNotNull(places)
  assert.strictEqual(places.length, points.length)
  return places
}
const overlaps = (places: ReadonlyArray<PlacedName>) =>
  places.flatMap((place, index) => places.slice(index + 1).filter((other) => overlap(place.box, other.box)))

describe("placeNames", () => {
  const coordinate = fc.oneof(
    fc.integer({ min: 0, max: 500 }),
    fc.constantFrom(0, 250, 500),
    fc.integer({ min: 240, max: 260 })
  )
  const names = fc.array(fc.tuple(coordinate, coordinate, fc.string({ minLength: 1, maxLength: 18 })), {
    minLength: 1,
    maxLength: 16
  })

  it("never lets names overlap, leave the region or cover what is blocked, wherever the points are", () => {
    const blocked = [{ left: 10, top: 10, right: 170, bottom: 60 }]
    fc.assert(
      fc.property(names, (drawn) => {
        const places = placedIn(
          drawn.map(([x, y, name]) => at(x, y, name)),
          { blocked }
        )
        assert.deepStrictEqual(overlaps(places), [])
        for (const { box } of places) {
          assert.isTrue(contains(region, box))
          assert.isFalse(blocked.some((other) => overlap(other, box)))
        }
      }),
      { numRuns: 40 }
    )
  })

  it("covers no other point where points are few", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 11 }), (drawn) => {
        const points = drawn.map(([x, y], index) => at(x, y, `label ${index}`))
        for (const [index, { box }] of placedIn(points).entries())
          for (const other of points) {
            const isSame = other.x === points[index]?.x && other.y === points[index]?.y
            assert.isFalse(!isSame && overlap(box, around(other, 10, 10)), `${index} covers ${other.name}`)
          }
      }),
      { numRuns: 40 }
    )
  })

  it("puts a name that has room beside its point, without a leader", () => {
    const [place] = placedIn([at(100, 100, "fork")])
    assert.isNull(place?.leader ?? null)
    assert.strictEqual(place?.align, "left")
    assert.closeTo(place?.box.left ?? 0, 107.5, 1)
    assert.closeTo(((place?.box.top ?? 0) + (place?.box.bottom ?? 0)) / 2, 100, 1)
  })

  it("turns inwards at the corners", () => {
    const corners: ReadonlyArray<Point> = [0, 500].flatMap((x) => [0, 500].map((y) => ({ x, y })))
    const places = placedIn(corners.map(({ x, y }) => at(x, y, "teddy bear")))
    assert.deepStrictEqual(
      places.map(({ align }) => align),
      ["left", "left", "right", "right"]
    )
  })

  it("leads from the glyph's edge to a name that stands apart", () => {
    const crowd = Array.from({ length: 11 }, (_, index) =>
      at(250 + 2 * index, 250 + ((index * 7) % 5), `label ${index}`)
    )
    const leaders = placedIn(crowd).flatMap(({ box, leader }, index) =>
      leader === null ? [] : [{ box, leader, index }]
    )
    assert.isAbove(leaders.length, 2)
    for (const { box, index, leader } of leaders) {
      const point = crowd[index] ?? assert.fail()
      assert.closeTo(Math.hypot(leader.from.x - point.x, leader.from.y - point.y), 6, 0.1)
      assert.isTrue(overlap(around(leader.to, 0.1, 0.1), box) || leader.to.x === box.left || leader.to.x === box.right)
    }
  })

  it("keeps off a line that it need not cross", () => {
    const line = { from: { x: 0, y: 100 }, to: { x: 500, y: 100 }, weight: 1 }
    const [place] = placedIn([at(250, 100, "on the line")], { avoid: [line] })
    const { box } = place ?? assert.fail()
    assert.isTrue(box.bottom <= 100 || box.top >= 100)
  })

  it("gives the same places for the same points", () => {
    const points = Array.from({ length: 11 }, (_, index) => at((index * 37) % 90, (index * 53) % 90, `label ${index}`))
    assert.deepStrictEqual(placedIn(points), placedIn(points))
  })

  it("gives nothing where the region has no room", () => {
    const small = { left: 0, top: 0, right: 60, bottom: 30 }
    const points = Array.from({ length: 5 }, () => at(30, 15, "teddy bear"))
    assert.isNull(placeNames(points, { ...surroundings, region: small }))
    // Two of these have the area, and no row of their own.
    const flat = { left: 0, top: 0, right: 120, bottom: 20 }
    assert.isNull(placeNames([at(60, 10, "teddy bear"), at(60, 10, "teddy bear")], { ...surroundings, region: flat }))
  })
})
