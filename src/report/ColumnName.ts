/** What a column is called in a sentence, where its group's heading does not stand above it. */
import type { TableColumn } from "../domain/ResultTable.ts"

/** `fear × gender F`; as short as it is, where the column has no group. */
export const columnName = ({ group, label }: Pick<TableColumn, "group" | "label">): string =>
  group === undefined ? label : `${group} ${label}`
