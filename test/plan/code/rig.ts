/** Small projects for the code hash: files, links and edits, and the codes of their stages in this process. */
import { mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { type CodeMemo, type StageCode, stageCodes } from "../../../src/plan/CodeHash.ts"
import * as Analysis from "../../../src/plan/code/Analysis.ts"
import { Reach } from "../../../src/plan/code/Reach.ts"
import { temporary } from "../../temporary.ts"

/** Content by path; `-> target` makes a link, null removes. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>

export const write = (root: string, files: Files): void => {
  for (const [path, content] of Object.entries(files)) {
    const place = join(root, path)
    mkdirSync(dirname(place), { recursive: true })
    rmSync(place, { force: true, recursive: true })
    if (content === null) continue
    if (typeof content === "string" && content.startsWith("-> ")) symlinkSync(content.slice(3), place)
    else writeFileSync(place, content)
  }
}

export const project = (files: Files): string => {
  const root = temporary("ablate-code-")
  write(root, { "package.json": '{ "name": "study", "private": true, "type": "module" }', ...files })
  return root
}

export const memory = (): CodeMemo => {
  const rows = new Map<string, string>()
  return {
    get: (kind, id) => Effect.sync(() => rows.get(`${kind} ${id}`)),
    set: (kind, id, json) => Effect.sync(() => void rows.set(`${kind} ${id}`, json))
  }
}

export const framework = () => Promise.resolve({ effect: "4.1.0", numerics: { fit: "f1" } })

export interface Asked {
  readonly memo?: CodeMemo
  readonly entry?: string
  readonly variables?: Readonly<Record<string, string>>
}

/** The codes of stages `module#export`. */
export const codes = (
  root: string,
  stages: ReadonlyArray<string>,
  { entry, memo = memory(), variables = {} }: Asked = {}
) =>
  stageCodes(
    stages.map((stage) => {
      const [module = "", name = "stage"] = stage.split("#")
      return { module, export: name }
    }),
    {
      projectRoot: root,
      memo,
      framework,
      variable: (name) => variables[name],
      ...(entry === undefined ? {} : { entry: join(root, entry) })
    }
  )

export const hashesOf = (all: ReadonlyArray<StageCode>): ReadonlyArray<string> => all.map(({ hash }) => hash)

/** Which stages get another hash by an edit, with a memo that has seen the project before it. */
export const changedBy = (files: Files, edit: Files, stages: ReadonlyArray<string>, entry?: string) =>
  Effect.gen(function* () {
    const root = project(files)
    const asked = { memo: memory(), ...(entry === undefined ? {} : { entry }) }
    const before = hashesOf(yield* codes(root, stages, asked))
    write(root, edit)
    const after = hashesOf(yield* codes(root, stages, asked))
    const cold = hashesOf(yield* codes(root, stages, { ...asked, memo: memory() }))
    return { changed: stages.filter((_, at) => before[at] !== after[at]), isAsCold: after.join() === cold.join() }
  })

/** The parts of a module by the first name each declares, or by its text: whether evaluating it only declares. */
export const partsOf = (source: string, others: Files = {}): Readonly<Record<string, boolean>> => {
  const root = project({ "m.ts": source, ...others })
  const graph = Analysis.graphOf(root, [join(root, "m.ts")], 0)
  const reach = new Reach(graph)
  const module = graph.moduleAt.get(join(root, "m.ts"))
  return Object.fromEntries(
    (module?.parts ?? []).map((part) => [part.declares[0] ?? part.code, !reach.hasEffects(part)] as const)
  )
}

export const relink = (root: string, link: string, target: string): void => {
  unlinkSync(join(root, link))
  symlinkSync(target, join(root, link))
}
