/**
 * What an ImageNet network is given of an image: torchvision's `Resize(256)`, `CenterCrop(224)`, `ToTensor`,
 * `Normalize`.
 */
import type { Pixels } from "./Pixels.ts"
import { resampled } from "./resample.ts"

const SHORTER_SIDE = 256
/** Side of the square that a network sees. */
export const CROP = 224
const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]

/** By channel and 8-bit value, in float32 arithmetic as torch has it. */
const normalised = MEAN.map((mean, channel) =>
  Float32Array.from({ length: 256 }, (_, value) => {
    const centred = Math.fround(Math.fround(value / 255) - Math.fround(mean))
    return centred / Math.fround(DEVIATION[channel] ?? 1)
  })
)

/** Rounds halves to the even neighbour, as Python does. */
const roundHalfEven = (value: number): number => {
  const down = Math.floor(value)
  return value - down === 0.5 ? down + (down % 2) : Math.round(value)
}

/**
 * The middle 224 × 224 pixels, after the shorter side was made 256 and the longer one kept its proportion, rounded
 * down.
 */
export const centreCrop = (image: Pixels): Pixels => {
  const { height, width } = image
  const resizedWidth = width <= height ? SHORTER_SIDE : Math.floor((SHORTER_SIDE * width) / height)
  const resizedHeight = width <= height ? Math.floor((SHORTER_SIDE * height) / width) : SHORTER_SIDE
  return resampled(image, resizedWidth, resizedHeight, {
    left: roundHalfEven((resizedWidth - CROP) / 2),
    top: roundHalfEven((resizedHeight - CROP) / 2),
    width: CROP,
    height: CROP
  })
}

/** The crop as planes of red, green and blue, [3, 224, 224]: (value / 255 − mean) / deviation of ImageNet. */
export const imageNetInput = (image: Pixels): Float32Array => {
  const { rgb } = centreCrop(image)
  const plane = CROP * CROP
  const out = new Float32Array(3 * plane)
  for (let channel = 0; channel < 3; channel++) {
    const values = normalised[channel] ?? new Float32Array(256)
    for (let at = 0; at < plane; at++) out[channel * plane + at] = values[rgb[at * 3 + channel] ?? 0] ?? 0
  }
  return out
}
