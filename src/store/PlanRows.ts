/** A plan that is known as a whole, as a row holds it. */
import { rowCheck } from "./RowCheck.ts"

export interface PlanRow {
  readonly cells: string
  readonly keys: string
  readonly artifacts: Uint8Array
  readonly row_check: number
}

/** What is wrong in a row must not answer for ten thousand nodes. */
export const checkOf = (id: string, { artifacts, cells, keys }: Omit<PlanRow, "row_check">): number =>
  rowCheck("plans", id, cells, keys, artifacts)

/** The row where it checks. */
export const wholeOf = (id: string, row: PlanRow | undefined): PlanRow | undefined =>
  row !== undefined && checkOf(id, row) === row.row_check ? row : undefined
