/** Services: their tags in one file, each implementation in a file of its own. */
import { imported } from "./Imports.ts"
import type { Project, Service } from "./Model.ts"
import { root } from "./Place.ts"
import type { Tree } from "./Tree.ts"
import { annotation, comments, declarations, gap, inlineComment, sum, types, unused } from "./Words.ts"

export const tagsPath = `${root}/services/tags.ts`
export const servicePath = (id: string): string => `${root}/services/${id}.ts`

export const writeTags = (tree: Tree, project: Project): void => {
  if (project.services.length === 0) return
  const classes = project.services.map(
    ({ id }) => `export class ${id} extends Context.Service<${id}, { readonly v: number }>()("${id}") {}`
  )
  tree.file(tagsPath, ['import { Context } from "effect"', ...classes, ""].join("\n"))
}

export const writeService = (tree: Tree, project: Project, service: Service): void => {
  const { decor, id, n } = service
  const path = servicePath(id)
  const needs = service.needs.filter((need) => project.services.some((each) => each.id === need))
  const head: Array<string> = []
  const values = [`${n}`]
  for (const [at, use] of service.uses.entries()) {
    const found = imported(tree, project, { id, path, home: null, isCommon: false }, at, `used${at}`, use)
    head.push(...found.head)
    values.push(found.value)
  }
  values.push(...needs.map((need) => `${need.toLowerCase()}.v`))
  const total = `total${decor.local}`
  const body = [
    `const ${total}${annotation(decor)} = ${inlineComment(decor)}(offset + ${sum(values)}) % modulus`,
    `return { v: ${total} }`
  ]
  const asks = needs.map((need) => `const ${need.toLowerCase()} = yield* ${need}`)
  const how = needs.length > 0 ? "effect" : service.how
  const layer = {
    succeed: `Layer.succeed(${id}, (() => { ${body.join("; ")} })())`,
    sync: `Layer.sync(${id}, () => { ${body.join("; ")} })`,
    effect: `Layer.effect(${id}, Effect.gen(function* () { ${[...asks, ...body].join("; ")} }))`
  }[how]
  const provided = needs.length === 0 ? "" : `.pipe(${needs.map((need) => `Layer.provide(${need}Live)`).join(", ")})`
  const text = [
    ...comments(decor),
    'import { Effect, Layer } from "effect"',
    `import { ${[id, ...needs].join(", ")} } from "./tags.ts"`,
    ...needs.map((need) => `import { ${need}Live } from "./${need}.ts"`),
    ...head,
    ...types(decor),
    ...declarations(decor, true),
    ...unused(decor),
    `export const ${id}Live = ${layer}${provided}`,
    ""
  ]
  tree.file(path, text.join(gap(decor)))
}
