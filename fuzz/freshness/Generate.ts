/** A random project that runs. */
import type { Chance } from "../rig/Chance.ts"
import type { Features } from "./Features.ts"
import { formNames, formNamesOf } from "./Forms.ts"
import {
  type Asset,
  type Decor,
  entries,
  type Json,
  type Module,
  type Outer,
  type Package,
  type Project,
  packageOf,
  packageWays,
  plain,
  type Registration,
  type Service,
  type Stage,
  type Use,
  type Variable,
  type Way,
  ways
} from "./Model.ts"
import { statementNames, statements } from "./Registrations.ts"

/** Two digits, so that another constant is as long. */
export const constant = (chance: Chance): number => chance.between(10, 99)

const assetNames = ["data.txt", "data.txt", "data.bin", "a b.bin", "x#y.txt", "q?.txt", "50%20off.bin", "ü.txt"]
const folderNames = ["parts", "a part", "x#y"]
const ownFolders = ["lib", "lib", "lib/deep", "other", ""]

export const registration = (chance: Chance, id: string, format: "own" | Package["format"]): Registration => {
  const names = statementNames.filter((name) => {
    const statement = statements[name]
    if (format === "own") return true
    return (
      statement?.effect === undefined &&
      (format === "ts" || statement?.not !== "js") &&
      !(format === "cjs" && statement?.not === "cjs")
    )
  })
  return { id, how: chance.of(names) ?? "call", n: constant(chance), apart: chance.percent(60) }
}

const waysWith = (features: Features): ReadonlyArray<Way> =>
  ways.filter((way) => {
    if (way === "path") return features.has("paths")
    if (way === "hash" || way === "self") return features.has("maps")
    if (way === "link" || way === "folder-link") return features.has("links")
    return true
  })

export const importOf = (chance: Chance, features: Features, target: Module): Use => ({
  target: target.id,
  way: chance.of(target.home === null ? waysWith(features) : packageWays) ?? "named",
  lazy: chance.percent(40)
})

const assetKind = (chance: Chance, features: Features): Asset["kind"] => {
  if (features.has("folders") && chance.percent(25)) return "folder"
  if (features.has("gone") && chance.percent(10)) return "gone"
  return chance.percent(80) ? "file" : "comment"
}

export const assetOf = (chance: Chance, features: Features): Asset => {
  const kind = assetKind(chance, features)
  return {
    name: chance.of(kind === "folder" ? folderNames : assetNames) ?? "data.txt",
    bytes: Array.from({ length: chance.between(1, 4) }, () => chance.between(0, 255)),
    kind
  }
}

const jsonOf = (chance: Chance, id: string): Json => ({
  name: `${id}.json`,
  a: constant(chance),
  b: constant(chance),
  how: chance.percent(50) ? "default" : "named"
})

const decorOf = (chance: Chance): Decor => ({ ...plain, comments: chance.between(0, 1), local: chance.between(0, 2) })

const moduleNamed = (
  chance: Chance,
  features: Features,
  id: string,
  home: Package | null,
  uses: ReadonlyArray<Use>
): Module => {
  const format = home === null ? "own" : home.format
  return {
    id,
    home: home?.id ?? null,
    folder: home === null ? (chance.of(ownFolders) ?? "") : chance.percent(70) ? "" : "dist",
    index: home === null && chance.percent(20),
    form: chance.of(formNamesOf(format)) ?? "literal",
    n: constant(chance),
    m: constant(chance),
    uses,
    registrations:
      features.has("registers") && chance.percent(home === null ? 45 : 15)
        ? Array.from({ length: chance.between(1, 3) }, (_, at) => registration(chance, `r${at}`, format))
        : [],
    assets: features.has("assets") && chance.percent(30) ? [assetOf(chance, features)] : [],
    json: features.has("json") && chance.percent(20) ? jsonOf(chance, id) : null,
    cycle: chance.percent(15) ? constant(chance) : null,
    shadows: {},
    decor: decorOf(chance)
  }
}

const placeOf = (chance: Chance, features: Features, earlier: ReadonlyArray<Package>): Package["place"] => {
  const turn = chance.percent(50) ? 0 : 1
  if (features.has("links") && chance.percent(30)) return { kind: chance.percent(60) ? "linked" : "outside", turn }
  const inside = chance.percent(20) ? chance.of(earlier.filter(({ place }) => place.kind === "root")) : undefined
  return inside === undefined ? { kind: "root" } : { kind: "nested", inside: inside.id }
}

/** Whether modules of the one can import the other. */
export const reaches = (from: Package | null, to: Package): boolean => {
  if (to.place.kind === "nested") return from?.id === to.place.inside
  if (from === null) return true
  return from.place.kind !== "outside" && !(from.format === "cjs" && to.format !== "cjs")
}

/** Later packages may be used by earlier ones, so that they are made before. */
const packagesOf = (
  chance: Chance,
  features: Features
): { packages: ReadonlyArray<Package>; modules: ReadonlyArray<Module> } => {
  const count = features.has("packages") && chance.percent(75) ? chance.between(1, 3) : 0
  const packages: Array<Package> = []
  for (let at = 0; at < count; at++) {
    const place = placeOf(chance, features, packages)
    const isLink = place.kind === "linked" || place.kind === "outside"
    const format = isLink && chance.percent(40) ? "ts" : chance.percent(50) ? "esm" : "cjs"
    packages.push({
      id: `p${at}`,
      name: chance.percent(25) ? `@lab/p${at}` : `p${at}`,
      version: "1.0.0",
      format,
      entry: chance.one(entries),
      main: `p${at}main`,
      other: chance.percent(40) ? { n: constant(chance), taken: false } : null,
      place,
      notes: 0
    })
  }
  const modules: Array<Module> = []
  for (const home of packages.toReversed()) {
    const inner = chance.percent(50) ? moduleNamed(chance, features, `${home.id}inner`, home, []) : undefined
    const others = modules.filter((each) => {
      const to = packages.find(({ id }) => id === each.home)
      return to !== undefined && to.id !== home.id && to.main === each.id && reaches(home, to)
    })
    const targets = [...(inner === undefined ? [] : [inner]), ...others].filter(() => chance.percent(70))
    const uses = targets.map((target) => importOf(chance, features, target))
    if (inner !== undefined) modules.push(inner)
    modules.push(moduleNamed(chance, features, home.main, home, uses))
  }
  return { packages, modules }
}

const someOf = <A>(chance: Chance, choices: ReadonlyArray<A>, most: number): ReadonlyArray<A> =>
  chance.shuffled(choices).slice(0, chance.between(0, Math.min(most, choices.length)))

const servicesOf = (chance: Chance, features: Features, modules: ReadonlyArray<Module>): ReadonlyArray<Service> => {
  const count = features.has("services") && chance.percent(55) ? chance.between(1, 3) : 0
  return Array.from({ length: count }, (_, at) => ({
    id: `S${at}`,
    n: constant(chance),
    how: chance.one(["succeed", "sync", "effect"] as const),
    uses: someOf(chance, modules, 1).map((target) => importOf(chance, features, target)),
    needs: at > 0 && chance.percent(50) ? [`S${chance.between(0, at - 1)}`] : [],
    decor: plain
  }))
}

const outersOf = (chance: Chance, features: Features): ReadonlyArray<Outer> => {
  const count = features.has("outers") && chance.percent(40) ? chance.between(1, 2) : 0
  return Array.from({ length: count }, (_, at) => {
    const kind = chance.percent(50) ? ("file" as const) : ("folder" as const)
    return {
      id: `o${at}`,
      kind,
      path: `inputs/o${at}`,
      bytes: Array.from({ length: chance.between(1, 3) }, () => chance.between(0, 255))
    }
  })
}

const stageNames = ["alpha", "beta", "gamma", "delta"]

export const generate = (chance: Chance, features: Features): Project => {
  const { modules: installed, packages } = packagesOf(chance, features)
  const modules: Array<Module> = [...installed]
  const visible = () =>
    modules.filter((each) => {
      const home = packages.find(({ id }) => id === each.home)
      return home === undefined || reaches(null, home)
    })
  const count = chance.between(2, 6)
  for (let at = 0; at < count; at++) {
    const target = chance.percent(75) ? chance.of(visible()) : undefined
    const uses = target === undefined ? [] : [importOf(chance, features, target)]
    modules.push(moduleNamed(chance, features, `m${at}`, null, uses))
  }
  const services = servicesOf(chance, features, visible())
  const outers = outersOf(chance, features)
  const variables: ReadonlyArray<Variable> =
    features.has("env") && chance.percent(30) ? [{ name: "FUZZ_ONE", value: chance.percent(50) ? "1" : null }] : []
  const stages = Array.from(
    { length: chance.between(2, 4) },
    (_, at): Stage => ({
      name: stageNames[at] ?? "omega",
      file: chance.between(0, 1),
      n: constant(chance),
      config: constant(chance),
      uses: someOf(chance, visible(), 2).map((target) => importOf(chance, features, target)),
      services: someOf(chance, services, 2).map(({ id }) => id),
      inputs: at > 0 && chance.percent(60) ? [stageNames[chance.between(0, at - 1)] ?? "alpha"] : [],
      outers: someOf(chance, outers, 1).map(({ id }) => id),
      variables: someOf(chance, variables, 1).map(({ name }) => name),
      version: features.has("blind") ? "1" : null,
      pool: features.has("workers") && chance.percent(8) ? "worker" : "inline",
      coarse: chance.percent(20),
      decor: plain
    })
  )
  return {
    aged: chance.percent(60),
    points: chance.percent(80) ? 1 : 2,
    modules,
    packages,
    services,
    outers,
    variables,
    stages,
    extended: chance.percent(30),
    strays: 0,
    notes: 0,
    touches: {}
  }
}

export const anyForm = (chance: Chance, project: Project, module: Module): string => {
  const home = packageOf(project, module.home)
  return chance.of(home === undefined ? formNames : formNamesOf(home.format)) ?? "literal"
}
