/**
 * Stages that are one line of shell: any program that reads files and writes one is a stage. The words of a text are
 * counted; the sorted list is a file in the store, which the next stage reads.
 *
 *   npx ablate run examples/08-shell.ts
 */
import { Artifact, Experiment, External, Grid, Pipeline, Stage, Table } from "ablate"
import { Schema } from "effect"

/** `{input.text}` and `{output}` stand for paths. */
export const words = Stage.command("shell/words", {
  program: ["sh", "-c", "tr -cs '[:alpha:]' '\\n' < {input.text} | tr '[:upper:]' '[:lower:]' | sort > {output}"],
  inputs: { text: Artifact.file },
  output: Artifact.file
})

/** The standard output is the output: here the metrics as JSON. What depends on the config is passed as an argument. */
export const counts = Stage.command("shell/counts", {
  program: [
    "awk",
    "-v",
    "longest={config.longest}",
    'length($0) > 0 && length($0) <= longest { words++; if ($0 != last) different++; last = $0 } END { printf "{ \\"words\\": { \\"value\\": %d }, \\"different\\": { \\"value\\": %d } }", words, different }',
    "{input.words}"
  ],
  config: Schema.Struct({ longest: Schema.Int }),
  inputs: { words: Artifact.file },
  output: Artifact.metrics(["words", "different"]),
  outputFrom: "stdout"
})

const count = Pipeline.make("shell", Schema.Struct({ longest: Schema.Int }), ({ longest }) => ({
  metrics: counts.node({ words: words.node({ text: External.file("README.md") }) }, { longest })
}))

export default Experiment.make("shell", {
  description: "Words of a text, by their length",
  pipeline: count,
  grid: Grid.axes({ longest: [3, 6, 40] }),
  params: ({ longest }) => ({ longest }),
  table: Table.make({
    title: "Words of at most so many letters",
    rows: ["longest"],
    columns: [
      { metric: "words", label: "words", digits: 0 },
      { metric: "different", label: "different words", digits: 0 }
    ]
  })
})
