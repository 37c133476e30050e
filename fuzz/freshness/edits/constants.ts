/** Another number somewhere. */
import type { Chance } from "../../rig/Chance.ts"
import {
  changeModule,
  changePackage,
  changeService,
  changeStage,
  type Edit,
  type Editor,
  namesOf,
  other
} from "../Edit.ts"
import type { Module, Project } from "../Model.ts"

const inModule = (
  kind: string,
  chance: Chance,
  project: Project,
  has: (module: Module) => boolean,
  change: (module: Module) => Module
): Edit | undefined => {
  const module = chance.of(project.modules.filter(has))
  if (module === undefined) return undefined
  return {
    kind: module.home === null ? kind : `${kind} of a package`,
    what: `${kind} of ${module.id}`,
    apply: (given) => changeModule(given, module.id, change),
    reach: { modules: [module.id] },
    names: namesOf(project, module)
  }
}

export const moduleConstant: Editor = (chance, project) => {
  const [n, m] = [chance.between(10, 99), chance.between(10, 99)]
  const both = chance.percent(50)
  return inModule(
    "constant",
    chance,
    project,
    () => true,
    (module) => ({ ...module, n: module.n === n ? n - 1 : n, m: both ? m : module.m })
  )
}

export const registered: Editor = (chance, project) => {
  const n = chance.between(10, 99)
  const which = chance.between(0, 5)
  return inModule(
    "registered number",
    chance,
    project,
    ({ registrations }) => registrations.length > 0,
    (module) => ({
      ...module,
      registrations: module.registrations.map((each, at) =>
        at === which % module.registrations.length ? { ...each, n: each.n === n ? n - 1 : n } : each
      )
    })
  )
}

export const cycle: Editor = (chance, project) => {
  const n = chance.between(10, 99)
  return inModule(
    "constant in a cycle",
    chance,
    project,
    (module) => module.cycle !== null,
    (module) => ({ ...module, cycle: module.cycle === n ? n - 1 : n })
  )
}

/** Two files of one size change places. */
export const swapped: Editor = (chance, project) => {
  const own = chance.shuffled(project.modules.filter(({ home }) => home === null))
  const [a, b] = own
  if (a === undefined || b === undefined || a.n === b.n) return undefined
  return {
    kind: "two constants swapped",
    what: `constants of ${a.id} and ${b.id} swapped`,
    apply: (given) => {
      const first = changeModule(given, a.id, (module) => ({ ...module, n: b.n }))
      return first && changeModule(first, b.id, (module) => ({ ...module, n: a.n }))
    },
    reach: { modules: [a.id, b.id] },
    names: [...namesOf(project, a), ...namesOf(project, b)]
  }
}

export const stageConstant: Editor = (chance, project) => {
  const stage = chance.of(project.stages)
  if (stage === undefined) return undefined
  const n = other(chance, stage.n)
  return {
    kind: "constant of a stage",
    what: `constant of stage ${stage.name}`,
    apply: (given) => changeStage(given, stage.name, (each) => (each.version === null ? { ...each, n } : undefined)),
    reach: { stages: [stage.name] },
    names: [`stages/g${stage.file}.ts`]
  }
}

export const config: Editor = (chance, project) => {
  const stage = chance.of(project.stages)
  if (stage === undefined) return undefined
  const n = other(chance, stage.config)
  return {
    kind: "config",
    what: `config of stage ${stage.name}`,
    apply: (given) => changeStage(given, stage.name, (each) => ({ ...each, config: n })),
    reach: { stages: [stage.name] },
    names: ["config c"]
  }
}

export const version: Editor = (chance, project) => {
  const stage = project.stages.find((each) => each.version !== null) ?? chance.of(project.stages)
  if (stage === undefined) return undefined
  const [text, n] = [String(chance.between(1, 9)), other(chance, stage.n)]
  return {
    kind: "version of a stage",
    what: `version of stage ${stage.name} ${stage.version === null ? "set" : "removed"}, with another constant`,
    apply: (given) =>
      changeStage(given, stage.name, (each) => ({ ...each, n, version: each.version === null ? text : null })),
    reach: { stages: [stage.name] },
    names: ["version", `stages/g${stage.file}.ts`]
  }
}

export const serviceConstant: Editor = (chance, project) => {
  const service = chance.of(project.services)
  if (service === undefined) return undefined
  const n = other(chance, service.n)
  return {
    kind: "constant of a service",
    what: `constant of service ${service.id}`,
    apply: (given) => changeService(given, service.id, (each) => ({ ...each, n })),
    reach: { modules: [service.id] },
    names: [service.id]
  }
}

export const outer: Editor = (chance, project) => {
  const found = chance.of(project.outers)
  if (found === undefined) return undefined
  const bytes = found.bytes.map((byte, at) => (at === 0 ? (byte + 1) % 256 : byte))
  const more = found.kind === "folder" && chance.percent(40) ? [...bytes, 7] : bytes
  return {
    kind: found.kind === "file" ? "input file" : "input folder",
    what: `content of ${found.path}`,
    apply: (given) =>
      given.outers.some(({ id }) => id === found.id)
        ? { ...given, outers: given.outers.map((each) => (each.id === found.id ? { ...each, bytes: more } : each)) }
        : undefined,
    reach: { stages: project.stages.filter(({ outers }) => outers.includes(found.id)).map(({ name }) => name) },
    names: [found.path]
  }
}

export const variable: Editor = (chance, project) => {
  const found = chance.of(project.variables)
  if (found === undefined) return undefined
  const value = found.value === null ? "1" : chance.percent(30) ? null : `${found.value}1`
  return {
    kind: "environment variable",
    what: `${found.name}=${value}`,
    apply: (given) => ({
      ...given,
      variables: given.variables.map((each) => (each.name === found.name ? { ...each, value } : each))
    }),
    reach: { stages: project.stages.filter(({ variables }) => variables.includes(found.name)).map(({ name }) => name) },
    names: [found.name]
  }
}

export const packageVersion: Editor = (chance, project) => {
  const home = chance.of(project.packages)
  if (home === undefined) return undefined
  const n = chance.between(10, 99)
  return {
    kind: "package updated",
    what: `a new version of ${home.name}, with another constant`,
    apply: (given) => {
      const next = changePackage(given, home.id, (each) => ({
        ...each,
        version: `1.${Number(each.version.split(".")[1]) + 1}.0`
      }))
      return next && changeModule(next, home.main, (each) => ({ ...each, n: each.n === n ? n - 1 : n }))
    },
    reach: { modules: project.modules.filter((each) => each.home === home.id).map(({ id }) => id) },
    names: [home.name]
  }
}
