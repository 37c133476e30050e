/** What files and folders hold that code names, by one hash each. */
import { join } from "node:path"
import * as FileStamp from "../../plan/FileStamp.ts"
import type { Observed } from "../../plan/modules/Observed.ts"

/** SHA-256 of a file, or of the list of a folder's files; undefined where there is neither. */
export const contentOf = (observed: Observed, path: string): string | undefined => {
  switch (observed.kind(path)) {
    case "file":
      return observed.hash(path)
    case "folder":
      return FileStamp.sha256(
        JSON.stringify(observed.entries(path).map((file) => [file, observed.hash(join(path, file))]))
      )
    case "absent":
      return undefined
  }
}

/** The files at a path: itself, or all below it. */
export const filesAt = (observed: Observed, path: string): ReadonlyArray<string> =>
  observed.kind(path) === "folder" ? observed.entries(path).map((file) => join(path, file)) : [path]
