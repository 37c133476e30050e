/** The difference between two readable closures, told by the source files that it touches. */
import { structuredPatch } from "diff"

export interface CodeChange {
  /** The source file, relative to the project; `imports and packages` for what stands outside of any. */
  readonly file: string
  /** Unified-diff lines, each beginning with a space, `+`, `-` or `@@`. */
  readonly lines: ReadonlyArray<string>
}

const outside = "imports and packages"

/** Splits a readable closure at the bundler's region markers: file → code. */
const regions = (readable: string): ReadonlyMap<string, string> => {
  const files = new Map<string, string>()
  let current = outside
  for (const line of readable.split("\n")) {
    const start = /^\/\/#region (.+)$/.exec(line)
    if (start?.[1] !== undefined) current = start[1]
    else if (line === "//#endregion") current = outside
    else files.set(current, `${files.get(current) ?? ""}${line}\n`)
  }
  return files
}

/** What changed between two readable closures, file by file. */
export const codeChanges = (from: string, to: string): ReadonlyArray<CodeChange> => {
  const before = regions(from)
  const after = regions(to)
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((file) => {
    const a = before.get(file) ?? ""
    const b = after.get(file) ?? ""
    if (a === b) return []
    const patch = structuredPatch(file, file, a, b, "", "", { context: 2 })
    const lines = patch.hunks.flatMap((hunk) => [
      `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
      ...hunk.lines
    ])
    return [{ file, lines }]
  })
}
