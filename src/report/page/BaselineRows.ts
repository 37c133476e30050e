/** Which row of a table each row is to be seen beside. */
import type { ReportTable } from "../ReportTable.ts"

/** For every row the index of its baseline's row, its own among them; of a table without a baseline, of the first row. Null where there is none. */
export const baselineRows = (
  { axes, rows }: Pick<ReportTable, "axes" | "rows">,
  baseline: Readonly<Record<string, string>> | undefined
): ReadonlyArray<number | null> => {
  const idOf = (labels: Readonly<Record<string, string>>) => JSON.stringify(axes.map((axis) => labels[axis] ?? ""))
  const places = new Map(rows.map(({ labels }, at) => [idOf(labels), at]))
  return rows.map(({ labels }) => (baseline === undefined ? 0 : (places.get(idOf({ ...labels, ...baseline })) ?? null)))
}
