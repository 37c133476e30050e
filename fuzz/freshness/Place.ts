/** Where modules and packages lie, relative to the folder that holds the project (`study`) and what lies beside it. */
import { posix } from "node:path"
import { type Module, type Package, type Project, packageOf } from "./Model.ts"

export const root = "study"

/** The folder that a package's name leads to, by `turn` where it is one of two. */
export const packageFolder = (project: Project, { id, name, place }: Package, turn?: 0 | 1): string => {
  switch (place.kind) {
    case "root":
      return `${root}/node_modules/${name}`
    case "nested": {
      const inside = packageOf(project, place.inside)
      return inside === undefined || inside.id === id
        ? `${root}/node_modules/${name}`
        : `${packageFolder(project, inside)}/node_modules/${name}`
    }
    case "near":
      return posix.join(root, place.folder, "node_modules", name)
    case "linked":
      return `${root}/packages/${id}-${turn ?? place.turn}`
    case "outside":
      return `outside/${id}-${turn ?? place.turn}`
  }
}

export const extensionOf = (home: Package | undefined): "ts" | "js" =>
  home === undefined || home.format === "ts" ? "ts" : "js"

/** Relative to its package or project. */
export const pathInside = (project: Project, module: Module): string => {
  const home = packageOf(project, module.home)
  const extension = extensionOf(home)
  if (home?.entry === "index" && home.main === module.id) return `index.${extension}`
  return posix.join(module.folder, module.index ? `${module.id}/index.${extension}` : `${module.id}.${extension}`)
}

export const modulePath = (project: Project, module: Module, turn?: 0 | 1): string => {
  const home = packageOf(project, module.home)
  return posix.join(home === undefined ? root : packageFolder(project, home, turn), pathInside(project, module))
}
