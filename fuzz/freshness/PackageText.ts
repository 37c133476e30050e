/** A package's folder: its package.json, its modules, and the link to it where it is linked. */
import { moduleOf, type Package, type Project } from "./Model.ts"
import { writeModule } from "./ModuleText.ts"
import { extensionOf, packageFolder, pathInside, root } from "./Place.ts"
import type { Tree } from "./Tree.ts"

const manifest = (project: Project, home: Package): object => {
  const extension = extensionOf(home)
  const main = moduleOf(project, home.main)
  const path =
    home.other?.taken === true ? `./other.${extension}` : `./${main === undefined ? "" : pathInside(project, main)}`
  const second = home.other === null ? path : `./other.${extension}`
  const others = project.modules.filter((each) => each.home === home.id && each.id !== home.main)
  const subpaths = Object.fromEntries(others.map((each) => [`./${each.id}`, `./${pathInside(project, each)}`]))
  const fields = () => {
    switch (home.entry) {
      case "main":
        return { main: path }
      case "index":
        return {}
      case "exports":
        return { exports: { ".": path, ...subpaths } }
      case "pattern":
        return { exports: { ".": path, "./*": `./*.${extension}` } }
      case "conditions":
        return {
          exports: {
            ".": { types: "./no.d.ts", browser: second, node: { import: path, require: path }, default: second },
            ...subpaths
          }
        }
    }
  }
  return {
    name: home.name,
    version: home.version,
    ...(home.format === "cjs" ? {} : { type: "module" }),
    ...fields(),
    ...(home.notes > 0 ? { keywords: [`note ${home.notes}`] } : {})
  }
}

export const writePackage = (tree: Tree, project: Project, home: Package): void => {
  const { place } = home
  const isLink = place.kind === "linked" || place.kind === "outside"
  const turns: ReadonlyArray<0 | 1 | undefined> = isLink ? [0, 1] : [undefined]
  const extension = extensionOf(home)
  for (const turn of turns) {
    const folder = packageFolder(project, home, turn)
    tree.json(`${folder}/package.json`, manifest(project, home))
    for (const module of project.modules) if (module.home === home.id) writeModule(tree, project, module, turn)
    if (home.other !== null) {
      const n = home.other.n
      const text =
        home.format === "cjs"
          ? `exports.value = ${n}\nexports.read = () => ${n}\n`
          : `export const value = ${n}\nexport const read = () => ${n}\nexport default value\n`
      tree.file(`${folder}/other.${extension}`, text)
    }
  }
  if (isLink) tree.link(`${root}/node_modules/${home.name}`, packageFolder(project, home))
}
