/**
 * What is behind a row: what it was given that its baseline was not, its figures by seed, curves, and every computation.
 * @jsxImportSource preact
 */
import { useEffect, useRef, useState } from "preact/hooks"
import { duration } from "../observe/Duration.ts"
import type { PageCell } from "../report/page/PageData.ts"
import { Curves } from "./Curves.tsx"
import { differenceText, plain } from "./FigureText.ts"
import { callOf, type View } from "./View.ts"

interface Props {
  readonly view: View
  /** Index of the row. */
  readonly row: number
  readonly close: () => void
}

const Differences = ({ row, view }: Pick<Props, "view" | "row">) => {
  const { table, variants } = view.data
  const variant = variants[row]
  if (variant === undefined || variant.against === null)
    return (
      <p class="quiet">
        {variant?.isBaseline === true
          ? "A baseline: other rows are compared with it."
          : table.baseline === undefined
            ? "The first row: others are told by what differs from it."
            : `No row of the baseline (${table.baseline}) agrees with it on the other axes.`}
      </p>
    )
  const other = callOf(view, table.rows[variant.against]?.labels ?? {})
    .filter(Boolean)
    .join(" · ")
  if (variant.differences.length === 0)
    return <p class="quiet">Nothing is known that tells its computations from those of {other}.</p>
  return (
    <table class="plain">
      <caption>What it was given that {other} was not</caption>
      <thead>
        <tr>
          <th scope="col">Stage</th>
          <th scope="col">Field</th>
          <th scope="col">There</th>
          <th scope="col">Here</th>
        </tr>
      </thead>
      <tbody>
        {variant.differences.map(({ from, name, stage, to }) => (
          <tr key={`${stage} ${name}`}>
            <th scope="row">{stage}</th>
            <td>{name}</td>
            <td>
              <code>{from}</code>
            </td>
            <td>
              <code>{to}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const FiguresBySeed = ({ row, view }: Pick<Props, "view" | "row">) => {
  const { columns, rows } = view.data.table
  const cells = rows[row]?.cells ?? {}
  const seeds = [...new Set(Object.values(cells).flatMap((cell) => cell.seeds))]
  return (
    <div class="scroller">
      <table class="plain figures">
        <caption>Figures by seed</caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            {seeds.map((seed) => (
              <th key={seed} scope="col">
                {seed === null ? "value" : `seed ${seed}`}
              </th>
            ))}
            <th scope="col">Mean</th>
            {view.hasDifferences && <th scope="col">Difference</th>}
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => {
            const cell = cells[column.id]
            const shown = view.columns.get(column.id)
            if (cell === undefined || shown === undefined) return null
            return (
              <tr key={column.id}>
                <th scope="row">
                  {shown.name}
                  {cell.note !== undefined && <span class="quiet"> {cell.note}</span>}
                </th>
                {seeds.map((seed) => {
                  const value = cell.values[cell.seeds.indexOf(seed)]
                  return <td key={seed}>{value === undefined ? "–" : plain(value, shown.printer)}</td>
                })}
                <td>{cell.mean === null ? "–" : plain(cell.mean, shown.printer)}</td>
                {view.hasDifferences && (
                  <td>{cell.difference === undefined ? "" : differenceText(cell.difference, shown.printer)}</td>
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** As it can be typed: in single quotes where a shell would read it otherwise. */
const typed = (cell: string): string => (/^[\w=,.@:+-]*$/.test(cell) ? cell : `'${cell.replaceAll("'", `'\\''`)}'`)

const Computations = ({ cells, view }: { readonly view: View; readonly cells: ReadonlyArray<PageCell> }) => {
  const [at, setAt] = useState(0)
  const cell = cells[at] ?? cells[0]
  if (cell === undefined) return null
  const nodes = cell.nodes.flatMap((index) => view.data.nodes[index] ?? [])
  const { experiment } = view.data.run
  return (
    <section>
      <h3>Computations</h3>
      {cells.length > 1 && (
        <label>
          Seed{" "}
          <select value={at} onChange={({ currentTarget }) => setAt(Number(currentTarget.value))}>
            {cells.map(({ seed }, place) => (
              <option key={seed} value={place}>
                {seed ?? "none"}
              </option>
            ))}
          </select>
        </label>
      )}
      {cell.failure !== undefined && <p class="warning">{cell.failure}</p>}
      {nodes.length === 0 ? (
        <p class="quiet">
          {view.data.run.status === "running"
            ? "Told when the run has ended."
            : "Recorded by another run, or its computations are no longer in the cache."}
        </p>
      ) : (
        <div class="scroller">
          <table class="plain">
            <caption>
              What was computed for <code>{cell.id}</code>
            </caption>
            <thead>
              <tr>
                <th scope="col">Stage</th>
                <th scope="col">From</th>
                <th scope="col">Took</th>
                <th scope="col">Key</th>
                <th scope="col">Code</th>
                <th scope="col">Artifact</th>
              </tr>
            </thead>
            <tbody>
              {nodes.map(({ artifact, code, durationMs, isCached, key, stage }) => (
                <tr key={key}>
                  <th scope="row">{stage}</th>
                  <td>{isCached ? "the cache" : "this run"}</td>
                  <td>{duration(durationMs)}</td>
                  <td>
                    <code>{key}</code>
                  </td>
                  <td>
                    <code>{code}</code>
                  </td>
                  <td>
                    <code>{artifact}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="quiet">
        <code>{`ablate show ${typed(cell.id)} --experiment ${experiment}`}</code> prints its metrics,{" "}
        <code>ablate show HASH</code> any of these artifacts or codes.
      </p>
    </section>
  )
}

export const Variant = ({ close, row, view }: Props) => {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  }, [])
  const labels = view.data.table.rows[row]?.labels ?? {}
  const [main, rest] = callOf(view, labels)
  const cells = view.data.cells.filter((cell) => cell.row === row)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a dialog closes by Escape itself
    <dialog
      class="variant"
      ref={dialog}
      aria-labelledby="variant-title"
      onClose={close}
      onClick={({ currentTarget, target }) => {
        if (target === currentTarget) currentTarget.close()
      }}
    >
      <div class="inside">
        <button type="button" class="close" onClick={() => dialog.current?.close()}>
          Close
        </button>
        <h2 id="variant-title">
          {main === "" ? view.data.run.experiment : main} {rest !== "" && <span class="quiet">{rest}</span>}
        </h2>
        <Differences view={view} row={row} />
        <FiguresBySeed view={view} row={row} />
        <Curves cells={cells} />
        <Computations view={view} cells={cells} />
      </div>
    </dialog>
  )
}
