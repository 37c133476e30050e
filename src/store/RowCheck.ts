/**
 * The check that a row carries over its other columns. An artifact is named by its content; a row is not, and a bit that
 * flips in one would be another row. It guards against damage, not against malice: 52 bits are enough, and under a microsecond.
 */
import { hash } from "node:crypto"

export type Column = string | number | bigint | null | Uint8Array

/** Hexadecimal digits of the hash that are kept: as many as an integer of a database and of JavaScript both hold. */
const digits = 13

const textOf = (column: Column): Column => (column instanceof Uint8Array ? hash("sha256", column) : column)

/** The check of a row: over its table's name, then its columns in their order. Of a blob its content's hash counts. */
export const rowCheck = (...columns: ReadonlyArray<Column>): number =>
  Number.parseInt(hash("sha256", columns.map(textOf).join("\0")).slice(0, digits), 16)

/** The name of {@link rowCheck} as a function of SQL. */
export const rowCheckSql = "row_check"

export interface CheckedRows {
  /**
   * The value of a row that was found by the columns `by`, where the row's check over both holds. One that does not
   * counts as not there, and is told at the end.
   */
  checked<A extends Column>(
    table: string,
    by: ReadonlyArray<Column>,
    row: readonly [value: A, check: number] | undefined
  ): A | undefined
  /** What was noted, a sentence a table. */
  damage(): ReadonlyArray<string>
}

/** `place` is where the rows are, as the sentences name it. */
export const checkedRows = (place: string): CheckedRows => {
  const dropped = new Map<string, number>()
  return {
    checked: (table, by, row) => {
      if (row === undefined) return undefined
      const [value, check] = row
      if (rowCheck(table, ...by, value) === check) return value
      dropped.set(table, (dropped.get(table) ?? 0) + 1)
      return undefined
    },
    damage: () =>
      [...dropped].map(
        ([table, rows]) =>
          `damage in ${place}: ${rows} row${rows === 1 ? "" : "s"} of ${table} did not check and ${rows === 1 ? "was" : "were"} not used. Run \`ablate doctor\` to see how much is damaged`
      )
  }
}
