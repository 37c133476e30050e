/** A file of stages. */
import { imported } from "./Imports.ts"
import type { Project, Stage } from "./Model.ts"
import { root } from "./Place.ts"
import { tagsPath } from "./ServiceText.ts"
import { specifier, type Tree } from "./Tree.ts"
import { annotation, comments, gap, inlineComment, sum, types, unused } from "./Words.ts"

export const stageFilePath = (file: number): string => `${root}/stages/g${file}.ts`

/** Bytes to one number, in order. */
const fold = (bytes: string): string => `[...${bytes}].reduce((a, b) => (a * 31 + b) % 1000003, 1)`

/** What of a stage's wishes the project has. */
export const wiringOf = (project: Project, stage: Stage) => {
  const at = project.stages.indexOf(stage)
  const earlier = new Set(project.stages.slice(0, at).map(({ name }) => name))
  return {
    inputs: stage.inputs.filter((name) => earlier.has(name)),
    outers: project.outers.filter(({ id }) => stage.outers.includes(id)),
    variables: project.variables.filter(({ name }) => stage.variables.includes(name)),
    services: project.services.map(({ id }) => id).filter((id) => stage.services.includes(id))
  }
}

const stageText = (
  tree: Tree,
  project: Project,
  stage: Stage,
  path: string
): { head: ReadonlyArray<string>; text: string } => {
  const { decor, name } = stage
  const { inputs, outers, services, variables } = wiringOf(project, stage)
  const head: Array<string> = []
  const values = [`${stage.n}`, "k", "c"]
  for (const [at, use] of stage.uses.entries()) {
    const found = imported(tree, project, { id: name, path, home: null, isCommon: false }, at, `${name}${at}`, use)
    head.push(...found.head)
    values.push(found.value)
  }
  values.push(...inputs, ...services.map((id) => `${id.toLowerCase()}.v`))
  for (const { id, kind } of outers)
    values.push(
      fold(
        kind === "file"
          ? `readFileSync(${id}.path)`
          : `readdirSync(${id}.path).sort().flatMap((name) => [name.length, ...readFileSync(${id}.path + "/" + name)])`
      )
    )
  values.push(...variables.map(({ name: variable }) => fold(`Buffer.from(String(${variable.toLowerCase()}))`)))
  const fields = [
    ...inputs.map((input) => `${input}: Artifact.json(Schema.Finite)`),
    ...outers.map(({ id }) => `${id}: Artifact.file`),
    ...variables.map(({ name: variable }) => `${variable.toLowerCase()}: Artifact.env`)
  ]
  const given = [
    ...inputs,
    ...outers.map(({ id }) => id),
    ...variables.map(({ name: variable }) => variable.toLowerCase())
  ]
  const total = `total${decor.local}`
  const text = [
    `export const ${name} = Stage.make("${name}", {`,
    "  config: Schema.Struct({ k: Schema.Int, c: Schema.Int }),",
    ...(fields.length === 0 ? [] : [`  inputs: { ${fields.join(", ")} },`]),
    "  output: Artifact.json(Schema.Finite),",
    ...(stage.pool === "inline" ? ['  pool: "inline",'] : []),
    ...(stage.version === null ? [] : [`  version: ${JSON.stringify(stage.version)},`]),
    `  run: ({ ${given.join(", ")} }, { c, k }) => Effect.gen(function* () {`,
    ...comments(decor).map((line) => `    ${line}`),
    ...services.map((id) => `    const ${id.toLowerCase()} = yield* ${id}`),
    `    const ${total}${annotation(decor)} = ${inlineComment(decor)}(7 + ${sum(values)}) % 1000003`,
    `    return ${stage.coarse ? `${total} % 3` : total}`,
    "  })",
    "})"
  ]
  return {
    head,
    text: [
      ...types(decor).map((line) => line.replace("Note", `Note${name}`)),
      ...unused(decor).map((line) => line.replace("unused", `unused${name}`)),
      text.join(gap(decor))
    ].join("\n")
  }
}

export const writeStages = (tree: Tree, project: Project, file: number): void => {
  const path = stageFilePath(file)
  const stages = project.stages.filter((each) => each.file === file)
  const texts = stages.map((stage) => stageText(tree, project, stage, path))
  const services = [...new Set(stages.flatMap((stage) => wiringOf(project, stage).services))].sort()
  const text = [
    'import { Artifact, Stage } from "ablate"',
    'import { Effect, Schema } from "effect"',
    'import { readdirSync, readFileSync } from "node:fs"',
    ...(services.length === 0 ? [] : [`import { ${services.join(", ")} } from "${specifier(path, tagsPath)}"`]),
    ...texts.flatMap(({ head }) => head),
    ...texts.map((each) => each.text),
    ""
  ]
  tree.file(path, text.join("\n"))
}
