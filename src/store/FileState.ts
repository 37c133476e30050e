/** What `stat` says of a file's content: as long as it says the same, the file was most probably not written to. */
import type { BigIntStats } from "node:fs"

export const fileState = ({ ctimeNs, dev, ino, mtimeNs, size }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(":")
