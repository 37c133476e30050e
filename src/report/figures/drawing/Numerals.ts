/** Numbers as a figure's text says them, in no locale. */

const MINUS = "−"

/** With a fixed number of decimals; nothing is −0. */
export const fixed = (value: number, decimals: number): string => {
  const text = Math.abs(value).toFixed(decimals)
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text
}

/** As `fixed`, with a sign before what is above 0 too. */
export const signed = (value: number, decimals: number): string => {
  const text = fixed(value, decimals)
  return text.startsWith(MINUS) || Number(text) === 0 ? text : `+${text}`
}

/** A share as a percentage. */
export const percent = (share: number, decimals: number): string => `${fixed(share * 100, decimals)}%`

/** To four significant digits, without an exponent where a reader needs none. */
export const significant = (value: number): string => {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e7))
    return value.toExponential(2).replaceAll("-", MINUS).replace("e+", "e")
  const text = String(Number(size.toPrecision(4)))
  return value < 0 ? `${MINUS}${text}` : text
}
