/** What changes no figure, and should run nothing. */

import type { Chance } from "../../rig/Chance.ts"
import { changeModule, changePackage, changeService, changeStage, type Edit, type Editor, namesOf } from "../Edit.ts"
import type { Decor, Project } from "../Model.ts"
import { render } from "../Render.ts"

/** A kind of edit of what is but decor, anywhere. */
const decorated =
  (kind: string, change: (decor: Decor, chance: number) => Decor): Editor =>
  (chance, project) => {
    const turn = chance.between(1, 3)
    const where = chance.one(["module", "module", "stage", "service"] as const)
    const edit = (what: string, names: ReadonlyArray<string>, apply: Edit["apply"]): Edit => ({
      kind,
      what: `${kind} in ${what}`,
      apply,
      reach: "none",
      names
    })
    if (where === "module") {
      const module = chance.of(project.modules.filter(({ home }) => home === null))
      return (
        module &&
        edit(module.id, namesOf(project, module), (given) =>
          changeModule(given, module.id, (each) => ({ ...each, decor: change(each.decor, turn) }))
        )
      )
    }
    if (where === "stage") {
      const stage = chance.of(project.stages)
      return (
        stage &&
        edit(`stage ${stage.name}`, [], (given) =>
          changeStage(given, stage.name, (each) => ({ ...each, decor: change(each.decor, turn) }))
        )
      )
    }
    const service = chance.of(project.services)
    return (
      service &&
      edit(`service ${service.id}`, [service.id], (given) =>
        changeService(given, service.id, (each) => ({ ...each, decor: change(each.decor, turn) }))
      )
    )
  }

export const comment = decorated("comment", (decor, turn) => ({ ...decor, comments: (decor.comments + turn) % 4 }))
export const format = decorated("format", (decor) => ({ ...decor, spacing: (decor.spacing + 1) % 3 }))
export const type = decorated("type", (decor) => ({ ...decor, types: (decor.types + 1) % 3 }))
export const local = decorated("local renamed", (decor) => ({ ...decor, local: decor.local + 1 }))
export const unusedExport = decorated("unused export", (decor) => ({ ...decor, unused: (decor.unused + 1) % 3 }))
export const reordered = decorated("pure declarations reordered", (decor) => ({ ...decor, turned: !decor.turned }))

const paths = (chance: Chance, project: Project): string | undefined =>
  chance.of([...render(project).entries].flatMap(([path, { kind }]) => (kind === "file" ? [path] : [])))

export const touched: Editor = (chance, project) => {
  const path = paths(chance, project)
  if (path === undefined) return undefined
  return {
    kind: "touch",
    what: `${path} touched`,
    apply: (given) => ({ ...given, touches: { ...given.touches, [path]: (given.touches[path] ?? 0) + 1 } }),
    reach: "none",
    names: [path]
  }
}

export const stray: Editor = () => ({
  kind: "file that nobody imports",
  what: "a file that nobody imports",
  apply: (given) => ({ ...given, strays: given.strays + 1 }),
  reach: "none",
  names: []
})

export const manifestNote: Editor = () => ({
  kind: "field of package.json",
  what: "keywords in package.json",
  apply: (given) => ({ ...given, notes: given.notes + 1 }),
  reach: "none",
  names: ["package.json"]
})

export const packageNote: Editor = (chance, project) => {
  const home = chance.of(project.packages)
  return (
    home && {
      kind: "field of a package's package.json",
      what: `keywords of ${home.name}`,
      apply: (given) => changePackage(given, home.id, (each) => ({ ...each, notes: each.notes + 1 })),
      reach: "none",
      names: [home.name]
    }
  )
}

export const versionOnly: Editor = (chance, project) => {
  const home = chance.of(project.packages)
  return (
    home && {
      kind: "package version alone",
      what: `a new version of ${home.name} with the same content`,
      apply: (given) =>
        changePackage(given, home.id, (each) => ({
          ...each,
          version: `2.${Number(each.version.split(".")[1]) + 1}.0`
        })),
      reach: "none",
      names: [home.name]
    }
  )
}

export const pool: Editor = (chance, project, features) => {
  const stage = features.has("workers") && chance.percent(30) ? chance.of(project.stages) : undefined
  if (stage === undefined) return undefined
  const next = stage.pool === "inline" ? "worker" : "inline"
  return {
    kind: "pool",
    what: `stage ${stage.name} in ${next}`,
    apply: (given) => changeStage(given, stage.name, (each) => ({ ...each, pool: next })),
    reach: "none",
    names: []
  }
}

export const other: Editor = (chance, project) => {
  const [first, second] = chance.shuffled(project.stages)
  if (first === undefined || second === undefined) return undefined
  return {
    kind: "another stage of the file",
    what: `stage ${first.name} beside ${second.name}`,
    apply: (given) => {
      const found = given.stages.find(({ name }) => name === second.name)
      return found?.file === first.file
        ? changeStage(given, first.name, (each) => ({ ...each, n: each.n === 99 ? 10 : each.n + 1 }))
        : undefined
    },
    reach: { stages: [first.name] },
    names: [`stages/g${first.file}.ts`]
  }
}
