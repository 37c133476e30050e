/** The experiment's file, and the stage that gathers what all others gave. */
import type { Project } from "./Model.ts"
import { root } from "./Place.ts"
import { servicePath } from "./ServiceText.ts"
import { stageFilePath, wiringOf } from "./StageText.ts"
import { specifier, type Tree } from "./Tree.ts"

const path = `${root}/study.ts`

const nodeText = (project: Project, stage: Project["stages"][number]): string => {
  const { inputs, outers, variables } = wiringOf(project, stage)
  const wires = [
    ...inputs.map((input) => `${input}: ${input}Node`),
    ...outers.map((outer) => `${outer.id}: External.${outer.kind}(${JSON.stringify(outer.path)})`),
    ...variables.map(({ name }) => `${name.toLowerCase()}: External.env(${JSON.stringify(name)})`)
  ]
  return `  const ${stage.name}Node = ${stage.name}.node({ ${wires.join(", ")} }, { k, c: ${stage.config} })`
}

export const writeExperiment = (tree: Tree, project: Project): void => {
  const names = project.stages.map(({ name }) => name)
  const files = [...new Set(project.stages.map(({ file }) => file))].sort()
  const live = project.services
    .filter(({ id }) => project.stages.some((stage) => stage.services.includes(id)))
    .map(({ id }) => id)
  const text = [
    'import { Artifact, Experiment, External, Grid, Pipeline, Stage, Table } from "ablate"',
    'import { Effect, Layer, Schema } from "effect"',
    ...files.map((file) => {
      const own = project.stages.filter((stage) => stage.file === file).map(({ name }) => name)
      return `import { ${own.join(", ")} } from "${specifier(path, stageFilePath(file))}"`
    }),
    ...live.map((id) => `import { ${id}Live } from "${specifier(path, servicePath(id))}"`),
    `const names = ${JSON.stringify(names)}`,
    'export const gather = Stage.make("gather", {',
    `  inputs: { ${names.map((name) => `${name}: Artifact.json(Schema.Finite)`).join(", ")} },`,
    "  output: Artifact.metrics(names),",
    '  pool: "inline",',
    "  run: (given) => Effect.succeed(Object.fromEntries(names.map((name) => [name, { value: given[name] }])))",
    "})",
    'const pipeline = Pipeline.make("study", Schema.Struct({ k: Schema.Int }), ({ k }) => {',
    ...project.stages.map((stage) => nodeText(project, stage)),
    `  return { metrics: gather.node({ ${names.map((name) => `${name}: ${name}Node`).join(", ")} }) }`,
    "})",
    'export default Experiment.make("study", {',
    "  pipeline,",
    ...(live.length === 0 ? [] : [`  layer: Layer.mergeAll(${live.map((id) => `${id}Live`).join(", ")}),`]),
    `  grid: Grid.axes({ k: [${Array.from({ length: project.points }, (_, at) => at + 1).join(", ")}] }),`,
    '  table: Table.make({ title: "study", rows: ["k"], columns: names.map((name) => ({ metric: name, label: name })) })',
    "})",
    ""
  ]
  tree.file(path, text.join("\n"))
}
