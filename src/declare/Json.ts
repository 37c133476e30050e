/** JSON values as text, each as exactly one: keys in code-unit order, and −0 as `-0.0`, which other readers know as well. */

declare global {
  interface JSON {
    /** A number as it is to be written. In V8 since 11.4; TypeScript's library does not know it yet. */
    rawJSON(text: string): object
  }
}

const minusZero = JSON.rawJSON("-0.0")

/** With −0 marked for `JSON.stringify`, which would write 0. */
const ordered = (value: unknown): unknown => {
  if (Object.is(value, -0)) return minusZero
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== "object" || value === null) return value
  const fields: Array<readonly [string, unknown]> = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([key, field]) => [key, ordered(field)]))
}

/** The text of a JSON value; equal values have equal texts. `JSON.parse` gives the value back. */
export const stringify = (value: unknown): string => JSON.stringify(ordered(value))
