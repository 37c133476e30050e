/** What is computed while things break. */
import { symlinkSync } from "node:fs"
import { join } from "node:path"
import { temporary, write } from "../../bench/rig/Folder.ts"
import { linked, root } from "../../bench/rig/GridProject.ts"

export interface Study {
  /** The project. */
  readonly folder: string
  /** What is run there. */
  readonly experiment: string
  /** Settings of a round. */
  readonly set: (round: number) => ReadonlyArray<string>
  /** Whether each round has nodes that no other has; otherwise the store has to forget them in between. */
  readonly isNewEachRound: boolean
  /** Milliseconds from one fault to the next: the least and the most. */
  readonly pauses: readonly [number, number]
  /** A new folder with the packages that its stages need, and nothing else. */
  readonly packages: (name: string) => string
}

const file = "experiments/broken.ts"
const cells = 12

/** The side file that a worker's stages append to, in its own folder. */
export const sideFile = "ran.log"

const text = `import { appendFileSync } from "node:fs"
import { Artifact, Experiment, Grid, Pipeline, Setting, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"

const Numbers = Artifact.json(Schema.Array(Schema.Int))
const Point = Schema.Struct({ round: Schema.Int, cell: Schema.Int })

/** 10 to 600 ms, by the cell: sleeping, as a training on another device would. */
export const draw = Stage.make("broken/draw", {
  config: Point,
  output: Numbers,
  run: (_, { cell, round }) =>
    Effect.sync(() => {
      appendFileSync("${sideFile}", \`\${round} \${cell}\\n\`)
      // Every third result is too large for a row.
      return Array.from({ length: cell % 3 === 0 ? 30_000 : 30 }, (_, at) => (round * 7919 + cell * 104_729 + at * 31) % 65_537)
    }).pipe(Effect.delay(10 + ((cell * 53) % 12) * 50))
})

export const total = Stage.make("broken/total", {
  inputs: { drawn: Numbers },
  output: Artifact.metrics(["total"]),
  run: ({ drawn }) => Effect.succeed({ total: { value: drawn.reduce((sum, each) => sum + each, 0) } })
})

export default Experiment.make("broken", {
  settings: Schema.Struct({ round: Setting.make(Schema.Int, 0) }),
  pipeline: Pipeline.make("broken", Point, (point) => ({ metrics: total.node({ drawn: draw.node({}, point) }) })),
  grid: () => Grid.axes({ cell: Array.from({ length: ${cells} }, (_, cell) => cell) }),
  params: ({ cell }, { round }) => ({ cell, round }),
  table: () => Table.make({ title: "Broken", rows: ["cell"], columns: [{ metric: "total", label: "total" }] })
})
`

/** Uneven short tasks in two steps, whose results are known by their settings alone; a project of its own in `folder`. */
export const broken = (folder: string): Study => ({
  folder: linked(
    write(folder, { "package.json": '{ "name": "broken", "private": true, "type": "module" }\n', [file]: text })
  ),
  experiment: file,
  set: (round) => ["--set", `round=${round}`],
  isNewEachRound: true,
  pauses: [100, 1500],
  packages: (name) => linked(temporary(name))
})

/** The main study of this package, as it is. */
const table3: Study = {
  folder: root,
  experiment: "table3",
  set: () => [],
  isNewEachRound: false,
  pauses: [500, 5000],
  packages: (name) => {
    const folder = temporary(name)
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
    return folder
  }
}

/** `folder`: where one that needs it has its project. */
export const studies: { readonly [name: string]: (folder: string) => Study } = { broken, table3: () => table3 }
