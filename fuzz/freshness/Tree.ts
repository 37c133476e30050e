/** Files and links that a project comes to, by path, and what its package.json and tsconfig.json lead to. */
import { posix } from "node:path"

export type Entry =
  | { readonly kind: "file"; readonly data: string | Uint8Array }
  | { readonly kind: "link"; readonly to: string }

export class Tree {
  readonly entries = new Map<string, Entry>()
  /** `imports` of the project's package.json. */
  readonly hashes: Record<string, string> = {}
  /** `paths` of its tsconfig.json. */
  readonly paths: Record<string, ReadonlyArray<string>> = {}

  file(path: string, data: string | Uint8Array): void {
    this.entries.set(path, { kind: "file", data })
  }

  json(path: string, value: unknown): void {
    this.file(path, `${JSON.stringify(value, null, 2)}\n`)
  }

  /** A link at `path` to `target`, both relative to the folder above the project. */
  link(path: string, target: string): void {
    this.entries.set(path, { kind: "link", to: posix.relative(posix.dirname(path), target) })
  }
}

/** How a file names another: `./lib/m1.ts`. */
export const specifier = (from: string, to: string): string => {
  const path = posix.relative(posix.dirname(from), to)
  return path.startsWith(".") ? path : `./${path}`
}
