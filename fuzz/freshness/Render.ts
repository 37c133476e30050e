/** A project as files and links. */
import { writeExperiment } from "./ExperimentText.ts"
import type { Project } from "./Model.ts"
import { writeModule } from "./ModuleText.ts"
import { writePackage } from "./PackageText.ts"
import { root } from "./Place.ts"
import { writeService, writeTags } from "./ServiceText.ts"
import { writeStages } from "./StageText.ts"
import { Tree } from "./Tree.ts"

const writeSettings = (tree: Tree, project: Project): void => {
  tree.json(`${root}/package.json`, {
    name: "study",
    private: true,
    type: "module",
    exports: { "./*": "./*" },
    ...(Object.keys(tree.hashes).length === 0 ? {} : { imports: tree.hashes }),
    ...(project.notes > 0 ? { keywords: [`note ${project.notes}`] } : {})
  })
  if (Object.keys(tree.paths).length === 0) return
  const options = { compilerOptions: { paths: tree.paths } }
  if (project.extended) {
    tree.json(`${root}/tsconfig.base.json`, options)
    tree.json(`${root}/tsconfig.json`, { extends: "./tsconfig.base.json" })
  } else tree.json(`${root}/tsconfig.json`, options)
}

export const render = (project: Project): Tree => {
  const tree = new Tree()
  for (const module of project.modules) if (module.home === null) writeModule(tree, project, module)
  for (const home of project.packages) writePackage(tree, project, home)
  writeTags(tree, project)
  for (const service of project.services) writeService(tree, project, service)
  for (const file of new Set(project.stages.map((stage) => stage.file))) writeStages(tree, project, file)
  for (const { bytes, kind, path } of project.outers)
    if (kind === "file") tree.file(`${root}/${path}`, Uint8Array.from(bytes))
    else for (const [at, byte] of bytes.entries()) tree.file(`${root}/${path}/${at}.bin`, Uint8Array.of(byte))
  for (let at = 0; at < project.strays; at++) tree.file(`${root}/lib/stray${at}.ts`, `export const stray = ${at}\n`)
  writeExperiment(tree, project)
  writeSettings(tree, project)
  return tree
}
