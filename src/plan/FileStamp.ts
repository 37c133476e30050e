/**
 * What tells that a file is still the one that was read: its stat, and its content's hash where the
 * stat alone cannot be trusted. A file written within the clock granularity of the reading may change
 * again without changing its stat ("racily clean"), so a young file is stamped with its content too.
 */
import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"

/** Younger than this when it was stamped, a file is compared by content (2 s: the coarsest common mtime). */
const racyWindowMs = 2000

export interface FileStamp {
  /** Absolute path. */
  readonly path: string
  /** Bytes; -1 where there is no such file (a stamp of absence). */
  readonly size: number
  /** Modification time in nanoseconds since 1970, decimal. */
  readonly mtimeNs: string
  /** One line that holds all of the stamp but the path: equal text, same file. */
  readonly text: string
}

export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex")

const statText = (path: string): { readonly size: number; readonly mtimeNs: bigint; readonly text: string } => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return { size: -1, mtimeNs: 0n, text: "absent" }
  // ctime catches a same-size rewrite whose mtime was set back; ino a replaced file.
  return {
    size: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    text: `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`
  }
}

const stamped = (
  path: string,
  stat: ReturnType<typeof statText>,
  now: number,
  content: () => string | Uint8Array
): FileStamp => {
  const racy = stat.size >= 0 && Number(stat.mtimeNs / 1_000_000n) > now - racyWindowMs
  return {
    path,
    size: stat.size,
    mtimeNs: String(stat.mtimeNs),
    text: racy ? `${stat.text} ${sha256(content())}` : stat.text
  }
}

/** Stamps a file without reading it, unless it is young. `now`: milliseconds since 1970. */
export const take = (path: string, now: number): FileStamp =>
  stamped(path, statText(path), now, () => readFileSync(path))

/**
 * Reads a file together with the stamp that belongs to exactly this content. Throws as
 * `readFileSync` does; a file that changes while it is read is read again.
 */
export const readBytes = (path: string, now: number): { readonly content: Buffer; readonly stamp: FileStamp } => {
  for (;;) {
    const before = statText(path)
    const content = readFileSync(path)
    if (statText(path).text === before.text) return { content, stamp: stamped(path, before, now, () => content) }
  }
}

/**
 * Checks a stamp's text against the file: the text to keep if the file is the same, undefined if it
 * changed. A young file's content is read and compared; once it is old enough its text loses the content.
 */
export const checked = (path: string, text: string, now: number): string | undefined => {
  const stat = statText(path)
  if (stat.text === text) return text
  if (stat.size < 0 || statPart(text) !== stat.text) return undefined
  const content = readFileSync(path)
  return text === `${stat.text} ${sha256(content)}` ? stamped(path, stat, now, () => content).text : undefined
}

/** The stat without the content: what two stamps of one unchanged file have in common. */
export const statPart = (text: string): string => text.split(" ", 4).join(" ")
