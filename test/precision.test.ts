/** That a stage's neighbours do not rerun for an edit of it, shown on the stages of the two studies: files written in the ordinary way. */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { graphOf } from "../src/plan/code/Analysis.ts"
import type { Module, Part } from "../src/plan/code/Module.ts"
import type { ModuleGraph } from "../src/plan/code/ModuleGraph.ts"
import { Reach } from "../src/plan/code/Reach.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const copy = realpathSync(mkdtempSync(join(tmpdir(), "ablate-precision-")))
afterAll(() => rmSync(copy, { recursive: true, force: true }))
for (const folder of ["stages", "pipelines", "experiments", "package.json"])
  cpSync(join(root, folder), join(copy, folder), { recursive: true })
symlinkSync(join(root, "node_modules"), join(copy, "node_modules"))

const isStage = ({ code, kind }: Part) => kind === "const" && /= Stage\.make\(/.test(code)

/** The closure's text of every stage, by its name. */
const closures = (graph: ModuleGraph): ReadonlyMap<string, string> => {
  const reach = new Reach(graph)
  return new Map(
    graph.modules.flatMap((module) =>
      module.parts
        .filter(isStage)
        .map(({ declares: [name = ""] }) => [name, reach.closure({ module, name }).text] as const)
    )
  )
}

const read = (experiment: string) => graphOf(copy, [join(copy, "experiments", `${experiment}.ts`)], 0)

/** Which stages differ when a module's source is replaced for a moment. */
const changedBy = (experiment: string, before: ReadonlyMap<string, string>, module: Module, edited: string) => {
  const original = readFileSync(module.path, "utf8")
  writeFileSync(module.path, edited)
  const after = closures(read(experiment))
  writeFileSync(module.path, original)
  return [...before.keys()].filter((stage) => before.get(stage) !== after.get(stage))
}

for (const experiment of ["table3", "coco-bias"])
  describe(experiment, () => {
    const graph = read(experiment)
    const before = closures(graph)

    it("has stages beside each other in its files", () => {
      assert.isAtLeast(before.size, 15)
    })

    it("an edit of a stage reruns that stage alone", () => {
      for (const module of graph.modules.filter(
        ({ parts, path }) => path.startsWith(join(copy, "stages")) && parts.some(isStage)
      )) {
        const source = readFileSync(module.path, "utf8")
        // The last of each file: it has all others before it.
        for (const {
          declares: [name = ""]
        } of module.parts.filter(isStage).slice(-1)) {
          const edited = source.replace(
            new RegExp(`(export const ${name} = Stage\\.make\\([^{]*\\{)`),
            "$1\n  retries: 7,"
          )
          assert.notStrictEqual(edited, source, name)
          assert.deepStrictEqual(changedBy(experiment, before, module, edited), [name])
        }
      }
    })

    it("an edit of the experiment's own file, its grid and its table, reruns no stage", () => {
      const module = graph.moduleAt.get(join(copy, "experiments", `${experiment}.ts`))
      assert.isDefined(module)
      if (module === undefined) return
      const edited = `${readFileSync(module.path, "utf8")}\nexport const more = [1, 2].map((x) => x * 2)\n`
      assert.deepStrictEqual(changedBy(experiment, before, module, edited), [])
    })
  })
