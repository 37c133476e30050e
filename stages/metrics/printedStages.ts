/** The stages that hold a whole table of the emotion study to the printed one. */
import { Artifact, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { EMOTION_FIGURES } from "./EmotionFigures.ts"
import { ComparedFigure, comparedFigures, DISTANCE_FIGURES, distanceFigures, PrintedRow } from "./PrintedDistance.ts"

/** Rows of figures and rows of print that are not as many. */
export class RowsOfPrint extends Schema.TaggedError<RowsOfPrint>()("RowsOfPrint", {
  found: Schema.Int,
  expected: Schema.Int
}) {
  override get message() {
    return `input "tables": found the figures of ${this.found} rows, expected ${this.expected}, one for each printed row`
  }
}

/** Every printed figure beside ours. `tables`: the figures of the rows, in the order of the print. */
export const comparedWithPrint = Stage.make("metrics/compared-with-print", {
  config: Schema.Struct({ printed: Schema.Array(PrintedRow), denominator: Schema.Literals(["exclude", "include"]) }),
  inputs: { tables: Artifact.list(Artifact.metrics(EMOTION_FIGURES)) },
  output: Artifact.table(ComparedFigure),
  run: ({ tables }, { denominator, printed }) =>
    tables.length === printed.length
      ? Effect.succeed(comparedFigures(printed, tables, denominator))
      : Effect.fail(new RowsOfPrint({ found: tables.length, expected: printed.length }))
})

/** What those distances come to. */
export const distanceToPrint = Stage.make("metrics/distance-to-print", {
  inputs: { compared: Artifact.table(ComparedFigure) },
  output: Artifact.metrics(DISTANCE_FIGURES),
  run: ({ compared }) => Effect.sync(() => distanceFigures(compared))
})
