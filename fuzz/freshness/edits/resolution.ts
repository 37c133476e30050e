/** Which file an import leads to, with no importing file changed. */
import { changeModule, changePackage, type Editor } from "../Edit.ts"
import { constant } from "../Generate.ts"
import { entries, type Module, moduleOf, type Package, type Project } from "../Model.ts"
import { pathInside } from "../Place.ts"

const modulesOf = (project: Project, home: Package): ReadonlyArray<string> =>
  project.modules.filter((each) => each.home === home.id).map(({ id }) => id)

export const shadowed: Editor = (chance, project) => {
  const used = new Set(
    [...project.modules, ...project.stages].flatMap(({ uses }) =>
      uses.flatMap(({ target, way }) => (way === "bare-name" ? [target] : []))
    )
  )
  const module = chance.of(project.modules.filter(({ home, id }) => home === null && used.has(id)))
  if (module === undefined) return undefined
  const extension = chance.one(
    module.index ? (["ts", "js", "tsx", "mts"] as const) : (["tsx", "js", "mjs", "mts", "json"] as const)
  )
  const n = constant(chance)
  const isThere = module.shadows[extension] !== undefined
  const shadows = isThere
    ? Object.fromEntries(Object.entries(module.shadows).filter(([each]) => each !== extension))
    : { ...module.shadows, [extension]: n }
  return {
    kind: isThere ? "nearer file removed" : "nearer file added",
    what: `${module.id}.${extension} ${isThere ? "removed" : "added"} beside ${pathInside(project, module)}`,
    apply: (given) =>
      changeModule(given, module.id, (each) => (each.index === module.index ? { ...each, shadows } : undefined)),
    reach: { modules: [module.id] },
    names: [module.id]
  }
}

/** Another package of the same name in a node_modules that is looked into before. */
export const nearerPackage: Editor = (chance, project) => {
  const installed = project.packages.filter(
    ({ place }) => place.kind === "root" || place.kind === "linked" || place.kind === "outside"
  )
  const home = chance.of(installed)
  if (home === undefined) return undefined
  const users = project.modules.filter(
    (each) => each.home !== home.id && each.uses.some(({ target }) => moduleOf(project, target)?.home === home.id)
  )
  const user = chance.of(users)
  if (user === undefined) return undefined
  const id = `${home.id}near`
  if (project.packages.some((each) => each.id === id)) return undefined
  const inside = project.packages.find((each) => each.id === user.home)
  if (inside !== undefined && inside.place.kind !== "root") return undefined
  if (inside === undefined && user.folder === "") return undefined
  const place: Package["place"] =
    inside === undefined ? { kind: "near", folder: user.folder } : { kind: "nested", inside: inside.id }
  const n = constant(chance)
  const format = home.format === "ts" ? "esm" : home.format
  return {
    kind: "nearer package added",
    what: `another ${home.name} nearer to ${user.id}`,
    apply: (given) => {
      const model = given.packages.find((each) => each.id === home.id)
      if (model === undefined) return undefined
      const rename = (name: string) => name.replace(home.id, id)
      const copies = given.modules.flatMap(
        (each): ReadonlyArray<Module> =>
          each.home === home.id
            ? [{ ...each, id: rename(each.id), home: id, n, form: "literal", uses: [], registrations: [] }]
            : []
      )
      // Subpaths are named by the modules: the copy has the same entry alone.
      return {
        ...given,
        packages: [...given.packages, { ...model, id, format, place, main: rename(model.main) }],
        modules: [...copies, ...given.modules]
      }
    },
    reach: "any",
    names: [home.name]
  }
}

export const nearerPackageRemoved: Editor = (chance, project) => {
  const near = chance.of(project.packages.filter(({ id }) => id.endsWith("near")))
  if (near === undefined) return undefined
  return {
    kind: "nearer package removed",
    what: `the nearer ${near.name} removed`,
    apply: (given) => ({
      ...given,
      packages: given.packages.filter(({ id }) => id !== near.id),
      modules: given.modules.filter(({ home }) => home !== near.id)
    }),
    reach: "any",
    names: [near.name]
  }
}

export const packageLink: Editor = (chance, project) => {
  const home = chance.of(project.packages.filter(({ place }) => place.kind === "linked" || place.kind === "outside"))
  if (home === undefined) return undefined
  return {
    kind: "package link repointed",
    what: `node_modules/${home.name} points to the other folder`,
    apply: (given) =>
      changePackage(given, home.id, (each) =>
        each.place.kind === "linked" || each.place.kind === "outside"
          ? { ...each, place: { ...each.place, turn: each.place.turn === 0 ? 1 : 0 } }
          : undefined
      ),
    reach: { modules: modulesOf(project, home) },
    names: [home.name, `${home.id}-`]
  }
}

export const otherEntry: Editor = (chance, project) => {
  const home = chance.of(project.packages.filter(({ entry, other }) => other !== null && entry !== "index"))
  if (home === undefined) return undefined
  return {
    kind: "package entry",
    what: `package.json of ${home.name} leads to its other file`,
    apply: (given) =>
      changePackage(given, home.id, (each) =>
        each.other === null ? undefined : { ...each, other: { ...each.other, taken: !each.other.taken } }
      ),
    reach: { modules: modulesOf(project, home) },
    names: [home.name]
  }
}

export const entryStyle: Editor = (chance, project) => {
  const home = chance.of(project.packages)
  if (home === undefined) return undefined
  const entry = chance.one(entries)
  if (entry === home.entry || modulesOf(project, home).length > 1) return undefined
  return {
    kind: "package entry written otherwise",
    what: `package.json of ${home.name} names its entry by ${entry} rather than ${home.entry}`,
    apply: (given) => changePackage(given, home.id, (each) => ({ ...each, entry })),
    reach: { modules: modulesOf(project, home) },
    names: [home.name]
  }
}

export const packageFormat: Editor = (chance, project) => {
  const home = chance.of(project.packages.filter(({ format }) => format !== "ts"))
  if (home === undefined) return undefined
  const members = project.modules.filter((each) => each.home === home.id)
  const format = home.format === "esm" ? "cjs" : "esm"
  const usesOthers = members.some(({ uses }) => uses.some(({ target }) => moduleOf(project, target)?.home !== home.id))
  const usedByCommon = project.modules.some(
    (each) =>
      project.packages.find(({ id }) => id === each.home)?.format === "cjs" &&
      each.home !== home.id &&
      each.uses.some(({ target }) => moduleOf(project, target)?.home === home.id)
  )
  if (usesOthers || usedByCommon) return undefined
  return {
    kind: "package format",
    what: `${home.name} as ${format}`,
    apply: (given) => {
      const next = changePackage(given, home.id, (each) => ({ ...each, format }))
      return members.reduce<Project | undefined>(
        (project, { id }) =>
          project && changeModule(project, id, (each) => ({ ...each, form: "literal", registrations: [] })),
        next
      )
    },
    reach: { modules: modulesOf(project, home) },
    names: [home.name]
  }
}

export const extended: Editor = (_, project, features) =>
  features.has("paths")
    ? {
        kind: "path map moved",
        what: `the path map ${project.extended ? "in tsconfig.json itself" : "in a file that tsconfig.json extends"}`,
        apply: (given) => ({ ...given, extended: !project.extended }),
        reach: "none",
        names: ["tsconfig"]
      }
    : undefined
