/** Figures as text and back: what a printed cell holds, and whether a printed figure is a value at the precision it has. */

/** A number as it is printed. */
export const NUMBER = String.raw`[-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`
const number = new RegExp(`^${NUMBER}$`)
const cell = new RegExp(
  String.raw`^(?:(${NUMBER}|–)(?:\s*±\s*(${NUMBER}))?)?(?:\s*\[\s*(${NUMBER})(?:\s*,\s*|\s+)(${NUMBER})\s*\])?$`
)

/** A part of a cell and its text. */
export type PartText = readonly [part: "mean" | "sd" | "ci95_low" | "ci95_high", text: string]

/** `.820 ±.020 [.770 .870]`, without signs: its parts, or undefined where it is something else. */
export const partsOf = (text: string): ReadonlyArray<PartText> | undefined => {
  const found = cell.exec(text.trim())
  if (found === null) return undefined
  const names = ["mean", "sd", "ci95_low", "ci95_high"] as const
  return names.flatMap((part, at) => {
    const value = found[at + 1]
    return value === undefined ? [] : [[part, value] as const]
  })
}

export const isNumber = (text: string): boolean => number.test(text)

const distance = new RegExp(String.raw`\s+z\+?(${NUMBER})`)

/** What is printed of a reference on a line: its figure, and behind it how far ours is from it, where that is told. */
export const referenceTexts = (text: string, line: number) => {
  const [, told] = distance.exec(text) ?? []
  return {
    reference: text.replace(distance, ""),
    distances: told === undefined ? [] : [{ part: "reference_distance" as const, text: told, line }]
  }
}

const decimalsOf = (text: string): number => /\.(\d*)/.exec(text)?.[1]?.length ?? 0

/** The value as it would be printed with the digits that `text` has. */
export const asPrinted = (text: string, value: number): string => {
  const mantissa = /^(.*?)[eE]/.exec(text)?.[1]
  if (mantissa !== undefined) return value.toExponential(Math.min(100, decimalsOf(mantissa)))
  const fixed = value.toFixed(Math.min(100, decimalsOf(text)))
  return text.replace(/^[-−]/, "").startsWith(".") ? fixed.replace(/^(-?)0\./, "$1.") : fixed
}

const plain = (text: string): string => text.replace("−", "-")

/** Whether the text is the value, whole or rounded to the digits that it has. */
export const isPrinted = (text: string, value: number | null | undefined): boolean => {
  if (value === null || value === undefined) return text === "" || text === "–"
  if (!isNumber(text)) return false
  const given = plain(text)
  if (given === String(value)) return true
  const expected = asPrinted(given, value)
  // The same digits, however its zeros and its exponent are written.
  const digits = (figure: string) =>
    figure
      .replace(/^(-?)0+(?=\d)/, "$1")
      .replace(/^(-?)(?=\.)/, "$10")
      .replace(/[eE]\+?/, "e")
  return digits(given) === digits(expected) || (Number(given) === 0 && Number(expected) === 0)
}
