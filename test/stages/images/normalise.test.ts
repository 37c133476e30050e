import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { centreCrop, imageNetInput } from "../../../stages/images/normalise.ts"
import type { Pixels } from "../../../stages/images/Pixels.ts"
import { pattern } from "./pattern.ts"

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 32)

/** Pillow 9.4's `resize(…, BILINEAR)` and `crop` with torchvision's sizes, on the same patterns. */
const pillow: ReadonlyArray<readonly [width: number, height: number, digest: string, middle: ReadonlyArray<number>]> = [
  [640, 480, "3efe1ec8bc8900128d5c8ad6db592118", [111, 144, 186]],
  [301, 480, "eec23894d6b461fe65eff0507bba084a", [217, 19, 69]],
  [333, 1000, "0bc7d360bc747208577d4b38b35e90e1", [161, 161, 37]],
  [77, 100, "dab267348c6292c114eaa3b0359e2f7b", [142, 101, 151]],
  [4, 3, "8381fa747e0684b68cccaa7f59d1e1f5", [35, 85, 135]],
  [256, 256, "fda5696ad755c6b68658d72d0eb68232", [249, 43, 93]],
  [257, 256, "fda5696ad755c6b68658d72d0eb68232", [249, 43, 93]]
]

const solid = (width: number, height: number, colour: readonly [number, number, number]): Pixels => ({
  width,
  height,
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3] ?? 0)
})

describe("the centre crop", () => {
  for (const [width, height, expected, middle] of pillow)
    it(`of ${width} × ${height} is Pillow's, bit for bit`, () => {
      const crop = centreCrop(pattern(width, height))
      assert.deepStrictEqual([crop.width, crop.height, crop.rgb.length], [224, 224, 224 * 224 * 3])
      const at = (111 * 224 + 100) * 3
      assert.deepStrictEqual([...crop.rgb.subarray(at, at + 3)], middle)
      assert.strictEqual(digest(crop.rgb), expected)
    })

  it("computes no more than itself of an image that would be 128,000 pixels wide", () => {
    const crop = centreCrop(pattern(5000, 10))
    assert.strictEqual(digest(crop.rgb), "5461cf1080eb44ba30831ae74d8a3a22")
    assert.deepStrictEqual([...crop.rgb.subarray(0, 3)], [77, 127, 140])
  })

  it("of one pixel is that pixel everywhere", () => {
    const crop = centreCrop(solid(1, 1, [0, 50, 100]))
    assert.strictEqual(digest(crop.rgb), "7306b957ee5ed5c71b955934fbbd0f08")
  })
})

describe("the network's input", () => {
  // torch: torch.full((3,), v).to(float32).div(255).sub(mean).div(std)
  const torch: { readonly [value: number]: readonly [number, number, number] } = {
    0: [-2.1179039478302, -2.0357141494750977, -1.804444432258606],
    1: [-2.1007792949676514, -2.018207311630249, -1.7870151996612549],
    128: [0.07406462728977203, 0.20518219470977783, 0.4264925718307495],
    255: [2.248908281326294, 2.4285714626312256, 2.640000104904175]
  }
  for (const [value, expected] of Object.entries(torch))
    it(`is torch's for ${value} in every channel`, () => {
      const v = Number(value)
      const input = imageNetInput(solid(300, 500, [v, v, v]))
      const plane = 224 * 224
      for (let channel = 0; channel < 3; channel++) {
        const values = new Set(input.subarray(channel * plane, (channel + 1) * plane))
        assert.deepStrictEqual([...values], [expected[channel]])
      }
    })

  it("has a plane for each channel, in the order of the rows", () => {
    const image = pattern(640, 480)
    const { rgb } = centreCrop(image)
    const input = imageNetInput(image)
    const mean = [0.485, 0.456, 0.406]
    const deviation = [0.229, 0.224, 0.225]
    for (const [channel, row, column] of [
      [0, 0, 1],
      [1, 5, 0],
      [2, 223, 222]
    ] as const) {
      const at = row * 224 + column
      const expected = ((rgb[at * 3 + channel] ?? 0) / 255 - (mean[channel] ?? 0)) / (deviation[channel] ?? 1)
      assert.approximately(input[channel * 224 * 224 + at] ?? Number.NaN, expected, 1e-6)
    }
  })
})
