/** Smaller projects, one step each: something left out, or something written in the plainest way. */
import { type Module, type Project, plain } from "./Model.ts"

const dropModules = (project: Project, gone: (module: Module) => boolean): Project => {
  const ids = new Set(project.modules.filter(gone).map(({ id }) => id))
  const kept = <A extends { readonly uses: Module["uses"] }>(each: A): A => ({
    ...each,
    uses: each.uses.filter(({ target }) => !ids.has(target))
  })
  return {
    ...project,
    modules: project.modules.filter(({ id }) => !ids.has(id)).map(kept),
    stages: project.stages.map(kept),
    services: project.services.map(kept)
  }
}

/** Each of a list changed, one at a time. */
const each = <A>(all: ReadonlyArray<A>, change: (one: A) => ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.flatMap((one, at) => change(one).map((next) => all.with(at, next)))

const without = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => all.map((_, at) => all.toSpliced(at, 1))

const smallerUses = (uses: Module["uses"]): ReadonlyArray<Module["uses"]> => [
  ...without(uses),
  ...each(uses, (use) => [
    { ...use, way: "named" as const },
    { ...use, lazy: false }
  ])
]

const smallerModule = (module: Module): ReadonlyArray<Module> => [
  { ...module, registrations: [] },
  { ...module, form: "literal" },
  { ...module, assets: [] },
  { ...module, json: null },
  { ...module, cycle: null },
  { ...module, shadows: {} },
  { ...module, decor: plain },
  { ...module, folder: module.home === null ? "lib" : "" },
  { ...module, index: false },
  ...smallerUses(module.uses).map((uses) => ({ ...module, uses })),
  ...without(module.registrations).map((registrations) => ({ ...module, registrations })),
  ...each(module.registrations, (one) => [
    { ...one, how: "call" },
    { ...one, apart: true }
  ]).map((registrations) => ({ ...module, registrations }))
]

export const reductions = (project: Project): ReadonlyArray<Project> => {
  const smaller = [
    ...project.stages
      .map((gone) => ({ ...project, stages: project.stages.filter((one) => one !== gone) }))
      .filter(({ stages }) => stages.length > 0),
    ...project.packages.map((home) => ({
      ...dropModules(project, (module) => module.home === home.id),
      packages: project.packages.filter((one) => one !== home)
    })),
    ...project.modules
      .filter(({ id }) => !project.packages.some(({ main }) => main === id))
      .map((module) => dropModules(project, (one) => one === module)),
    ...without(project.services).map((services) => ({ ...project, services })),
    ...without(project.outers).map((outers) => ({ ...project, outers })),
    ...without(project.variables).map((variables) => ({ ...project, variables })),
    { ...project, aged: false, points: 1, strays: 0, notes: 0, touches: {}, extended: false },
    { ...project, points: 1, strays: 0, notes: 0, touches: {}, extended: false },
    ...each(project.stages, (stage) => [
      {
        ...stage,
        services: [],
        outers: [],
        variables: [],
        inputs: [],
        decor: plain,
        pool: "inline" as const,
        coarse: false
      },
      { ...stage, services: [] },
      { ...stage, outers: [], variables: [] },
      { ...stage, inputs: [] },
      { ...stage, pool: "inline" as const, coarse: false, decor: plain },
      ...smallerUses(stage.uses).map((uses) => ({ ...stage, uses }))
    ]).map((stages) => ({ ...project, stages })),
    ...each(project.services, (service) => [
      { ...service, uses: [] },
      { ...service, needs: [] },
      { ...service, how: "succeed" as const, decor: plain }
    ]).map((services) => ({ ...project, services })),
    ...each(project.packages, (home) => [
      { ...home, place: { kind: "root" as const } },
      { ...home, other: null },
      { ...home, entry: "main" as const },
      { ...home, name: home.id },
      { ...home, notes: 0 }
    ]).map((packages) => ({ ...project, packages })),
    ...each(project.modules, smallerModule).map((modules) => ({ ...project, modules }))
  ]
  const same = JSON.stringify(project)
  return smaller.filter((one) => JSON.stringify(one) !== same)
}
