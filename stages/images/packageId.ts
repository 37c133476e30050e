/** Names an installed package with its version: it enters the keys of what the package computes. */
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { Schema } from "effect"

const Manifest = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

const require = createRequire(import.meta.url)
const known = new Map<string, string>()

/** `sharp@0.35.5`, or `sharp@none` where it is not installed. Loads nothing. */
export const packageId = (name: string): string => {
  const before = known.get(name)
  if (before !== undefined) return before
  const manifest = (require.resolve.paths(name) ?? [])
    .map((folder) => join(folder, name, "package.json"))
    .find((path) => existsSync(path))
  const version =
    manifest === undefined ? "none" : Schema.decodeUnknownSync(Manifest)(readFileSync(manifest, "utf8")).version
  known.set(name, `${name}@${version}`)
  return `${name}@${version}`
}
