/** What the figures say of a claim, as data: the JSON of a table has it, the formats for people print it. */
import { Schema } from "effect"
import { PairedDifference } from "../domain/ResultTable.ts"
import { Claim } from "../domain/TableSpec.ts"
import { VERDICTS } from "./Verdicts.ts"

/**
 * By the paired 95 % interval of the difference from the baseline: on the claimed side of 0, on the other, around it.
 * `cannot be said`: figures equal in all seeds, undefined in some, too few seeds, or too few rows behind them.
 */
export const Verdict = Schema.Literals(VERDICTS)
export type Verdict = typeof Verdict.Type

/** The verdict of one of the rows that the claim speaks of. */
export const RowVerdict = Schema.Struct({
  /** The row's id. */
  row: Schema.String,
  /** What tells it from the claim's other rows; "" where there is only one. */
  where: Schema.String,
  verdict: Verdict,
  /** Null where one of the two rows has no figures. */
  difference: Schema.NullOr(PairedDifference),
  /** Why it cannot be said. */
  why: Schema.optionalKey(Schema.String),
  /** Of one not shown: seeds that would show a difference of the size that was found, with 80 % power; null above 1000. */
  seedsNeeded: Schema.optionalKey(Schema.NullOr(Schema.Int))
})
export type RowVerdict = typeof RowVerdict.Type

export const Finding = Schema.Struct({ claim: Claim, verdicts: Schema.Array(RowVerdict) })
export type Finding = typeof Finding.Type
