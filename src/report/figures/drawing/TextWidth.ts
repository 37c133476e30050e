/**
 * How wide a text is at most, without a font to measure it in. A figure is drawn in the reader's own sans-serif, so the
 * widths are those of a wide one (DejaVu Sans); in a narrower one, names stand a little further apart.
 */

/** Advance widths in em of printable ASCII, by groups of about the same. */
const GROUPS: ReadonlyArray<readonly [width: number, characters: string]> = [
  [0.3, "ijlI'|"],
  [0.34, " .,:;/\\-"],
  [0.42, 'frt()[]!"`'],
  [0.53, "Jcksxyz?*^_"],
  [0.65, "abdeghnopquvLTF{}$0123456789"],
  [0.7, "ABCEPRSVXYZK"],
  [0.8, "DGHNOQUw&#<>+=~"],
  [1, "mMW@%"]
]
const WIDTHS = new Map(GROUPS.flatMap(([width, characters]) => [...characters].map((each) => [each, width] as const)))

/** Letters of other alphabets up to here are no wider than a capital; what follows may be as wide as it is high. */
const LAST_NARROW = 0x2e80

const advance = (character: string): number =>
  WIDTHS.get(character) ?? ((character.codePointAt(0) ?? 0) < LAST_NARROW ? 0.85 : 1.05)

/** Width in pixels at a font size in pixels. */
export const textWidth = (text: string, fontSize: number, weight: "normal" | "bold" = "normal"): number => {
  let width = 0
  for (const character of text) width += advance(character)
  return width * fontSize * (weight === "bold" ? 1.12 : 1)
}

/** The text, or its beginning with an ellipsis where it is wider than `limit` pixels. */
export const shortened = (text: string, fontSize: number, limit: number): string => {
  if (textWidth(text, fontSize) <= limit) return text
  let kept = ""
  for (const character of text) {
    if (textWidth(`${kept}${character}…`, fontSize) > limit) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

/** The text in lines of at most `limit` pixels, broken at spaces; a longer word is shortened. */
export const wrapped = (
  text: string,
  fontSize: number,
  limit: number,
  weight: "normal" | "bold" = "normal"
): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(/\s+/u).filter((each) => each !== "")) {
    const longer = line === "" ? word : `${line} ${word}`
    if (line === "" || textWidth(longer, fontSize, weight) <= limit) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  if (line !== "") lines.push(line)
  return lines.map((each) => shortened(each, weight === "bold" ? fontSize * 1.12 : fontSize, limit))
}

/** Text that XML can hold: what it cannot (control characters, halves of surrogate pairs) becomes U+FFFD. */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u{FFFE}\u{FFFF}]/gu, (character) => (/\s/u.test(character) ? " " : "\u{FFFD}"))
