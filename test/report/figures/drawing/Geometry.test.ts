import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  around,
  type Box,
  contains,
  cross,
  distance,
  grown,
  lengthInside,
  nearestIn,
  overlap
} from "../../../../src/report/figures/drawing/Geometry.ts"

const box: Box = { left: 10, top: 20, right: 30, bottom: 40 }
const number = fc.double({ min: -50, max: 90, noNaN: true })
const point = fc.record({ x: number, y: number })

describe("boxes", () => {
  it("overlap where they share area, not where they touch", () => {
    assert.isTrue(overlap(box, { left: 29, top: 39, right: 50, bottom: 50 }))
    assert.isFalse(overlap(box, { left: 30, top: 20, right: 50, bottom: 40 }))
    assert.isTrue(overlap(grown(box, 1), { left: 30, top: 20, right: 50, bottom: 40 }))
  })

  it("contain what lies in them, their own border too", () => {
    assert.isTrue(contains(box, box))
    assert.isFalse(contains(box, grown(box, 0.1)))
    assert.deepStrictEqual(around({ x: 20, y: 30 }, 20, 20), box)
  })

  it("have a nearest point that none of their points undercuts", () => {
    fc.assert(
      fc.property(
        point,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, u, v) => {
          const other = { x: 10 + 20 * u, y: 20 + 20 * v }
          assert.isAtMost(distance(nearestIn(box, from), from), distance(other, from) + 1e-9)
        }
      )
    )
  })
})

describe("segments", () => {
  it("run inside a box for as long as their sampled points say", () => {
    fc.assert(
      fc.property(point, point, (from, to) => {
        const samples = 4000
        let inside = 0
        for (let index = 0; index < samples; index++) {
          const share = (index + 0.5) / samples
          const x = from.x + (to.x - from.x) * share
          const y = from.y + (to.y - from.y) * share
          if (x > box.left && x < box.right && y > box.top && y < box.bottom) inside++
        }
        const whole = distance(from, to)
        assert.closeTo(lengthInside({ from, to }, box), (inside / samples) * whole, (2 * whole) / samples + 1e-9)
      }),
      { numRuns: 60 }
    )
  })

  it("cross inside of both, not at an end and not beyond", () => {
    const across = { from: { x: 0, y: 0 }, to: { x: 10, y: 10 } }
    assert.isTrue(cross(across, { from: { x: 0, y: 10 }, to: { x: 10, y: 0 } }))
    assert.isFalse(cross(across, { from: { x: 5, y: 5 }, to: { x: 9, y: 0 } }))
    assert.isFalse(cross(across, { from: { x: 12, y: 0 }, to: { x: 12, y: 20 } }))
  })
})
