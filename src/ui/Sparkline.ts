/** A curve as text: braille dots, two by four a character, or signs where the terminal has none. */
import type { Glyphs } from "./Glyphs.ts"

/** Bits of a braille character's dots: columns left to right, each from the bottom up. */
const DOTS = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08]
] as const

const SIGNS = ["_", "-", "'"]

/** So many values, evenly spread over the given ones; each the mean of those it stands for. */
const resampled = (values: ReadonlyArray<number>, count: number): ReadonlyArray<number> => {
  if (values.length <= count) return values
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count)
    const to = Math.max(from + 1, Math.floor(((index + 1) * values.length) / count))
    let sum = 0
    for (let at = from; at < to; at++) sum += values[at] ?? 0
    return sum / (to - from)
  })
}

/** Lines from the top, each at most `columns` wide. Fewer values than dots give a shorter curve: it grows to the right. */
export const sparkline = (
  values: ReadonlyArray<number>,
  columns: number,
  rows: number,
  { hasBraille }: Pick<Glyphs, "hasBraille">
): ReadonlyArray<string> => {
  const dots = hasBraille ? { across: 2, up: 4 } : { across: 1, up: SIGNS.length }
  const points = resampled(values, Math.max(0, columns) * dots.across)
  const least = Math.min(...points)
  const span = Math.max(...points) - least
  const levels = rows * dots.up
  const level = (value: number): number =>
    span > 0 ? Math.min(levels - 1, Math.floor(((value - least) / span) * levels)) : 0
  const width = Math.ceil(points.length / dots.across)
  return Array.from({ length: rows }, (_, fromTop) => {
    const bottom = (rows - 1 - fromTop) * dots.up
    return Array.from({ length: width }, (_, column) => {
      const here = points.slice(column * dots.across, (column + 1) * dots.across).map((value) => level(value) - bottom)
      if (!hasBraille) return SIGNS[here[0] ?? -1] ?? " "
      const bits = here.reduce((sum, dot, at) => sum | (DOTS[at]?.[dot] ?? 0), 0)
      return bits === 0 ? " " : String.fromCodePoint(0x2800 + bits)
    }).join("")
  })
}
