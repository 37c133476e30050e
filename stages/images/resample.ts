/**
 * Resizing with antialiasing, in the arithmetic of Pillow's `Image.resize(…, BILINEAR)`: a triangle filter that
 * widens as an image shrinks, weights of 22 bits, first along rows and then along columns, rounded to 8 bits after
 * each. So pixels are torchvision's, bit for bit, and the same on every machine.
 */
import type { Pixels } from "./Pixels.ts"

const PRECISION = 22
const HALF = 1 << (PRECISION - 1)

/** Which source pixels make one target pixel, and their weights. */
interface Taps {
  /** First source pixel of each target pixel. */
  readonly first: Int32Array
  /** How many. */
  readonly count: Int32Array
  /** `width` weights for each target pixel, in units of 2^-22. */
  readonly weights: Int32Array
  readonly width: number
}

/** Of target pixels `from`…`from + length − 1`, when `source` pixels become `target`. */
const tapsOf = (source: number, target: number, from: number, length: number): Taps => {
  const scale = source / target
  const support = Math.max(scale, 1)
  const width = Math.ceil(support) * 2 + 1
  const first = new Int32Array(length)
  const count = new Int32Array(length)
  const weights = new Int32Array(length * width)
  const exact = new Float64Array(width)
  for (let at = 0; at < length; at++) {
    const centre = (from + at + 0.5) * scale
    const start = Math.max(Math.trunc(centre - support + 0.5), 0)
    const taps = Math.min(Math.trunc(centre + support + 0.5), source) - start
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const distance = Math.abs((tap + start - centre + 0.5) * (1 / support))
      const weight = distance < 1 ? 1 - distance : 0
      exact[tap] = weight
      sum += weight
    }
    first[at] = start
    count[at] = taps
    for (let tap = 0; tap < taps; tap++)
      weights[at * width + tap] = Math.trunc(0.5 + ((exact[tap] ?? 0) / (sum === 0 ? 1 : sum)) * (1 << PRECISION))
  }
  return { first, count, weights, width }
}

/** What of the resized image is wanted. */
export interface Window {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The window of the image resized to `width` × `height`; only its pixels are computed. */
export const resampled = (image: Pixels, width: number, height: number, window: Window): Pixels => {
  const across = tapsOf(image.width, width, window.left, window.width)
  const down = tapsOf(image.height, height, window.top, window.height)
  const last = window.height - 1
  const rowFrom = down.first[0] ?? 0
  const rowTo = (down.first[last] ?? 0) + (down.count[last] ?? 0)
  const rows = alongRows(image, across, window.width, rowFrom, rowTo)
  const rgb = alongColumns(rows, down, window.width * 3, window.height, rowFrom)
  return { width: window.width, height: window.height, rgb }
}

/** Rows `rowFrom`…`rowTo − 1`, each `width` pixels wide. */
const alongRows = (image: Pixels, taps: Taps, width: number, rowFrom: number, rowTo: number): Uint8ClampedArray => {
  const { rgb } = image
  const { count, first, weights } = taps
  const out = new Uint8ClampedArray((rowTo - rowFrom) * width * 3)
  let to = 0
  for (let row = rowFrom; row < rowTo; row++) {
    const line = row * image.width
    for (let column = 0; column < width; column++) {
      let from = (line + (first[column] ?? 0)) * 3
      let weightAt = column * taps.width
      let red = HALF
      let green = HALF
      let blue = HALF
      for (let left = count[column] ?? 0; left > 0; left--) {
        const weight = weights[weightAt++] ?? 0
        red += Math.imul(rgb[from++] ?? 0, weight)
        green += Math.imul(rgb[from++] ?? 0, weight)
        blue += Math.imul(rgb[from++] ?? 0, weight)
      }
      out[to++] = red >> PRECISION
      out[to++] = green >> PRECISION
      out[to++] = blue >> PRECISION
    }
  }
  return out
}

/** `height` rows of `stride` values; the first row of `rows` is row `rowFrom` of the source. */
const alongColumns = (
  rows: Uint8ClampedArray,
  taps: Taps,
  stride: number,
  height: number,
  rowFrom: number
): Uint8Array => {
  const out = new Uint8Array(height * stride)
  const sums = new Int32Array(stride)
  for (let row = 0; row < height; row++) {
    sums.fill(HALF)
    let from = ((taps.first[row] ?? 0) - rowFrom) * stride
    let tap = row * taps.width
    const end = tap + (taps.count[row] ?? 0)
    // Two source rows at a time: the sums are read and written half as often.
    for (; tap + 1 < end; tap += 2) {
      const weight = taps.weights[tap] ?? 0
      const nextWeight = taps.weights[tap + 1] ?? 0
      const next = from + stride
      for (let at = 0; at < stride; at++) {
        const both = Math.imul(rows[from + at] ?? 0, weight) + Math.imul(rows[next + at] ?? 0, nextWeight)
        sums[at] = (sums[at] ?? 0) + both
      }
      from += 2 * stride
    }
    if (tap < end) {
      const weight = taps.weights[tap] ?? 0
      for (let at = 0; at < stride; at++) sums[at] = (sums[at] ?? 0) + Math.imul(rows[from + at] ?? 0, weight)
    }
    const to = row * stride
    for (let at = 0; at < stride; at++) out[to + at] = Math.min((sums[at] ?? 0) >> PRECISION, 255)
  }
  return out
}
