/** The installed package that an import names: outside the project's own source, known by name and version. */
import { existsSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join, sep } from "node:path"

export interface ExternalPackage {
  readonly name: string
  readonly version: string
  /** Real path of its folder. */
  readonly folder: string
  /** Real path of its package.json. */
  readonly manifest: string
}

/** `@scope/name/deep/file` → `@scope/name`. */
export const packageName = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

const manifestField = (manifest: string, field: string): string | undefined => {
  const json: unknown = JSON.parse(readFileSync(manifest, "utf8"))
  if (typeof json !== "object" || json === null) return undefined
  const value: unknown = Reflect.get(json, field)
  return typeof value === "string" ? value : undefined
}

/** Finds packages as Node does, upward from the importing file, and remembers what it found. */
export class PackageFinder {
  readonly #found = new Map<string, ExternalPackage | undefined>()
  readonly #names = new Map<string, string | undefined>()

  /** The package named by a bare specifier, seen from `folder`; undefined where none is installed. */
  find(specifier: string, folder: string): ExternalPackage | undefined {
    const name = packageName(specifier)
    const id = `${folder}\0${name}`
    if (this.#found.has(id)) return this.#found.get(id)
    const here = join(folder, "node_modules", name)
    const parent = dirname(folder)
    const found = existsSync(join(here, "package.json"))
      ? describe(here, name)
      : parent === folder
        ? undefined
        : this.find(specifier, parent)
    this.#found.set(id, found)
    return found
  }

  /** The name in the package.json nearest to `folder`: a package may import itself by it. */
  ownName(folder: string): string | undefined {
    if (this.#names.has(folder)) return this.#names.get(folder)
    const manifest = join(folder, "package.json")
    const parent = dirname(folder)
    const name = existsSync(manifest)
      ? manifestField(manifest, "name")
      : parent === folder
        ? undefined
        : this.ownName(parent)
    this.#names.set(folder, name)
    return name
  }
}

const describe = (folder: string, name: string): ExternalPackage => {
  const real = realpathSync(folder)
  const manifest = join(real, "package.json")
  return { name, version: manifestField(manifest, "version") ?? "0.0.0", folder: real, manifest }
}

/** A linked workspace is source of the project's own, not a package with a version. */
export const isInstalled = (found: ExternalPackage): boolean => found.folder.split(sep).includes("node_modules")
