/** Which stages an edit may make run again. */
import type { Edit } from "./Edit.ts"
import { moduleOf, type Project, type Use } from "./Model.ts"

/** All modules that these uses lead to. */
const modulesOf = (project: Project, uses: ReadonlyArray<Use>, found: Set<string> = new Set()): ReadonlySet<string> => {
  for (const { target } of uses) {
    if (found.has(target)) continue
    found.add(target)
    modulesOf(project, moduleOf(project, target)?.uses ?? [], found)
  }
  return found
}

/** The services of a stage with those that they need. */
const servicesOf = (project: Project, ids: ReadonlyArray<string>): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (id: string): void => {
    if (found.has(id)) return
    found.add(id)
    for (const need of project.services.find((each) => each.id === id)?.needs ?? []) visit(need)
  }
  for (const id of ids) visit(id)
  return found
}

/** Stages that reach one of these modules, by imports or by services. */
const stagesAt = (project: Project, ids: ReadonlyArray<string>): ReadonlyArray<string> =>
  project.stages.flatMap((stage) => {
    const services = servicesOf(project, stage.services)
    const uses = [...stage.uses, ...project.services.flatMap((each) => (services.has(each.id) ? each.uses : []))]
    const modules = modulesOf(project, uses)
    return ids.some((id) => modules.has(id) || services.has(id)) ? [stage.name] : []
  })

/** The stages that may run after an edit, by the project before and after it; undefined where any may. */
export const reachOf = (before: Project, after: Project, { reach }: Edit): ReadonlySet<string> | undefined => {
  if (reach === "any") return undefined
  const first =
    reach === "none"
      ? []
      : [...(reach.stages ?? []), ...stagesAt(before, reach.modules ?? []), ...stagesAt(after, reach.modules ?? [])]
  const found = new Set(first)
  for (const { inputs, name } of after.stages) if (inputs.some((input) => found.has(input))) found.add(name)
  if (found.size > 0) found.add("gather")
  return found
}
