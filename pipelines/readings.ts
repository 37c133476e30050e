/** One reading of the paper: the whole of Table 3 under it, and how near that comes to the print. */
import { Pipeline } from "ablate"
import { Schema } from "effect"
import { PrintedRow } from "../stages/metrics/PrintedDistance.ts"
import { comparedWithPrint, distanceToPrint } from "../stages/metrics/printedStages.ts"
import { emotion } from "./emotion.ts"

const Params = Schema.Struct({
  /** The table's rows, in the order of the print. */
  rows: Schema.Array(emotion.params),
  printed: Schema.Array(PrintedRow),
  /** Whether rows without a race count in the posterior of a race. */
  denominator: Schema.Literals(["exclude", "include"])
})

export const reading = Pipeline.make("reading", Params, ({ denominator, printed, rows }) => {
  const built = rows.map((row) => emotion.build(row))
  const [first] = built
  const compared = comparedWithPrint.node({ tables: built.map(({ metrics }) => metrics) }, { printed, denominator })
  return {
    compared,
    metrics: distanceToPrint.node({ compared }),
    ...(first === undefined ? {} : { notes: first.notes })
  }
})
