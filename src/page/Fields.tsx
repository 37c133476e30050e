/**
 * What a row shows: one field a column, or, of a column that is looked at by itself, one field a statistic.
 * @jsxImportSource preact
 */
import type { ComponentChildren } from "preact"
import type { ReportCell, ReportRow } from "../report/ReportTable.ts"
import type { Choice } from "./Arrangement.ts"
import { columnsOf } from "./Arrangement.ts"
import { differenceText, interval, plain, probability, signed, toneOf, toneWords } from "./FigureText.ts"
import { type ColumnView, headingOf, type View } from "./View.ts"
import { Whisker } from "./Whisker.tsx"

export interface Field {
  readonly id: string
  readonly heading: string
  readonly group: string
  /** The table's column whose figures the rows are sorted by. */
  readonly column: ColumnView
  readonly isWide?: boolean
  readonly print: (cell: ReportCell | undefined, row: ReportRow) => ComponentChildren
}

const Missing = () => (
  <span class="quiet">
    <span aria-hidden="true">–</span>
    <span class="unseen">no figure</span>
  </span>
)

const spread = (cell: ReportCell, { printer }: ColumnView) =>
  cell.sd === null ? null : <span class="quiet"> ±{plain(cell.sd, printer)}</span>

/** The figure of one column, and beneath it where its difference from the baseline lies. */
const overall = (view: View, shown: ColumnView, choice: Choice) => (cell: ReportCell | undefined) => {
  if (cell === undefined || cell.mean === null) return <Missing />
  const { difference } = cell
  const tone = toneOf(cell, shown.column)
  const hasDifference = choice.shown === "differences"
  return (
    <>
      <span class={`figure ${tone}${cell.best === true ? " best" : ""}`}>
        {hasDifference ? (
          difference === undefined ? (
            <Missing />
          ) : (
            signed(difference.mean, shown.printer)
          )
        ) : (
          <>
            {plain(cell.mean, shown.printer)}
            {spread(cell, shown)}
          </>
        )}
        {cell.best === true && <span class="unseen"> best of its column</span>}
        {cell.note !== undefined && <sup aria-hidden="true">†</sup>}
      </span>
      {cell.reference !== undefined && !hasDifference && (
        <span class="reference">
          <span class="unseen">{view.data.table.referenceLabel ?? "reference"} </span>
          {plain(cell.reference, shown.printer)}
          {cell.referenceMark !== undefined && "!"}
        </span>
      )}
      {difference !== undefined && (
        <>
          <Whisker scale={shown.differences} mean={difference.mean} interval={difference.ci95} tone={tone} />
          {tone !== "same" && <span class="unseen">{toneWords[tone]}</span>}
        </>
      )}
    </>
  )
}

/** `+.031`: under a column's heading, what it could have shown. */
const couldShow = ({ column: { smallest }, printer }: ColumnView): string =>
  typeof smallest === "number" ? `, from ${plain(smallest, printer)} on` : ""

const statistics = (view: View, shown: ColumnView): ReadonlyArray<Field> => {
  const { printer } = shown
  const field = (
    id: string,
    heading: string,
    print: (cell: ReportCell) => ComponentChildren | null,
    isWide = false
  ): Field => ({
    id,
    heading,
    group: "",
    column: shown,
    isWide,
    print: (cell) => (cell === undefined ? <Missing /> : (print(cell) ?? <Missing />))
  })
  const difference = (
    id: string,
    heading: string,
    text: (of: NonNullable<ReportCell["difference"]>) => string | null
  ) => field(id, heading, (cell) => (cell.difference === undefined ? null : text(cell.difference)))
  const cells = view.data.table.rows.flatMap(({ cells }) => cells[shown.column.id] ?? [])
  const has = (test: (cell: ReportCell) => boolean) => cells.some(test)
  return [
    field("mean", "mean ± sd", (cell) =>
      cell.mean === null ? null : (
        <span class={`figure ${toneOf(cell, shown.column)}`}>
          {plain(cell.mean, printer)}
          {spread(cell, shown)}
        </span>
      )
    ),
    field(
      "drawn",
      "each seed, mean and interval",
      (cell) =>
        cell.mean === null ? null : (
          <Whisker scale={shown.means} mean={cell.mean} interval={cell.ci95} tone="same" values={cell.values} />
        ),
      true
    ),
    field("ci", "95 % interval", (cell) =>
      cell.ci95 === null ? null : interval(cell.ci95, (value) => plain(value, printer))
    ),
    field("n", "n", (cell) => String(cell.n)),
    ...(has(({ reference }) => reference !== undefined)
      ? [
          field("reference", view.data.table.referenceLabel ?? "reference", (cell) =>
            cell.reference === undefined ? null : plain(cell.reference, printer)
          )
        ]
      : []),
    ...(has((cell) => cell.difference !== undefined)
      ? [
          field(
            "drawn-difference",
            `difference from the baseline${couldShow(shown)}`,
            (cell) =>
              cell.difference === undefined ? null : (
                <Whisker
                  scale={shown.differences}
                  mean={cell.difference.mean}
                  interval={cell.difference.ci95}
                  tone={toneOf(cell, shown.column)}
                />
              ),
            true
          ),
          difference("difference", "difference [95 %]", (of) => differenceText(of, printer)),
          difference("p", "p, sign flip", ({ p }) => (p === null ? null : probability(p)))
        ]
      : []),
    ...(has((cell) => (cell.difference?.pHolm ?? null) !== null)
      ? [
          difference("holm", "p, Holm", ({ pHolm }) =>
            pHolm === null || pHolm === undefined ? null : probability(pHolm)
          )
        ]
      : []),
    ...(has((cell) => (cell.difference?.effect ?? null) !== null)
      ? [
          difference("effect", "effect (g)", ({ effect }) =>
            effect === null || effect === undefined ? null : effect.toFixed(2).replace("-", "−")
          )
        ]
      : [])
  ]
}

/** The fields of every row. `metric`: the column that is looked at by itself, or "". */
export const fieldsOf = (view: View, choice: Choice, metric: string): ReadonlyArray<Field> => {
  const single = view.columns.get(metric)
  if (single !== undefined) return statistics(view, single)
  return columnsOf(view.data.table, choice).flatMap((column) => {
    const shown = view.columns.get(column.id)
    if (shown === undefined) return []
    const field: Field = {
      id: column.id,
      heading: headingOf(column),
      group: column.group ?? "",
      column: shown,
      print: overall(view, shown, choice)
    }
    return [field]
  })
}
