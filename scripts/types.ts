/** Writes the framework's declarations, each with a map to its source. */
import { spawnSync } from "node:child_process"
import { readdirSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, relative, sep } from "node:path"

/** Emits `src/tsconfig.types.json` into `target`. Gives the files, relative to the folder that holds `target`. */
export const writeTypes = (root: string, target: string): ReadonlyArray<string> => {
  rmSync(target, { recursive: true, force: true })
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")
  const emitted = spawnSync(process.execPath, [compiler, "-p", join(root, "src/tsconfig.types.json")], {
    cwd: root,
    encoding: "utf8"
  })
  if (emitted.status !== 0) throw new Error(`build: no declarations:\n${emitted.stdout}${emitted.stderr}`)
  return readdirSync(target, { recursive: true, encoding: "utf8" }).map((file) =>
    relative(dirname(target), join(target, file)).split(sep).join("/")
  )
}
