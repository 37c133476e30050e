import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import sharp from "sharp"
import { decode } from "../../../stages/images/decode.ts"
import { pattern } from "./pattern.ts"

const image = pattern(20, 12)
const raw = { width: 20, height: 12, channels: 3 } as const
const bytesOf = (make: () => Promise<Buffer>) => Effect.promise(make)
const source = (data: Uint8Array = image.rgb, channels: 1 | 2 | 3 | 4 = 3) => sharp(data, { raw: { ...raw, channels } })

const inkJpeg =
  "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB/8AAFAgACAAgBEMRAE0RAFkRAEsRAP/EABkAAAMAAwAAAAAAAAAAAAAAAAAKCwcICf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8Af4P8H+D/AAgDgBeoRv3Pcm+yQsYN8Eyd/9k="

describe("decoding", () => {
  it.live("gives a PNG's own pixels", () =>
    Effect.gen(function* () {
      const pixels = yield* decode(yield* bytesOf(() => source().png().toBuffer()))
      assert.deepStrictEqual([pixels.width, pixels.height], [20, 12])
      assert.deepStrictEqual([...pixels.rgb], [...image.rgb])
    })
  )

  it.live("repeats grey, and drops transparency without blending", () =>
    Effect.gen(function* () {
      const grey = Uint8Array.from({ length: 240 }, (_, at) => at)
      const repeated = yield* decode(yield* bytesOf(() => source(grey, 1).toColourspace("b-w").png().toBuffer()))
      assert.deepStrictEqual(
        [...repeated.rgb],
        [...grey].flatMap((value) => [value, value, value])
      )
      const transparent = Uint8Array.from({ length: 960 }, (_, at) =>
        at % 4 === 3 ? at % 256 : (image.rgb[(at >> 2) * 3 + (at % 4)] ?? 0)
      )
      const opaque = yield* decode(yield* bytesOf(() => source(transparent, 4).png().toBuffer()))
      assert.deepStrictEqual([...opaque.rgb], [...image.rgb])
    })
  )

  it.live("turns inks into RGB without a colour profile, as Pillow does", () =>
    Effect.gen(function* () {
      // Written by Pillow: four blocks of 8 × 8 in the inks (0,0,0,0), (255,0,0,0), (10,200,33,100), (1,2,3,255).
      const { rgb, width } = yield* decode(Buffer.from(inkJpeg, "base64"))
      assert.strictEqual(width, 32)
      const blocks = [0, 1, 2, 3].map((block) => [...rgb.subarray((4 * 32 + block * 8 + 4) * 3).subarray(0, 3)])
      assert.deepStrictEqual(blocks, [
        [255, 255, 255],
        [0, 255, 255],
        [149, 33, 135],
        [0, 0, 0]
      ])
    })
  )

  it.live("does not turn an image by its EXIF orientation, as torchvision does not", () =>
    Effect.gen(function* () {
      const turned = yield* bytesOf(() => source().withMetadata({ orientation: 6 }).png().toBuffer())
      assert.strictEqual((yield* Effect.promise(() => sharp(turned).metadata())).orientation, 6)
      const pixels = yield* decode(turned)
      assert.deepStrictEqual([pixels.width, pixels.height], [20, 12])
      assert.deepStrictEqual([...pixels.rgb], [...image.rgb])
    })
  )

  it.live("takes the upper eight of 16 bits", () =>
    Effect.gen(function* () {
      const deep = yield* bytesOf(() => source().toColourspace("rgb16").png().toBuffer())
      assert.strictEqual((yield* Effect.promise(() => sharp(deep).metadata())).depth, "ushort")
      assert.deepStrictEqual([...(yield* decode(deep)).rgb], [...image.rgb])
    })
  )

  it.live("refuses text, nothing, a drawing, and a file that was cut off", () =>
    Effect.gen(function* () {
      const jpeg = yield* bytesOf(() =>
        sharp(pattern(200, 200).rgb, { raw: { width: 200, height: 200, channels: 3 } })
          .jpeg()
          .toBuffer()
      )
      const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
      const refused: ReadonlyArray<readonly [bytes: Uint8Array, message: RegExp]> = [
        [Buffer.from("this is no image"), /cannot be decoded: .*unsupported image format/],
        [Buffer.alloc(0), /cannot be decoded: .*empty/],
        [Buffer.from(drawing), /found the format svg, expected jpeg, png, webp, gif, tiff/],
        [jpeg.subarray(0, jpeg.length >> 1), /cannot be decoded: .*(premature end|truncated)/i]
      ]
      for (const [bytes, message] of refused) {
        const error = yield* Effect.flip(decode(bytes))
        assert.strictEqual(error._tag, "NotAnImage")
        assert.match(error.message, message)
      }
      // The whole file is fine: it was the cut that was refused.
      assert.strictEqual((yield* decode(jpeg)).width, 200)
    })
  )
})
