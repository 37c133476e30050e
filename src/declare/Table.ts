/** A table's specification, typed by the axes and metrics it names. */
import type { Claim, ColumnSpec, TableSpec } from "../domain/TableSpec.ts"

export interface Column<Metric extends string> extends ColumnSpec {
  readonly metric: Metric
  readonly beside?: { readonly metric: Metric; readonly label: string }
}

export interface TypedClaim<Axis extends string, Metric extends string> extends Claim {
  readonly metric: Metric
  readonly labels: { readonly [A in Axis]?: string } & { readonly [axis: string]: string }
}

/** `TableSpec` whose row axes and metrics are types: what no grid or stage has does not compile. */
export interface Table<Axis extends string, Metric extends string> extends TableSpec {
  readonly rows: ReadonlyArray<Axis>
  readonly columns: ReadonlyArray<Column<Metric>>
  readonly claims?: ReadonlyArray<TypedClaim<Axis, Metric>>
}

/** Declares a table. Defaults: no caption. */
export const make = <const Axis extends string, const Metric extends string>(
  spec: Omit<Table<Axis, Metric>, "caption" | "baseline"> & {
    readonly caption?: ReadonlyArray<string>
    readonly baseline?: { readonly [A in Axis]?: string }
  }
): Table<Axis, Metric> => {
  const { baseline, caption, ...rest } = spec
  const labels = Object.entries<string | undefined>(baseline ?? {}).flatMap(([axis, value]) =>
    value === undefined ? [] : [[axis, value] as const]
  )
  return {
    ...rest,
    caption: caption ?? [],
    ...(labels.length === 0 ? {} : { baseline: Object.fromEntries(labels) })
  }
}
