/**
 * Node loads a package once in a process, whatever becomes of its files. A process that opens experiments again and again
 * (a script, a notebook) must not give what the old files compute the name of the new ones.
 */

import * as FileStamp from "../plan/FileStamp.ts"
import { parseLine } from "../plan/modules/Observed.ts"

const loaded = new Map<string, string>()

/** The path of a package's file that is another than when this process first asked for it; undefined where there is none. */
export const changedSince = (lines: ReadonlyArray<string>): string | undefined => {
  for (const line of lines) {
    const { look, path, text } = parseLine(line)
    if (look !== "file" || !path.includes("/node_modules/")) continue
    const now = FileStamp.statPart(text)
    const first = loaded.get(path)
    if (first !== undefined && first !== now) return path
    loaded.set(path, now)
  }
  return undefined
}

/** For a process that loads packages anew by means of its own. */
export const forget = (): void => loaded.clear()
