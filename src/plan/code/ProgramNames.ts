/** What the code of a whole program names beside itself: the files that it reads, and what it finds by `require`. */
import { dirname, resolve } from "node:path"
import { namedBy } from "./Assets.ts"
import type { ModuleGraph } from "./ModuleGraph.ts"

export interface ProgramNames {
  /** Absolute paths of files and folders that are found from the place of a module. */
  readonly placed: ReadonlyArray<string>
  /** Absolute paths of those that are found from the working directory, where that is the project's root. */
  readonly fromRoot: ReadonlyArray<string>
  /** Files of packages that are found by `createRequire` and the like; `isWhole` where any file of the package may be read. */
  readonly required: ReadonlyArray<{ readonly path: string; readonly isWhole: boolean }>
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Sorted. Only what is there. */
export const namesOf = (projectRoot: string, graph: ModuleGraph): ProgramNames => {
  const placed = new Set<string>()
  const fromRoot = new Set<string>()
  const required = new Map<string, boolean>()
  const isThere = (path: string): boolean => graph.observed.kind(path) !== "absent"
  for (const module of graph.modules) {
    const folder = dirname(module.path)
    const named = module.parts.map((part) => namedBy(graph, part))
    const usesPlace = named.some((each) => each.usesPlace)
    for (const { assets, literals, read, required: asked } of named) {
      for (const { path } of assets) if (isThere(path)) placed.add(path)
      for (const literal of usesPlace ? literals : []) {
        const path = resolve(folder, literal)
        if (path !== folder && isThere(path)) placed.add(path)
      }
      for (const each of read) {
        const path = resolve(projectRoot, each)
        if (isThere(path)) fromRoot.add(path)
      }
      for (const { isWhole, specifier } of asked) {
        const origin = graph.policy.of(specifier, module.path, "require")
        if (origin._tag === "Package" || origin._tag === "Own")
          required.set(origin.path, isWhole || required.get(origin.path) === true)
      }
    }
  }
  return {
    placed: [...placed].sort(byText),
    fromRoot: [...fromRoot].sort(byText),
    required: [...required].map(([path, isWhole]) => ({ path, isWhole })).sort((a, b) => byText(a.path, b.path))
  }
}
