/** How one file gets another module's value: its import, and what else that takes. */
import { posix } from "node:path"
import { type Module, moduleOf, type Project, packageOf, packageWays, type Use } from "./Model.ts"
import { modulePath, pathInside } from "./Place.ts"
import { specifier, type Tree } from "./Tree.ts"

/** The file that imports. */
export interface User {
  /** Names what is made for its imports: unique in the project. */
  readonly id: string
  readonly path: string
  readonly home: string | null
  readonly isCommon: boolean
}

export interface Imported {
  /** Lines for the head of the file. */
  readonly head: ReadonlyArray<string>
  /** An expression for the value. */
  readonly value: string
}

/** What a package's module is called from outside the package. */
const packageSpecifier = (project: Project, target: Module): string => {
  const home = packageOf(project, target.home)
  if (home === undefined) return target.id
  if (home.main === target.id) return home.name
  const path = pathInside(project, target)
  if (home.entry === "exports" || home.entry === "conditions") return `${home.name}/${target.id}`
  return `${home.name}/${home.entry === "pattern" ? path.replace(/\.\w+$/, "") : path}`
}

/** Makes the files on the way, and gives what the import names. */
const ownSpecifier = (tree: Tree, project: Project, user: User, at: number, use: Use, target: Module): string => {
  const path = modulePath(project, target)
  const inside = pathInside(project, target)
  const folder = posix.dirname(user.path)
  const made = `${user.id}-${at}`
  const through = (text: string): string => {
    const barrel = `${folder}/${made}.ts`
    tree.file(barrel, text.replaceAll("$", specifier(barrel, path)))
    return `./${made}.ts`
  }
  switch (use.way) {
    case "star":
      return through('export * from "$"\n')
    case "renamed":
      return through('export { value as other, read as readOther } from "$"\n')
    case "passed":
      return through('import { read, value } from "$"\nexport { read, value }\n')
    case "inner":
      return through('export * as inner from "$"\n')
    case "default-as":
      return through('export { default as value } from "$"\n')
    case "hash":
      tree.hashes[`#${made}`] = `./${inside}`
      return `#${made}`
    case "path":
      tree.paths[`@${made}`] = [`./${inside}`]
      return `@${made}`
    case "self":
      return `study/${inside}`
    case "link":
      tree.link(`${folder}/${made}.ts`, path)
      return `./${made}.ts`
    case "folder-link": {
      const linked = posix.dirname(path)
      // A link to a folder above would hold itself.
      if (`${folder}/`.startsWith(`${linked}/`)) return specifier(user.path, path)
      tree.link(`${folder}/${made}`, linked)
      return `./${made}/${posix.basename(path)}`
    }
    case "bare-name":
      return specifier(user.path, path).replace(/(\/index)?\.ts$/, "")
    default:
      return specifier(user.path, path)
  }
}

/** The import of a use, the `at`th of its file; `name` is a name that the file does not use otherwise. */
export const imported = (tree: Tree, project: Project, user: User, at: number, name: string, use: Use): Imported => {
  const target = moduleOf(project, use.target)
  if (target === undefined) return { head: [], value: "1" }
  const isOwn = target.home === null && user.home === null
  const isSibling = target.home === user.home
  const text = JSON.stringify(
    isOwn
      ? ownSpecifier(tree, project, user, at, use, target)
      : isSibling
        ? specifier(`/${pathInsideUser(project, user)}`, `/${pathInside(project, target)}`)
        : packageSpecifier(project, target)
  )
  const member = use.lazy ? "read" : "value"
  const call = use.lazy ? "()" : ""
  if (user.isCommon) return { head: [`const ${name} = require(${text})`], value: `${name}.${member}${call}` }
  switch (isOwn || packageWays.includes(use.way) ? use.way : "named") {
    case "namespace":
      return { head: [`import * as ${name} from ${text}`], value: `${name}.${member}${call}` }
    case "dynamic":
      return { head: [`const ${name} = await import(${text})`], value: `${name}.${member}${call}` }
    case "default":
      return { head: [`import ${name} from ${text}`], value: name }
    case "default-as":
      return { head: [`import { value as ${name} } from ${text}`], value: name }
    case "renamed":
      return {
        head: [`import { ${use.lazy ? "readOther" : "other"} as ${name} } from ${text}`],
        value: `${name}${call}`
      }
    case "inner":
      return { head: [`import { inner as ${name} } from ${text}`], value: `${name}.${member}${call}` }
    default:
      return { head: [`import { ${member} as ${name} } from ${text}`], value: `${name}${call}` }
  }
}

/** Only relative places matter between files of one package. */
const pathInsideUser = (project: Project, user: User): string => {
  const module = moduleOf(project, user.id)
  return module === undefined ? posix.basename(user.path) : pathInside(project, module)
}
