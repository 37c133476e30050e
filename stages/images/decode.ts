/** Decodes the files of images to plain pixels. */
import { Effect, Schema } from "effect"
import type { Pixels } from "./Pixels.ts"

/** Bytes that are no image, or a damaged one. */
export class NotAnImage extends Schema.TaggedError<NotAnImage>()("NotAnImage", { problem: Schema.String }) {
  override get message() {
    return this.problem
  }
}

/** The decoder itself does not load on this machine. */
export class DecoderMissing extends Schema.TaggedError<DecoderMissing>()("DecoderMissing", { cause: Schema.Defect() }) {
  override get message() {
    return `images cannot be decoded: the package sharp does not load here (${textOf(this.cause)}); run "npm ci" on this machine`
  }
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? ""

const formats: ReadonlyArray<string> = ["jpeg", "png", "webp", "gif", "tiff"]

type Sharp = typeof import("sharp").default

let loaded: Promise<Sharp> | undefined

const load = async (): Promise<Sharp> => {
  const { default: sharp } = await import("sharp")
  // The engine's workers are the parallelism, and no file is read twice.
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp
}

const loadSharp = Effect.tryPromise({
  try: () => (loaded ??= load()),
  catch: (cause) => new DecoderMissing({ cause })
})

const refuse = (cause: unknown) => new NotAnImage({ problem: `cannot be decoded: ${textOf(cause)}` })

/** Adobe's four inks to RGB without a colour profile, in 8-bit arithmetic as Pillow does it. */
const fromInks = (inks: Uint8Array): Uint8Array => {
  const rgb = new Uint8Array((inks.length / 4) * 3)
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const paper = 255 - (inks[from + 3] ?? 0)
    for (let channel = 0; channel < 3; channel++) {
      const product = (inks[from + channel] ?? 0) * paper + 128
      rgb[to + channel] = Math.max(0, paper - (((product >> 8) + product) >> 8))
    }
  }
  return rgb
}

/**
 * The pixels of a JPEG, PNG, WebP, GIF (first frame) or TIFF (first page), as `PIL.Image.open(…).convert("RGB")`
 * gives them: grey is repeated, transparency is dropped without blending, palettes are looked up, inks become RGB,
 * colour profiles and the EXIF orientation are ignored (torchvision ignores both), of 16 bits the upper eight count.
 * Stricter than Pillow in one thing: whatever the decoder warns of is refused, since behind it are pixels that nobody
 * photographed.
 */
export const decode = Effect.fnUntraced(function* (bytes: Uint8Array) {
  const sharp = yield* loadSharp
  const open = () => sharp(bytes, { failOn: "warning", ignoreIcc: true })
  const metadata = yield* Effect.tryPromise({ try: () => open().metadata(), catch: refuse })
  const { format, space } = metadata
  if (format === undefined || !formats.includes(format))
    return yield* new NotAnImage({ problem: `found the format ${format}, expected ${formats.join(", ")}` })
  const isInk = space === "cmyk"
  const channels = isInk ? 4 : 3
  const { data, info } = yield* Effect.tryPromise({
    try: () => {
      const pipeline = isInk
        ? open().pipelineColourspace("cmyk").toColourspace("cmyk")
        : open().removeAlpha().toColourspace("srgb")
      return pipeline.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true })
    },
    catch: refuse
  })
  const { height, width } = info
  if (info.channels !== channels || data.length !== width * height * channels)
    return yield* new NotAnImage({
      problem: `found ${info.channels} channels of the colour space ${space}, expected ${channels}`
    })
  const pixels: Pixels = { width, height, rgb: isInk ? fromInks(data) : data }
  return pixels
})
