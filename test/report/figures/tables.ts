/** Tables to draw: built as a run's are, from what each cell measured. */

import type { Better } from "../../../src/domain/ResultTable.ts"
import type { TableSpec } from "../../../src/domain/TableSpec.ts"
import { buildTable } from "../../../src/report/BuildTable.ts"
import type { ReportTable } from "../../../src/report/ReportTable.ts"

/** One variant: its labels, and its figures by metric, one a seed; null where a figure is undefined. */
export interface Variant {
  readonly labels: Readonly<Record<string, string>>
  readonly figures: Readonly<Record<string, ReadonlyArray<number | null>>>
}

export interface Columns {
  readonly [metric: string]: Better | null
}

export const tableOf = (
  variants: ReadonlyArray<Variant>,
  columns: Columns,
  baseline?: Readonly<Record<string, string>>
): ReportTable => {
  const spec: TableSpec = {
    title: "T",
    rows: Object.keys(variants[0]?.labels ?? {}),
    columns: Object.entries(columns).map(([metric, better]) => ({
      metric,
      label: metric,
      ...(better === null ? {} : { better })
    })),
    sources: ["Stand-in data: made up."],
    caption: [],
    ...(baseline === undefined ? {} : { baseline })
  }
  const cells = variants.flatMap(({ figures, labels }) => {
    const seeds = Math.max(...Object.values(figures).map((values) => values.length))
    return Array.from({ length: seeds }, (_, seed) => ({
      labels,
      seed,
      outputs: "",
      metrics: Object.fromEntries(
        Object.entries(figures).map(([metric, values]) => {
          const value = values[seed] ?? null
          return [metric, value === null ? { value, note: "no row" } : { value }] as const
        })
      )
    }))
  })
  const table = buildTable(spec, cells, { experiment: "t", runId: null })
  // A table that is built by an older rule says nothing of which way is better.
  return {
    ...table,
    columns: table.columns.map((column) => {
      const better = columns[column.id]
      return better === undefined || better === null ? column : { ...column, better }
    })
  }
}

/** What every figure says by default. */
export const common = { file: "f.svg", title: "A figure", subtitle: [], width: 174, where: {} } as const
