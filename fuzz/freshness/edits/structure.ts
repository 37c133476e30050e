/** Other statements, other imports, another place. */
import { changeModule, changeService, changeStage, type Edit, type Editor, namesOf } from "../Edit.ts"
import { anyForm, constant, importOf, reaches, registration } from "../Generate.ts"
import { type Module, type Project, packageOf, type Use } from "../Model.ts"

export const form: Editor = (chance, project) => {
  const module = chance.of(project.modules)
  if (module === undefined) return undefined
  const next = anyForm(chance, project, module)
  if (next === module.form) return undefined
  return {
    kind: "statements rewritten",
    what: `${module.id} written as ${next} rather than ${module.form}`,
    apply: (given) => changeModule(given, module.id, (each) => ({ ...each, form: next })),
    reach: { modules: [module.id] },
    names: namesOf(project, module)
  }
}

const withRegister = (project: Project, least: number) =>
  project.modules.filter(({ registrations }) => registrations.length >= least)

/** The part of an edit that changes what a module registers. */
const registering = (
  project: Project,
  module: Module,
  change: (registrations: Module["registrations"]) => Module["registrations"]
): Pick<Edit, "apply" | "reach" | "names"> => ({
  apply: (given) => changeModule(given, module.id, (each) => ({ ...each, registrations: change(each.registrations) })),
  reach: { modules: [module.id] },
  names: namesOf(project, module)
})

export const registrationAdded: Editor = (chance, project, features) => {
  const module = features.has("registers") ? chance.of(project.modules) : undefined
  if (module === undefined || module.registrations.length > 3) return undefined
  const id = `r${1 + Math.max(-1, ...module.registrations.map((each) => Number(each.id.slice(1))))}`
  const home = packageOf(project, module.home)
  const added = registration(chance, id, home === undefined ? "own" : home.format)
  return {
    kind: "registration added",
    what: `${module.id} registers one number more (${added.how}${added.apart ? ", bare import" : ""})`,
    ...registering(project, module, (registrations) => [...registrations, added])
  }
}

export const registrationRemoved: Editor = (chance, project) => {
  const module = chance.of(withRegister(project, 2))
  const gone = chance.of(module?.registrations ?? [])
  if (module === undefined || gone === undefined) return undefined
  return {
    kind: "registration removed",
    what: `${module.id} no longer registers ${gone.id} (${gone.how})`,
    ...registering(project, module, (registrations) => registrations.filter(({ id }) => id !== gone.id))
  }
}

export const registrationsTurned: Editor = (chance, project) => {
  const module = chance.of(withRegister(project, 2))
  if (module === undefined) return undefined
  return {
    kind: "registrations reordered",
    what: `the registrations of ${module.id} in the other order`,
    ...registering(project, module, (registrations) => registrations.toReversed())
  }
}

export const registrationRewritten: Editor = (chance, project) => {
  const module = chance.of(withRegister(project, 1))
  const found = chance.of(module?.registrations ?? [])
  if (module === undefined || found === undefined) return undefined
  const home = packageOf(project, module.home)
  const next = registration(chance, found.id, home === undefined ? "own" : home.format)
  return {
    kind: "registration rewritten",
    what: `${module.id} registers ${found.id} by ${next.how} rather than ${found.how}`,
    ...registering(project, module, (registrations) => registrations.map((one) => (one.id === found.id ? next : one)))
  }
}

/** Modules that a module may use: earlier ones, so that imports have no circle but those that are meant. */
const targetsOf = (project: Project, module: Module): ReadonlyArray<Module> => {
  const home = packageOf(project, module.home) ?? null
  return project.modules.slice(0, project.modules.indexOf(module)).filter((each) => {
    const to = packageOf(project, each.home)
    return to === undefined ? home === null : to.id === home?.id || reaches(home, to)
  })
}

const without = (uses: ReadonlyArray<Use>, at: number): ReadonlyArray<Use> => uses.toSpliced(at, 1)

/** A use leads to another module; where it goes through a link or a map, the importing file stays as it is. */
export const retargeted: Editor = (chance, project) => {
  const module = chance.of(project.modules.filter(({ uses }) => uses.length > 0))
  if (module === undefined) return undefined
  const at = chance.between(0, module.uses.length - 1)
  const use = module.uses[at]
  const target = chance.of(
    targetsOf(project, module).filter((each) => each.id !== use?.target && each.home === moduleHome(project, use))
  )
  if (use === undefined || target === undefined) return undefined
  return {
    kind:
      {
        link: "link repointed",
        "folder-link": "folder link repointed",
        hash: "imports map edited",
        path: "path map edited"
      }[String(use.way)] ?? "import of another module",
    what: `${module.id} gets ${target.id} rather than ${use.target} (${use.way})`,
    apply: (given) =>
      changeModule(given, module.id, (each) =>
        each.uses[at] === undefined ? undefined : { ...each, uses: each.uses.with(at, { ...use, target: target.id }) }
      ),
    reach: { modules: [module.id] },
    names: [...namesOf(project, module), ...namesOf(project, target), use.target, `${module.id}-${at}`]
  }
}

const moduleHome = (project: Project, use: Use | undefined): string | null | undefined =>
  project.modules.find(({ id }) => id === use?.target)?.home

export const stageRetargeted: Editor = (chance, project) => {
  const stage = chance.of(project.stages.filter(({ uses }) => uses.length > 0))
  if (stage === undefined) return undefined
  const at = chance.between(0, stage.uses.length - 1)
  const use = stage.uses[at]
  const target = chance.of(
    project.modules.filter((each) => each.home === null && each.id !== use?.target && moduleHome(project, use) === null)
  )
  if (use === undefined || target === undefined) return undefined
  return {
    kind:
      {
        link: "link repointed",
        "folder-link": "folder link repointed",
        hash: "imports map edited",
        path: "path map edited"
      }[String(use.way)] ?? "import of another module",
    what: `stage ${stage.name} gets ${target.id} rather than ${use.target} (${use.way})`,
    apply: (given) =>
      changeStage(given, stage.name, (each) =>
        each.uses[at] === undefined ? undefined : { ...each, uses: each.uses.with(at, { ...use, target: target.id }) }
      ),
    reach: { stages: [stage.name] },
    names: [`stages/g${stage.file}.ts`, ...namesOf(project, target), use.target, `${stage.name}-${at}`]
  }
}

export const importAdded: Editor = (chance, project, features) => {
  const stage = chance.of(project.stages)
  const target = chance.of(
    project.modules.filter((each) => {
      const home = packageOf(project, each.home)
      return home === undefined || reaches(null, home)
    })
  )
  if (stage === undefined || target === undefined || stage.uses.length > 2) return undefined
  const use = importOf(chance, features, target)
  return {
    kind: "use added",
    what: `stage ${stage.name} uses ${target.id} too (${use.way})`,
    apply: (given) => changeStage(given, stage.name, (each) => ({ ...each, uses: [...each.uses, use] })),
    reach: { stages: [stage.name] },
    names: [`stages/g${stage.file}.ts`, ...namesOf(project, target)]
  }
}

export const importRemoved: Editor = (chance, project) => {
  const module = chance.of(project.modules.filter(({ uses }) => uses.length > 0))
  if (module === undefined) return undefined
  const at = chance.between(0, module.uses.length - 1)
  return {
    kind: "use removed",
    what: `${module.id} no longer uses ${module.uses[at]?.target}`,
    apply: (given) =>
      changeModule(given, module.id, (each) =>
        each.uses[at] === undefined ? undefined : { ...each, uses: without(each.uses, at) }
      ),
    reach: { modules: [module.id] },
    names: namesOf(project, module)
  }
}

/** Another way to import the same: figures stay. */
export const wayChanged: Editor = (chance, project, features) => {
  const module = chance.of(project.modules.filter(({ home, uses }) => home === null && uses.length > 0))
  if (module === undefined) return undefined
  const at = chance.between(0, module.uses.length - 1)
  const use = module.uses[at]
  const target = project.modules.find(({ id }) => id === use?.target)
  if (use === undefined || target === undefined) return undefined
  const way = importOf(chance, features, target).way
  return {
    kind: "import written otherwise",
    what: `${module.id} imports ${use.target} by ${way} rather than ${use.way}`,
    apply: (given) =>
      changeModule(given, module.id, (each) =>
        each.uses[at] === undefined ? undefined : { ...each, uses: each.uses.with(at, { ...use, way }) }
      ),
    reach: { modules: [module.id] },
    names: [...namesOf(project, module), ...namesOf(project, target)]
  }
}

export const moved: Editor = (chance, project) => {
  const module = chance.of(project.modules.filter(({ home }) => home === null))
  if (module === undefined) return undefined
  const folder = chance.one(["lib", "lib/deep", "other", ""])
  const index = chance.percent(30)
  return {
    kind: "module moved",
    what: `${module.id} moved to ${folder}/${index ? " as a folder" : ""}`,
    apply: (given) => changeModule(given, module.id, (each) => ({ ...each, folder, index })),
    reach: { modules: [module.id] },
    names: [...namesOf(project, module), `${module.id}.ts`, `${module.id}/index.ts`]
  }
}

export const wired: Editor = (chance, project) => {
  const at = chance.between(1, Math.max(1, project.stages.length - 1))
  const stage = project.stages[at]
  const earlier = project.stages[chance.between(0, at - 1)]
  if (stage === undefined || earlier === undefined) return undefined
  const inputs = stage.inputs.includes(earlier.name)
    ? stage.inputs.filter((each) => each !== earlier.name)
    : [...stage.inputs, earlier.name]
  return {
    kind: "wiring",
    what: `stage ${stage.name} gets ${inputs.join(", ") || "no stage's output"}`,
    apply: (given) => changeStage(given, stage.name, (each) => ({ ...each, inputs })),
    reach: { stages: [stage.name] },
    names: ["input", `stages/g${stage.file}.ts`]
  }
}

export const serviceRewritten: Editor = (chance, project) => {
  const service = chance.of(project.services.filter(({ needs }) => needs.length === 0))
  if (service === undefined) return undefined
  const how = chance.one(["succeed", "sync", "effect"] as const)
  if (how === service.how) return undefined
  const n = constant(chance)
  return {
    kind: "service rewritten",
    what: `service ${service.id} by ${how}, with another constant`,
    apply: (given) => changeService(given, service.id, (each) => ({ ...each, how, n })),
    reach: { modules: [service.id] },
    names: [service.id]
  }
}

export const serviceHelper: Editor = (chance, project, features) => {
  const service = chance.of(project.services)
  const target = chance.of(project.modules.filter(({ home }) => home === null))
  if (service === undefined || target === undefined) return undefined
  const uses = service.uses.length > 0 ? [] : [importOf(chance, features, target)]
  return {
    kind: uses.length === 0 ? "helper of a service removed" : "helper of a service added",
    what: `service ${service.id} ${uses.length === 0 ? "without its helper" : `uses ${target.id}`}`,
    apply: (given) => changeService(given, service.id, (each) => ({ ...each, uses })),
    reach: { modules: [service.id] },
    names: [service.id]
  }
}
