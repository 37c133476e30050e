/** What a column is called in a sentence, where its group's heading does not stand above it. */
import type { TableColumn } from "../domain/ResultTable.ts"

/** `accuracy test` of the column "test" in the group "accuracy". */
export const columnName = ({ group, label }: Pick<TableColumn, "group" | "label">): string =>
  group === undefined ? label : `${group} ${label}`
