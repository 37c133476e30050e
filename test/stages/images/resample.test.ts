import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import type { Pixels } from "../../../stages/images/Pixels.ts"
import { resampled, type Window } from "../../../stages/images/resample.ts"
import { pattern } from "./pattern.ts"

/** The triangle filter over real numbers, straight from its definition and without rounding in between. */
const exactly = ({ height, rgb, width }: Pixels, toWidth: number, toHeight: number, window: Window): Float64Array => {
  const weightsOf = (source: number, target: number, at: number) => {
    const scale = source / target
    const reach = Math.max(1, scale)
    const centre = (at + 0.5) * scale
    const weights = Array.from({ length: source }, (_, tap) => Math.max(0, 1 - Math.abs(tap + 0.5 - centre) / reach))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return weights.map((weight) => weight / sum)
  }
  const out = new Float64Array(window.width * window.height * 3)
  for (let y = 0; y < window.height; y++) {
    const down = weightsOf(height, toHeight, window.top + y)
    for (let x = 0; x < window.width; x++) {
      const across = weightsOf(width, toWidth, window.left + x)
      for (const [row, ofRow] of down.entries())
        for (const [column, ofColumn] of across.entries())
          for (let channel = 0; channel < 3 && ofRow * ofColumn > 0; channel++) {
            const at = (y * window.width + x) * 3 + channel
            out[at] = (out[at] ?? 0) + ofRow * ofColumn * (rgb[(row * width + column) * 3 + channel] ?? 0)
          }
    }
  }
  return out
}

const size = fc.integer({ min: 1, max: 24 })

describe("resampling", () => {
  it("is within its two roundings of the exact filter, for any sizes and windows", () => {
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        fc.infiniteStream(fc.nat(255)),
        fc.nat(),
        fc.nat(),
        (w, h, tw, th, bytes, a, b) => {
          const rgb = Uint8Array.from({ length: w * h * 3 }, () => bytes.next().value ?? 0)
          const left = a % tw
          const top = b % th
          const window = { left, top, width: tw - left, height: th - top }
          const image = { width: w, height: h, rgb }
          const found = resampled(image, tw, th, window)
          const expected = exactly(image, tw, th, window)
          assert.strictEqual(found.rgb.length, expected.length)
          for (const [at, value] of expected.entries())
            assert.approximately(found.rgb[at] ?? Number.NaN, value, 1.01, `${w}×${h} → ${tw}×${th}, value ${at}`)
        }
      ),
      { numRuns: 60 }
    )
  })

  it("of a window is that part of the whole", () => {
    const image = pattern(61, 47)
    const whole = resampled(image, 40, 90, { left: 0, top: 0, width: 40, height: 90 })
    const part = resampled(image, 40, 90, { left: 11, top: 70, width: 8, height: 20 })
    for (let y = 0; y < 20; y++)
      for (let x = 0; x < 24; x++)
        assert.strictEqual(part.rgb[y * 24 + x], whole.rgb[(70 + y) * 120 + 33 + x], `row ${y}, value ${x}`)
  })

  it("to the same size changes nothing", () => {
    const image = pattern(31, 17)
    assert.deepStrictEqual(resampled(image, 31, 17, { left: 0, top: 0, width: 31, height: 17 }).rgb, image.rgb)
  })

  it("to 512 × 512 is Pillow 9.4's, bit for bit", () => {
    const { rgb } = resampled(pattern(50, 40), 512, 512, { left: 0, top: 0, width: 512, height: 512 })
    const digest = createHash("sha256").update(rgb).digest("hex").slice(0, 32)
    assert.strictEqual(digest, "2500e5b4cccc21ca6b2fabb48bfddef2")
  })
})
