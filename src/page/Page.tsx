/**
 * The whole page: what it says first, then the table, then what is behind it.
 * @jsxImportSource preact
 */
import { useEffect, useMemo, useState } from "preact/hooks"
import { legend } from "../report/format/Figures.ts"
import type { PageData } from "../report/page/PageData.ts"
import { type Choice, everything, rowsOf } from "./Arrangement.ts"
import { Findings } from "./Findings.tsx"
import { Masthead } from "./Masthead.tsx"
import { ResultsTable } from "./ResultsTable.tsx"
import { Pictures, Pipeline, Provenance } from "./Sections.tsx"
import { TableControls } from "./TableControls.tsx"
import { Variant } from "./Variant.tsx"
import { make, type View } from "./View.ts"

const themes = ["auto", "light", "dark"] as const
type Theme = (typeof themes)[number]

const Navigation = ({ view }: { readonly view: View }) => {
  const [theme, setTheme] = useState<Theme>("auto")
  const parts = ["findings", "table", ...(view.data.figures.length > 0 ? ["figures"] : []), "pipeline", "provenance"]
  return (
    <nav aria-label="Parts of the page">
      <ul>
        {parts.map((part) => (
          <li key={part}>
            <a href={`#${part}`}>{part.replace(/^./, (letter) => letter.toUpperCase())}</a>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="theme needs-script"
        onClick={() => {
          const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "auto"
          setTheme(next)
          document.documentElement.dataset.theme = next
        }}
      >
        Colours: {theme}
      </button>
    </nav>
  )
}

/** What stands in the page for the signs of other formats. */
const SIGNS = { differs: "In colour: differs from", flawed: "! marks one that contradicts itself" }

const Table = ({ open, view }: { readonly view: View; readonly open: (row: number) => void }) => {
  const { notes, table } = view.data
  const { effectLines = [] } = table
  const [choice, setChoice] = useState<Choice>(everything)
  const [metric, setMetric] = useState("")
  const choose = (change: Partial<Choice>) => setChoice((before) => ({ ...before, ...change }))
  const rows = useMemo(() => rowsOf(table, choice).length, [table, choice])
  return (
    <section id="table" aria-labelledby="table-title">
      <h2 id="table-title">Table</h2>
      <TableControls view={view} choice={choice} choose={choose} metric={metric} setMetric={setMetric} rows={rows} />
      <ResultsTable view={view} choice={choice} choose={choose} metric={metric} open={open} />
      <p class="quiet needs-script keys">
        {view.hasDifferences &&
          "Under a figure: its difference from the baseline with the 95 % interval, on one scale for the column. "}
        Arrow keys move from cell to cell and show the values by seed; Enter opens what is behind a row.
      </p>
      {effectLines.length > 0 && (
        <ul class="notes effects">
          {effectLines.map((text, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same line, and lines never move
            <li key={at} class={text.startsWith("· ") ? "part" : undefined}>
              {text.replace(/^· /, "")}
            </li>
          ))}
        </ul>
      )}
      <div class="notes">
        {legend(table, SIGNS).map((text) => (
          <p key={text}>{text}</p>
        ))}
        {table.caption
          .filter((text) => !table.sources.includes(text))
          .map((text) => (
            <p key={text}>{text}</p>
          ))}
        {notes.length > 0 && (
          <details open={notes.length <= 6}>
            <summary>{notes.length === 1 ? "One note" : `${notes.length} notes`}</summary>
            <ul>
              {notes.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  )
}

/** The row that the address names: `#row=…`. */
const rowOfAddress = ({ data: { table } }: View): number | null => {
  const id = /^#row=(.*)$/.exec(window.location.hash)?.[1]
  const at = id === undefined ? -1 : table.rows.findIndex((row) => encodeURIComponent(row.id) === id)
  return at < 0 ? null : at
}

export const Page = ({ data }: { readonly data: PageData }) => {
  const view = useMemo(() => make(data), [data])
  const [opened, setOpened] = useState<number | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is read once, when the page is there
  useEffect(() => setOpened(rowOfAddress(view)), [])
  const open = (row: number | null) => {
    const id = row === null ? undefined : data.table.rows[row]?.id
    window.history.replaceState(null, "", id === undefined ? "#table" : `#row=${encodeURIComponent(id)}`)
    setOpened(row)
  }
  return (
    <>
      <a class="skip" href="#table">
        To the table
      </a>
      <Navigation view={view} />
      <main>
        <Masthead view={view} />
        <Findings view={view} />
        <Table view={view} open={open} />
        <Pictures view={view} />
        <Pipeline view={view} />
        <Provenance view={view} />
      </main>
      <footer>
        <p>
          Made by Ablate {data.run.environment.ablate} from run {data.run.id}.
        </p>
      </footer>
      {opened !== null && <Variant key={opened} view={view} row={opened} close={() => open(null)} />}
    </>
  )
}
