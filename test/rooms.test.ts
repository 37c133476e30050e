/** The rooms of the house import what ARCHITECTURE.md's table allows, and never in a circle. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

/** Every relative import and every import of the framework; those of types only where `types` is true. */
const importsOf = (file: string, types: boolean): ReadonlyArray<string> =>
  [
    ...readFileSync(join(root, file), "utf8").matchAll(
      /^(import|export) (type )?[^"]*?from "([^"]+)"|import\(\s*"([^"]+)"/gm
    )
  ].flatMap(([, , type, target, loaded]) => {
    const path = target ?? loaded ?? ""
    if (type !== undefined && !types) return []
    if (path.startsWith("."))
      return [
        relative(root, join(root, dirname(file), path))
          .split(sep)
          .join("/")
      ]
    return /^ablate(\/|$)/.test(path) ? [path] : []
  })

const filesOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith(`kernels${sep}`))
    .map((file) => `${folder}/${file.split(sep).join("/")}`)

/** `src/domain` of `src/domain/Key.ts`, `stages` of `stages/eec/csv.ts`, `ablate` of `ablate/numerics`. */
const roomOf = (path: string): string => {
  const [first = "", second = ""] = path.split("/")
  return first === "src" && !second.includes(".") ? `src/${second}` : first
}

const allowed = new Map(
  [...readFileSync(join(root, "ARCHITECTURE.md"), "utf8").matchAll(/^\| \[([a-z/]+)\]\([^)]+\) \| ([^|]*)\|/gm)].map(
    ([, room = "", names = ""]) => [
      room,
      names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "")
        .map((name) =>
          name === "the framework" ? "ablate" : ["stages", "pipelines"].includes(name) ? name : `src/${name}`
        )
    ]
  )
)

describe("rooms", () => {
  it("are all in the table", () => {
    const found = readdirSync(join(root, "src"), { withFileTypes: true }).flatMap((each) =>
      each.isDirectory() ? [`src/${each.name}`] : []
    )
    assert.sameMembers([...allowed.keys()], [...found, "stages", "pipelines", "experiments"])
  })

  for (const [room, names] of allowed)
    it(`${room} imports what it may`, () => {
      const files = filesOf(room)
      assert.isNotEmpty(files)
      if (room === "src/cli") return
      for (const file of files)
        for (const target of importsOf(file, true)) {
          const from = roomOf(target)
          assert.isTrue(from === room || names.includes(from), `${file} imports ${target}`)
        }
    })

  it("have no circles of files at run time", () => {
    const graph = new Map(
      filesOf("src").map((file) => [file, importsOf(file, false).filter((path) => path.startsWith("src/"))])
    )
    const done = new Set<string>()
    const visit = (file: string, path: ReadonlyArray<string>): void => {
      assert.notInclude(path, file, [...path, file].join(" → "))
      if (done.has(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of graph.keys()) visit(file, [])
  })

  it("have no room for everything", () => {
    for (const file of [...filesOf("src"), ...filesOf("stages")])
      assert.notMatch(file, /\/(utils?|common|misc|helpers?)[./]/i)
  })
})
