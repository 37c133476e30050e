/** An experiment of two stages, of which one gives more than a row of a store holds. */
import { imports } from "./rig.ts"

export const largeStudy = `${imports}import { ran } from "./ran.ts"
export const large = Stage.make("large", {
  config: Schema.Struct({ a: Schema.Int }),
  output: Artifact.json(Schema.Array(Schema.Number)),
  run: (_, { a }) => Effect.sync(() => { ran("large"); return Array.from({ length: 20000 }, (_, i) => i * a) })
})
export const sum = Stage.make("sum", {
  config: Schema.Struct({}),
  inputs: { numbers: large.output },
  output: Artifact.metrics(["x"]),
  run: ({ numbers }) => Effect.sync(() => { ran("sum"); return { x: { value: numbers.reduce((x, y) => x + y, 0) } } })
})
const pipeline = Pipeline.make("p", Schema.Struct({ a: Schema.Int }), ({ a }) => ({
  metrics: sum.node({ numbers: large.node({}, { a }) }, {})
}))
export default Experiment.make("study", {
  pipeline,
  grid: Grid.axes({ a: [1, 2] }),
  table: Table.make({ title: "T", rows: ["a"], columns: [{ metric: "x", label: "x" }] })
})
`
