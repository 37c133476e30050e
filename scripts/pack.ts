/**
 * What a package needs beside the build before it is packed: the licence, and those of the packages whose code the
 * bundles hold. Run by `npm pack` in src/.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const framework = join(root, "src")
const dist = join(framework, "dist")

const built = spawnSync(process.execPath, [join(root, "scripts/build.ts")], { stdio: ["ignore", "inherit", "inherit"] })
if (built.status !== 0) process.exit(1)

/** Folders of the installed packages whose modules the bundles were made of, by their source maps. */
const bundled = (): ReadonlySet<string> => {
  const folders = new Set<string>()
  for (const map of globSync("**/*.{mjs,js}.map", { cwd: dist })) {
    const { sources }: { sources: ReadonlyArray<string> } = JSON.parse(readFileSync(join(dist, map), "utf8"))
    for (const source of sources) {
      // Named as beside the installed framework: from the folder that holds it.
      const place = resolve(dist, dirname(map), source)
      if (place.startsWith(join(framework, "/"))) continue
      const [, name] = /^((?:@[^/]+\/)?[^/]+)\//.exec(place.slice(root.length)) ?? []
      if (name !== undefined) folders.add(join(root, "node_modules", name))
    }
  }
  return folders
}

const licences = [...bundled()].sort().map((folder) => {
  const { license, name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.|$)/i.test(each))
  if (file === undefined && !existsSync(folder)) throw new Error(`pack: ${folder} is not installed`)
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim()
  return `## ${name} ${version}\n\n${text}\n`
})
writeFileSync(
  join(dist, "LICENSES.md"),
  `# Licences of the packages whose code is in these files\n\n${licences.join("\n")}`
)
copyFileSync(join(root, "LICENSE"), join(framework, "LICENSE"))
console.error(`pack: ${licences.length} licences`)
