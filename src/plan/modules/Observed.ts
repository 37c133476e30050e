/**
 * What was looked at to find a program's sources, and what was looked for in vain: files with their content, the kind of
 * thing at a path (or that nothing is there), where a link leads, what a folder lists. As long as all of it is the same,
 * every import still leads to the same file, and every file says the same.
 */
import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs"
import { join } from "node:path"
import { Option } from "effect"
import * as FileStamp from "../FileStamp.ts"

export type Kind = "file" | "folder" | "absent"

/** One observation: `<look>\t<what was seen>\t<absolute path>`. */
export type Line = string

const tried = <A>(evaluate: () => A): A | undefined => Option.getOrUndefined(Option.liftThrowable(evaluate)())

const kindOf = (stat: Stats | undefined): Kind =>
  stat?.isFile() === true ? "file" : stat?.isDirectory() === true ? "folder" : "absent"

const kindNow = (path: string): Kind => kindOf(tried(() => statSync(path, { throwIfNoEntry: false })))

/** What is at a path: its kind, and where it leads if it is a link. */
const placeNow = (path: string): string => {
  const stat = tried(() => lstatSync(path, { throwIfNoEntry: false }))
  if (stat?.isSymbolicLink() === true) return `${kindNow(path)} ${tried(() => readlinkSync(path)) ?? ""}`
  return kindOf(stat)
}

/** Not of the folder that they lie in: somebody else's code, history, and what was computed. */
const foreign = new Set(["node_modules", ".git", ".ablate"])

/** Every file below a folder by its path. */
const entriesBelow = (folder: string, prefix = ""): ReadonlyArray<string> =>
  (tried(() => readdirSync(join(folder, prefix), { withFileTypes: true })) ?? [])
    .filter(({ name }) => !foreign.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`
      const kind = entry.isSymbolicLink() ? kindNow(join(folder, path)) : entry.isDirectory() ? "folder" : "file"
      return kind === "folder" && !entry.isSymbolicLink() ? entriesBelow(folder, path) : kind === "file" ? [path] : []
    })

const listText = (entries: ReadonlyArray<string>): string => FileStamp.sha256(JSON.stringify(entries)).slice(0, 32)

/** Collects observations while sources are found; each thing is looked at once. */
export class Observed {
  readonly now: number
  readonly #seen = new Map<string, string>()
  readonly #contents = new Map<string, Buffer>()
  readonly #stamps = new Map<string, FileStamp.FileStamp>()

  /** `now`: milliseconds since 1970. */
  constructor(now: number) {
    this.now = now
  }

  #once(look: string, path: string, see: () => string): string {
    const id = `${look}\t${path}`
    const known = this.#seen.get(id)
    if (known !== undefined) return known
    const text = see()
    this.#seen.set(id, text)
    return text
  }

  /** What is at a path; where a link leads is observed with it. */
  kind(path: string): Kind {
    const seen = this.#once("at", path, () => placeNow(path)).split(" ", 1)[0]
    return seen === "file" || seen === "folder" ? seen : "absent"
  }

  /** A file's bytes. Throws as `readFileSync` does. */
  bytes(path: string): Buffer {
    const known = this.#contents.get(path)
    if (known !== undefined) return known
    const { content, stamp } = FileStamp.readBytes(path, this.now)
    this.#contents.set(path, content)
    this.#stamps.set(path, stamp)
    this.#once("file", path, () => stamp.text)
    return content
  }

  /** A file's text. Throws as `readFileSync` does. */
  text(path: string): string {
    return this.bytes(path).toString("utf8")
  }

  /** The SHA-256 of a file's content, which is not kept. Throws as `readFileSync` does. */
  hash(path: string): string {
    const known = this.#contents.get(path)
    if (known !== undefined) return FileStamp.sha256(known)
    const { content, stamp } = FileStamp.readBytes(path, this.now)
    this.#once("file", path, () => stamp.text)
    return FileStamp.sha256(content)
  }

  /** The files below a folder, `node_modules` left out: paths relative to it, sorted. */
  entries(folder: string): ReadonlyArray<string> {
    const found = entriesBelow(folder)
    this.#once("list", folder, () => listText(found))
    return found
  }

  /** The stamps of the files that were read as sources. */
  get stamps(): ReadonlyMap<string, string> {
    return new Map([...this.#stamps].map(([path, { text }]) => [path, text]))
  }

  get lines(): ReadonlyArray<Line> {
    return [...this.#seen].map(([id, text]) => {
      const tab = id.indexOf("\t")
      return `${id.slice(0, tab)}\t${text}\t${id.slice(tab + 1)}`
    })
  }
}

/** The parts of a line. */
export const parseLine = (line: Line): { readonly look: string; readonly text: string; readonly path: string } => {
  const first = line.indexOf("\t")
  const second = line.indexOf("\t", first + 1)
  return { look: line.slice(0, first), text: line.slice(first + 1, second), path: line.slice(second + 1) }
}

const seenNow = (look: string, path: string): string => (look === "at" ? placeNow(path) : listText(entriesBelow(path)))

/** The lines again if all that they say is so, those of files that were young renewed; else the path that differs. */
export const check = (
  lines: ReadonlyArray<Line>,
  now: number
): { readonly lines: ReadonlyArray<Line> } | { readonly changed: string } => {
  const kept: Array<Line> = []
  for (const line of lines) {
    const { look, path, text } = parseLine(line)
    const fresh = look === "file" ? FileStamp.checked(path, text, now) : seenNow(look, path) === text ? text : undefined
    if (fresh === undefined) return { changed: path }
    kept.push(fresh === text ? line : `${look}\t${fresh}\t${path}`)
  }
  return { lines: kept }
}
