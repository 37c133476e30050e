/** The folder on disk that follows a project from edit to edit: only what differs is written. */
import {
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Project } from "./Model.ts"
import { root } from "./Place.ts"
import { render } from "./Render.ts"
import type { Entry } from "./Tree.ts"

/** Ablate's own folder. */
const ablate = fileURLToPath(new URL("../..", import.meta.url))

/** When every file of an aged project was last changed, to all appearances: seconds since 1970. */
const longAgo = 1_577_836_800

const same = (a: Entry | undefined, b: Entry): boolean => {
  if (a === undefined || a.kind !== b.kind) return false
  if (a.kind === "link" || b.kind === "link") return a.kind === "link" && b.kind === "link" && a.to === b.to
  return Buffer.from(a.data).equals(Buffer.from(b.data))
}

export class Folder {
  readonly base: string
  #entries: ReadonlyMap<string, Entry> = new Map()
  #touches: Project["touches"] = {}

  constructor(label: string) {
    this.base = realpathSync(mkdtempSync(join(tmpdir(), `ablate-fuzz-${label}-`)))
    // As npm would install them.
    mkdirSync(this.at(root, "node_modules"), { recursive: true })
    symlinkSync(join(ablate, "src"), this.at(root, "node_modules/ablate"))
    symlinkSync(join(ablate, "node_modules/effect"), this.at(root, "node_modules/effect"))
  }

  at(...parts: ReadonlyArray<string>): string {
    return join(this.base, ...parts)
  }

  get root(): string {
    return this.at(root)
  }

  /** Makes the folder what the project is. Gives the paths that changed. */
  write(project: Project): ReadonlyArray<string> {
    const { entries } = render(project)
    const changed: Array<string> = []
    for (const path of this.#entries.keys())
      if (!entries.has(path)) {
        this.#remove(path)
        changed.push(path)
      }
    for (const [path, entry] of entries) {
      if (same(this.#entries.get(path), entry)) continue
      this.#put(path, entry, project)
      changed.push(path)
    }
    for (const [path, count] of Object.entries(project.touches))
      if (this.#touches[path] !== count && entries.get(path)?.kind === "file") {
        utimesSync(this.at(path), longAgo + count, longAgo + count)
        changed.push(path)
      }
    this.#entries = entries
    this.#touches = project.touches
    return changed
  }

  #put(path: string, entry: Entry, project: Project): void {
    const place = this.at(path)
    mkdirSync(dirname(place), { recursive: true })
    const found = lstatSync(place, { throwIfNoEntry: false })
    if (found?.isDirectory() === true) rmSync(place, { recursive: true })
    if (entry.kind === "link") {
      if (found !== undefined && !found.isDirectory()) unlinkSync(place)
      symlinkSync(entry.to, place)
      if (project.aged) lutimesSync(place, longAgo, longAgo)
      return
    }
    if (found?.isSymbolicLink() === true) unlinkSync(place)
    // Half of the files are replaced, as editors do, the others written in place.
    const isReplaced = path.length % 2 === 0
    const written = isReplaced ? `${place}~` : place
    writeFileSync(written, entry.data)
    if (project.aged) utimesSync(written, longAgo, longAgo)
    if (isReplaced) renameSync(written, place)
  }

  #remove(path: string): void {
    rmSync(this.at(path), { force: true })
    for (let folder = dirname(path); folder !== "." && folder !== root; folder = dirname(folder)) {
      const place = this.at(folder)
      if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() !== true || readdirSync(place).length > 0) return
      rmdirSync(place)
    }
  }

  delete(): void {
    rmSync(this.base, { recursive: true, force: true })
  }
}
