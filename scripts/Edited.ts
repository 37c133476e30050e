/** A generated text that is edited, and its source map with it. */
import { decode, encode } from "@jridgewell/sourcemap-codec"

export interface Edit {
  /** In the text as it was. */
  readonly at: number
  /** How many characters `text` takes the place of. */
  readonly removed: number
  /** Without line ends. */
  readonly text: string
}

/** `edits` in the order of their places, none inside another. */
export const edited = (
  text: string,
  map: string | undefined,
  edits: ReadonlyArray<Edit>
): { readonly text: string; readonly map: string | undefined } => {
  const parts: Array<string> = []
  let from = 0
  for (const { at, removed, text: put } of edits) {
    parts.push(text.slice(from, at), put)
    from = at + removed
  }
  parts.push(text.slice(from))
  if (map === undefined) return { text: parts.join(""), map }

  const json: { mappings: string } = JSON.parse(map)
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
  let next = 0
  const shifted = decode(json.mappings).map((segments, line) => {
    const start = lineStarts[line] ?? text.length
    let moved = 0
    while ((edits[next]?.at ?? Number.POSITIVE_INFINITY) < start) next++
    for (const segment of segments) {
      for (let edit = edits[next]; edit !== undefined && edit.at < start + segment[0]; edit = edits[++next])
        moved += edit.text.length - edit.removed
      segment[0] += moved
    }
    return segments
  })
  return { text: parts.join(""), map: JSON.stringify({ ...json, mappings: encode(shifted) }) }
}
