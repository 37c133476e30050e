/** Whether a build would give what is there: a digest of what it is made from and of what it made. */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, sep } from "node:path"

/** Installed packages are known by npm's own list of them. */
const sources = ["src", "scripts", "package.json", "tsconfig.json", "node_modules/.package-lock.json"]
const isForeign = (file: string): boolean => file.split(sep).includes("node_modules")

const filesOf = (path: string): ReadonlyArray<string> => {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => !isForeign(file))
    .map((file) => join(path, file))
    .filter((file) => statSync(file).isFile())
    .sort()
}

/** With the build's own folder, so that a file of it that was changed or is gone is built again. */
const digest = (root: string): string => {
  const hash = createHash("sha256").update(process.version)
  for (const file of sources.flatMap((source) => filesOf(join(root, source)))) {
    const bytes = readFileSync(file)
    hash.update(`\n${file} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest("hex")
}

// Not in the build's folder, all of which is packed.
const stampOf = (root: string): string => join(root, "node_modules/.cache/ablate-build")

export const isBuilt = (root: string): boolean => {
  const stamp = stampOf(root)
  return existsSync(stamp) && readFileSync(stamp, "utf8") === digest(root)
}

export const forget = (root: string): void => rmSync(stampOf(root), { force: true })

export const remember = (root: string): void => {
  mkdirSync(dirname(stampOf(root)), { recursive: true })
  writeFileSync(stampOf(root), digest(root))
}
