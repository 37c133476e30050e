/** What an edit of a project is. */
import type { Chance } from "../rig/Chance.ts"
import type { Features } from "./Features.ts"
import { type Module, type Package, type Project, packageOf, type Service, type Stage } from "./Model.ts"
import { pathInside } from "./Place.ts"

export interface Edit {
  /** What sort of change it is: reports count by it. */
  readonly kind: string
  /** What exactly is changed, for a person. */
  readonly what: string
  /** The project after the edit; undefined where it has not what the edit is about. */
  readonly apply: (project: Project) => Project | undefined
  /**
   * What stages may run again: those that reach a module, those of this list, any, or none. What follows from a stage
   * may run too.
   */
  readonly reach: { readonly modules?: ReadonlyArray<string>; readonly stages?: ReadonlyArray<string> } | "any" | "none"
  /** Words of which `why` must say one, where something reran. */
  readonly names: ReadonlyArray<string>
}

/** Makes an edit of one kind that suits a project, where there is one. */
export type Editor = (chance: Chance, project: Project, features: Features) => Edit | undefined

const replaced = <A>(
  all: ReadonlyArray<A>,
  is: (each: A) => boolean,
  change: (each: A) => A | undefined
): ReadonlyArray<A> | undefined => {
  const at = all.findIndex(is)
  const found = all[at]
  const changed = found === undefined ? undefined : change(found)
  return changed === undefined ? undefined : all.with(at, changed)
}

export const changeModule = (
  project: Project,
  id: string,
  change: (module: Module) => Module | undefined
): Project | undefined => {
  const modules = replaced(project.modules, (each) => each.id === id, change)
  return modules && { ...project, modules }
}

export const changePackage = (
  project: Project,
  id: string,
  change: (home: Package) => Package | undefined
): Project | undefined => {
  const packages = replaced(project.packages, (each) => each.id === id, change)
  return packages && { ...project, packages }
}

export const changeService = (
  project: Project,
  id: string,
  change: (service: Service) => Service | undefined
): Project | undefined => {
  const services = replaced(project.services, (each) => each.id === id, change)
  return services && { ...project, services }
}

export const changeStage = (
  project: Project,
  name: string,
  change: (stage: Stage) => Stage | undefined
): Project | undefined => {
  const stages = replaced(project.stages, (each) => each.name === name, change)
  return stages && { ...project, stages }
}

/** Another number of two digits. */
export const other = (chance: Chance, than: number): number => {
  const drawn = chance.between(10, 98)
  return drawn >= than ? drawn + 1 : drawn
}

/** What tells a person of a change in this module. */
export const namesOf = (project: Project, module: Module): ReadonlyArray<string> => {
  const home = packageOf(project, module.home)
  return home === undefined ? [pathInside(project, module), `${module.id}-`] : [home.name]
}
