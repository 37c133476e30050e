/**
 * What a reader chooses of the table: rows, columns, one column by itself; and copies of what is shown.
 * @jsxImportSource preact
 */
import { useState } from "preact/hooks"
import { toCsv } from "../report/format/Csv.ts"
import { columnGroups } from "../report/format/Figures.ts"
import { toLatex } from "../report/format/Latex.ts"
import { toMarkdown } from "../report/format/Markdown.ts"
import type { ReportTable } from "../report/ReportTable.ts"
import { type Choice, choices, everything, partOf } from "./Arrangement.ts"
import { count, headingOf, nameOf, type View } from "./View.ts"

interface Props {
  readonly view: View
  readonly choice: Choice
  readonly choose: (change: Partial<Choice>) => void
  readonly metric: string
  readonly setMetric: (metric: string) => void
  /** How many rows the choice leaves. */
  readonly rows: number
}

const formats: ReadonlyArray<readonly [name: string, print: (table: ReportTable) => string]> = [
  ["LaTeX", toLatex],
  ["CSV", toCsv],
  ["Markdown", toMarkdown]
]

const Copy = ({ part }: { readonly part: () => ReportTable }) => {
  const [copied, setCopied] = useState<string>("")
  const [byHand, setByHand] = useState<string | null>(null)
  const copy = (name: string, text: string) => {
    const refused = () => setByHand(text)
    // A page that is opened from a disk may not write to the clipboard in every browser.
    if (navigator.clipboard === undefined) refused()
    else navigator.clipboard.writeText(text).then(() => setCopied(name), refused)
  }
  return (
    <fieldset class="copy">
      <legend>Copy as</legend>
      {formats.map(([name, print]) => (
        <button key={name} type="button" onClick={() => copy(name, print(part()))}>
          {name}
        </button>
      ))}
      <span class="quiet" role="status">
        {copied !== "" && `${copied} copied`}
      </span>
      {byHand !== null && (
        <label class="by-hand">
          The browser does not let this page copy. Copy by hand:
          <textarea readOnly rows={6} value={byHand} ref={(area) => area?.select()} />
          <button type="button" onClick={() => setByHand(null)}>
            Close
          </button>
        </label>
      )}
    </fieldset>
  )
}

const Columns = ({ choice, choose, view }: Pick<Props, "view" | "choice" | "choose">) => {
  const { table } = view.data
  const toggle = (id: string) =>
    choose({
      hidden: choice.hidden.includes(id) ? choice.hidden.filter((each) => each !== id) : [...choice.hidden, id]
    })
  const shown = table.columns.length - choice.hidden.length
  return (
    <details class="columns">
      <summary>
        Columns <span class="quiet">{`${shown} of ${table.columns.length}`}</span>
      </summary>
      <div class="panel">
        <p>
          <button type="button" onClick={() => choose({ hidden: [] })}>
            All
          </button>{" "}
          <button type="button" onClick={() => choose({ hidden: table.columns.slice(1).map(({ id }) => id) })}>
            Only the first
          </button>
        </p>
        {columnGroups(table).map(({ columns, heading }) => (
          <fieldset key={columns[0]}>
            <legend>{heading}</legend>
            {columns.map((at) => {
              const column = table.columns[at]
              if (column === undefined) return null
              return (
                <label key={column.id}>
                  <input
                    type="checkbox"
                    checked={!choice.hidden.includes(column.id)}
                    onChange={() => toggle(column.id)}
                  />{" "}
                  {headingOf(column)}
                </label>
              )
            })}
          </fieldset>
        ))}
      </div>
    </details>
  )
}

const SHOWN = [
  ["means", "Means"],
  ["differences", "Differences"]
] as const

export const TableControls = ({ choice, choose, metric, rows, setMetric, view }: Props) => {
  const { table } = view.data
  const isNarrowed = rows < table.rows.length
  return (
    <section class="controls needs-script" aria-label="What the table shows">
      <label>
        Find rows
        <input
          type="search"
          placeholder={`e.g. ${view.mainAxis}=…`}
          value={choice.search}
          onInput={({ currentTarget }) => choose({ search: currentTarget.value })}
        />
      </label>
      {choices(table).map(([axis, labels]) => (
        <label key={axis}>
          {axis}
          <select
            value={choice.labels[axis] ?? ""}
            onChange={({ currentTarget: { value } }) => {
              const { [axis]: _, ...others } = choice.labels
              choose({ labels: value === "" ? others : { ...others, [axis]: value } })
            }}
          >
            <option value="">all</option>
            {labels.map((label) => (
              <option key={label} value={label}>
                {label}
              </option>
            ))}
          </select>
        </label>
      ))}
      <label>
        Metric
        <select value={metric} onChange={({ currentTarget }) => setMetric(currentTarget.value)}>
          <option value="">all columns</option>
          {table.columns.map((column) => (
            <option key={column.id} value={column.id}>
              {nameOf(column)}
            </option>
          ))}
        </select>
      </label>
      {view.hasDifferences && (
        <fieldset class="shown">
          <legend>Figures</legend>
          {SHOWN.map(([shown, name]) => (
            <label key={shown}>
              <input type="radio" name="shown" checked={choice.shown === shown} onChange={() => choose({ shown })} />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      {view.hasDifferences && (
        <label class="check">
          <input
            type="checkbox"
            checked={choice.onlyDiffering}
            onChange={({ currentTarget }) => choose({ onlyDiffering: currentTarget.checked })}
          />
          Only rows that differ
        </label>
      )}
      {metric === "" && <Columns view={view} choice={choice} choose={choose} />}
      <Copy
        part={() =>
          partOf(
            table,
            metric === ""
              ? choice
              : { ...choice, hidden: table.columns.flatMap(({ id }) => (id === metric ? [] : [id])) }
          )
        }
      />
      <p class="found" role="status">
        {isNarrowed ? `${count(rows)} of ${count(table.rows.length)} rows` : `${count(rows)} rows`}
        {(isNarrowed || choice.hidden.length > 0 || choice.order.by !== null) && (
          <button type="button" class="link" onClick={() => choose(everything)}>
            Show everything
          </button>
        )}
      </p>
    </section>
  )
}
