/** An experiment of many tasks that sleep: how long, how many and how unevenly are settings, so that a run costs what carrying tasks costs. */
import { temporary, write } from "../rig/Folder.ts"
import { linked } from "../rig/GridProject.ts"

export const file = "experiments/sleepers.ts"

/** How long task `at` takes, of tasks of `ms` on average whose longest takes `spread` times the shortest: twenty lengths in turn. */
export const lengthOf = (ms: number, spread: number, at: number): number =>
  spread === 1 ? ms : (2 * ms * (1 + ((spread - 1) * ((at * 7) % 20)) / 19)) / (1 + spread)

const text = `import { Artifact, Experiment, Grid, Pipeline, Setting, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"

const Point = Schema.Struct({ at: Schema.Int, ms: Schema.Finite, turn: Schema.Int })
const lengthOf = ${lengthOf.toString()}

/** A thread sleeps, as a training on another device would let it. */
export const nap = Stage.make("scale/nap", {
  config: Point,
  output: Artifact.metrics(["at"]),
  run: (_, { at, ms }) => Effect.as(ms === 0 ? Effect.void : Effect.sleep(ms), { at: { value: at } })
})

export default Experiment.make("sleepers", {
  settings: Schema.Struct({
    count: Setting.make(Schema.Int, 100),
    ms: Setting.make(Schema.Finite, 0),
    spread: Setting.make(Schema.Finite, 1),
    turn: Setting.make(Schema.Int, 0)
  }),
  pipeline: Pipeline.make("sleepers", Point, (point) => ({ metrics: nap.node({}, point) })),
  grid: ({ count }) => Grid.axes({ at: Array.from({ length: count }, (_, at) => at) }),
  params: ({ at }, { ms, spread, turn }) => ({ at, ms: lengthOf(ms, spread, at), turn }),
  table: () => Table.make({ title: "Sleepers", rows: ["at"], columns: [{ metric: "at", label: "at" }] })
})
`

/** The project. */
export const sleepers = (): string =>
  linked(
    write(temporary("sleepers"), {
      "package.json": '{ "name": "sleepers", "private": true, "type": "module" }\n',
      [file]: text
    })
  )
