/** A table's specification, typed by the axes and metrics it names. */
import type { Aggregates, Claim, ColumnSpec, Effects, Headline, TableSpec } from "../domain/TableSpec.ts"
import { DeclarationError } from "./DeclarationError.ts"

/** A column of one metric. */
export interface Column<Metric extends string> extends ColumnSpec {
  readonly metric: Metric
  readonly beside?: { readonly metric: Metric; readonly label: string }
}

/** A claim whose metric and axes are those of the table. */
export interface TypedClaim<Axis extends string, Metric extends string> extends Claim {
  readonly metric: Metric
  readonly labels: { readonly [A in Axis]?: string } & { readonly [axis: string]: string }
}

/** `TableSpec` whose row axes and metrics are types: what no grid or stage has does not compile. */
export interface Table<Axis extends string, Metric extends string> extends TableSpec {
  readonly rows: ReadonlyArray<Axis>
  readonly columns: ReadonlyArray<Column<Metric>>
  readonly claims?: ReadonlyArray<TypedClaim<Axis, Metric>>
  readonly headline?: Headline & { readonly columns: ReadonlyArray<Metric> }
  readonly aggregates?: Aggregates & { readonly tasks?: ReadonlyArray<Axis> }
  readonly effects?: Effects & { readonly factors: ReadonlyArray<Axis> }
}

/** Labels that are given. */
const given = (labels: { readonly [axis: string]: string | undefined }): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([axis, value]) => (value === undefined ? [] : [[axis, value] as const]))
  )

const checkFactors = ({ effects, rows, title }: Pick<TableSpec, "effects" | "rows" | "title">) => {
  if (effects === undefined) return
  const refuse = (problem: string) => {
    throw new DeclarationError({ subject: `table "${title}"`, problem: `effects: ${problem}` })
  }
  if (effects.factors.length === 0) refuse(`name at least one factor among the row axes; they are ${rows.join(", ")}`)
  for (const [at, axis] of effects.factors.entries()) {
    if (!rows.includes(axis)) refuse(`the factor "${axis}" is no row axis of the table; they are ${rows.join(", ")}`)
    if (effects.factors.indexOf(axis) !== at) refuse(`the factor "${axis}" is named twice`)
  }
}

/**
 * Declares a table. Defaults: no caption; a headline of the first columns that fit. The headline names columns of the
 * table: others do not compile, or throw a {@link DeclarationError} where the columns are only known at run time.
 */
export const make = <const Axis extends string, const Metric extends string, const Beside extends string = never>(
  spec: Omit<
    Table<Axis, Metric>,
    "caption" | "baseline" | "columns" | "headline" | "claims" | "aggregates" | "effects"
  > & {
    readonly columns: ReadonlyArray<
      Omit<Column<Metric>, "beside"> & { readonly beside?: { readonly metric: Beside; readonly label: string } }
    >
    readonly claims?: ReadonlyArray<TypedClaim<Axis, NoInfer<Metric>>>
    readonly headline?: {
      readonly columns: ReadonlyArray<NoInfer<Metric>>
      readonly where?: { readonly [A in NoInfer<Axis>]?: string }
    }
    readonly aggregates?: Aggregates & { readonly tasks?: ReadonlyArray<NoInfer<Axis>> }
    readonly effects?: Effects & { readonly factors: ReadonlyArray<NoInfer<Axis>> }
    readonly caption?: ReadonlyArray<string>
    readonly baseline?: { readonly [A in Axis]?: string }
  }
): Table<Axis, Metric | Beside> => {
  const { baseline, caption, headline, ...rest } = spec
  const labels = given(baseline ?? {})
  for (const metric of headline?.columns ?? [])
    if (!spec.columns.some((column) => column.metric === metric))
      throw new DeclarationError({
        subject: `table "${spec.title}"`,
        problem: `the headline's column "${metric}" is no column of the table; they are ${spec.columns.map((column) => column.metric).join(", ")}`
      })
  for (const axis of spec.aggregates?.tasks ?? [])
    if (!spec.rows.includes(axis))
      throw new DeclarationError({
        subject: `table "${spec.title}"`,
        problem: `aggregates: the task axis "${axis}" is no row axis of the table; they are ${spec.rows.join(", ")}`
      })
  checkFactors(spec)
  return {
    ...rest,
    caption: caption ?? [],
    ...(Object.keys(labels).length === 0 ? {} : { baseline: labels }),
    ...(headline === undefined
      ? {}
      : {
          headline: {
            columns: headline.columns,
            ...(headline.where === undefined ? {} : { where: given(headline.where) })
          }
        })
  }
}
