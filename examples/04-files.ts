/**
 * Your own files: hashed by content when the plan is made, checked again after a stage has read them. Edit the file and
 * what depends on it runs; touch it, or write the same rows again, and nothing does.
 *
 *   npx ablate run examples/04-files.ts
 *   npx ablate run examples/04-files.ts --set data.path=mine.csv
 */
import { readFile } from "node:fs/promises"
import { Artifact, Experiment, External, Grid, Pipeline, Setting, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"

const Row = Schema.Struct({ group: Schema.String, value: Schema.Finite })

/** A failure is a tagged value; its message tells the person where to look. */
export class CsvInvalid extends Schema.TaggedError<CsvInvalid>()("CsvInvalid", {
  file: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.file}: ${this.problem}`
  }
}

/** Rows of a CSV file with the columns `group` and `value`. */
export const rows = Stage.make("files/rows", {
  inputs: { file: Artifact.file },
  output: Artifact.table(Row),
  run: ({ file }) =>
    Effect.gen(function* () {
      const invalid = (problem: string) => new CsvInvalid({ file: file.path, problem })
      const text = yield* Effect.tryPromise({
        try: () => readFile(file.path, "utf8"),
        catch: (e) => invalid(String(e))
      })
      const [header, ...lines] = text.trim().split(/\r?\n/)
      if (header !== "group,value") return yield* invalid(`line 1: found "${header}", expected "group,value"`)
      return yield* Effect.forEach(lines, (line, index) => {
        const [group = "", value = ""] = line.split(",")
        return value.trim() !== "" && Number.isFinite(Number(value))
          ? Effect.succeed({ group, value: Number(value) })
          : Effect.fail(invalid(`line ${index + 2}, value: found "${value}", expected a number`))
      })
    })
})

export const summary = Stage.make("files/summary", {
  config: Schema.Struct({ group: Schema.String }),
  inputs: { rows: Artifact.table(Row) },
  output: Artifact.metrics(["mean", "rows"]),
  run: ({ rows }, { group }) => {
    const values = rows.filter((row) => row.group === group).map((row) => row.value)
    const n = values.length
    const mean =
      n === 0 ? { value: null, note: "no such rows" } : { value: values.reduce((sum, x) => sum + x, 0) / n, n }
    return Effect.succeed({ mean, rows: { value: n } })
  }
})

/** What a table says under its figures can be measured too. */
export const notes = Stage.make("files/notes", {
  inputs: { rows: Artifact.table(Row) },
  output: Artifact.notes,
  pool: "inline",
  run: ({ rows }) => Effect.succeed({ caption: [`${rows.length} rows in the file.`], notes: [] })
})

const summarise = Pipeline.make("files", Schema.Struct({ path: Schema.String, group: Schema.String }), (p) => {
  const table = rows.node({ file: External.file(p.path, "--set data.path") })
  return { metrics: summary.node({ rows: table }, { group: p.group }), notes: notes.node({ rows: table }) }
})

export default Experiment.make("files", {
  description: "Means of the groups of a CSV file",
  settings: Schema.Struct({
    data: Setting.group({ path: Setting.make(Schema.String, "examples/data/measurements.csv") })
  }),
  pipeline: summarise,
  grid: Grid.axes({ group: ["a", "b", "c"] }),
  params: ({ group }, { data }) => ({ path: data.path, group }),
  table: Table.make({
    title: "Means of the groups",
    rows: ["group"],
    columns: [
      { metric: "mean", label: "mean" },
      { metric: "rows", label: "rows", digits: 0 }
    ]
  })
})
