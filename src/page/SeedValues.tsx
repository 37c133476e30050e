/**
 * The figures behind a cell of the table, seed by seed, beside the cell that the pointer or the focus is on.
 * @jsxImportSource preact
 */
import type { ReportCell } from "../report/ReportTable.ts"
import { differenceText, interval, plain, probability, toneOf, toneWords } from "./FigureText.ts"
import type { ColumnView, View } from "./View.ts"
import { Whisker } from "./Whisker.tsx"

export const SEED_VALUES = "seed-values"

/** As the style has it, in pixels. */
export const TOOLTIP_WIDTH = 340

interface Props {
  readonly view: View
  readonly column: ColumnView
  readonly cell: ReportCell
  readonly name: string
  readonly place: { readonly left: number; readonly top: number }
}

/** Values that are listed one by one; more are only drawn. */
const LISTED = 12

export const SeedValues = ({ cell, column, name, place, view }: Props) => {
  const { printer } = column
  const { difference } = cell
  const p = difference?.pHolm ?? difference?.p ?? null
  return (
    <div class="seed-values" id={SEED_VALUES} role="tooltip" style={{ left: `${place.left}px`, top: `${place.top}px` }}>
      <p class="of">
        {name} <span class="quiet">{column.name}</span>
      </p>
      {cell.mean !== null && (
        <Whisker scale={column.means} mean={cell.mean} interval={cell.ci95} tone="same" values={cell.values} />
      )}
      <dl>
        {cell.values.slice(0, LISTED).map((value, at) => (
          <div key={cell.seeds[at] ?? at}>
            <dt>{cell.seeds[at] === null || cell.seeds[at] === undefined ? "value" : `seed ${cell.seeds[at]}`}</dt>
            <dd>
              {plain(value, printer)}
              {cell.sizes?.[at] !== undefined && <span class="quiet"> of {cell.sizes[at]}</span>}
            </dd>
          </div>
        ))}
        {cell.values.length > LISTED && (
          <div>
            <dt>and</dt>
            <dd>{cell.values.length - LISTED} more</dd>
          </div>
        )}
        {cell.ci95 !== null && (
          <div>
            <dt>95 % interval{cell.interval !== undefined && <span> over {cell.interval.covers}</span>}</dt>
            <dd>{interval(cell.ci95, (value) => plain(value, printer))}</dd>
          </div>
        )}
        {cell.reference !== undefined && (
          <div>
            <dt>{view.data.table.referenceLabel ?? "reference"}</dt>
            <dd>{plain(cell.reference, printer)}</dd>
          </div>
        )}
        {difference !== undefined && (
          <div>
            <dt>difference</dt>
            <dd>
              {differenceText(difference, printer)}
              {p !== null && (
                <span class="quiet">
                  {" "}
                  p {p < 0.001 ? "" : "= "}
                  {probability(p)}
                </span>
              )}
            </dd>
          </div>
        )}
      </dl>
      {difference !== undefined && <p class="quiet">{toneWords[toneOf(cell, column.column)]}</p>}
      {cell.note !== undefined && <p class="quiet">{cell.note}</p>}
      {cell.referenceMark !== undefined && <p class="quiet">{cell.referenceMark}</p>}
    </div>
  )
}
