/** What the figures say of a claim, as data: the JSON of a table has it, the formats for people print it. */
import { Schema } from "effect"
import { PairedDifference } from "../domain/ResultTable.ts"
import { Claim } from "../domain/TableSpec.ts"

/**
 * By the paired 95 % interval of the difference from the baseline: on the claimed side of 0, on the other, around it, both
 * ends 0, or none that could tell.
 */
export const Verdict = Schema.Literals([
  "supported",
  "contradicted",
  "not borne out",
  "no difference",
  "cannot be told"
])
export type Verdict = typeof Verdict.Type

/** The verdict of one of the rows that the claim speaks of. */
export const RowVerdict = Schema.Struct({
  /** The row's id. */
  row: Schema.String,
  /** What tells it from the claim's other rows; "" where there is only one. */
  where: Schema.String,
  verdict: Verdict,
  /** Null where one of the two rows has no figures. */
  difference: Schema.NullOr(PairedDifference)
})
export type RowVerdict = typeof RowVerdict.Type

export const Finding = Schema.Struct({ claim: Claim, verdicts: Schema.Array(RowVerdict) })
export type Finding = typeof Finding.Type
