/**
 * The table: a grid to be read, sorted, walked by keys, and asked for the values by seed.
 * @jsxImportSource preact
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks"
import type { Choice } from "./Arrangement.ts"
import { rowsOf, turned } from "./Arrangement.ts"
import { type Field, fieldsOf } from "./Fields.tsx"
import { moved, type Place } from "./GridKeys.ts"
import { DRAWN_ALL, ROW_HEIGHT, usePrinting, useRowWindow } from "./RowWindow.ts"
import { SEED_VALUES, SeedValues, TOOLTIP_WIDTH } from "./SeedValues.tsx"
import { callOf, type View } from "./View.ts"

interface Props {
  readonly view: View
  readonly choice: Choice
  readonly choose: (change: Partial<Choice>) => void
  readonly metric: string
  /** Opens what is behind a row of the table. */
  readonly open: (row: number) => void
}

/** Neighbouring fields under one heading. */
const groupsOf = (fields: ReadonlyArray<Field>) => {
  const groups: Array<{ readonly heading: string; readonly first: string; count: number }> = []
  for (const { group, id } of fields) {
    const last = groups.at(-1)
    if (last?.heading === group) last.count++
    else groups.push({ heading: group, first: id, count: 1 })
  }
  return groups
}

type AriaSort = "ascending" | "descending" | undefined

const arrows = { ascending: "▲", descending: "▼" } as const

const Sort = ({ sort }: { readonly sort: AriaSort }) => (
  <span class="arrow" aria-hidden="true">
    {sort === undefined ? "" : arrows[sort]}
  </span>
)

export const ResultsTable = ({ choice, choose, metric, open, view }: Props) => {
  const { table } = view.data
  const scroller = useRef<HTMLDivElement>(null)
  const isPrinting = usePrinting()
  const rows = rowsOf(table, choice)
  const fields = fieldsOf(view, choice, metric)
  const { from, to } = useRowWindow(scroller, rows.length, isPrinting)
  const [active, setActive] = useState<Place>({ row: 0, column: 0 })
  const [pointed, setPointed] = useState<Place | null>(null)
  const [asked, setAsked] = useState<{ readonly left: number; readonly top: number } | null>(null)
  const moves = useRef(false)
  const isWhole = rows.length <= DRAWN_ALL
  const groups = groupsOf(fields)
  const hasGroups = groups.some(({ heading }) => heading !== "")
  const { by, isDescending } = choice.order

  const cellAt = ({ column, row }: Place) =>
    scroller.current?.querySelector<HTMLElement>(`[data-place="${row}:${column}"]`) ?? null

  // A cell out of sight is drawn first, and has the focus then.
  useLayoutEffect(() => {
    if (!moves.current) return
    const element = scroller.current
    if (element !== null && !isWhole && active.row >= 0) {
      const top = active.row * ROW_HEIGHT
      const head = element.querySelector("thead")?.clientHeight ?? 0
      const free = element.clientHeight - head - ROW_HEIGHT
      if (top < element.scrollTop) element.scrollTop = top
      else if (top > element.scrollTop + free) element.scrollTop = top - free
    }
    const cell = cellAt(active)
    if (cell === null) return
    moves.current = false
    cell.focus({ preventScroll: false })
  })

  const show = (place: Place) => {
    const box = cellAt(place)?.getBoundingClientRect()
    if (box === undefined || place.row < 0 || place.column === 0) return
    setPointed(place)
    const width = TOOLTIP_WIDTH
    setAsked({ left: Math.max(8, Math.min(box.left, window.innerWidth - width - 8)), top: box.bottom + 4 })
  }
  const hide = () => setPointed(null)

  const sortOf = (next: NonNullable<Choice["order"]["by"]>): AriaSort =>
    by === null || JSON.stringify(by) !== JSON.stringify(next) ? undefined : isDescending ? "descending" : "ascending"
  const sortBy = (next: NonNullable<Choice["order"]["by"]>, firstDescending: boolean) =>
    choose({ order: turned(choice.order, next, firstDescending) })
  /** By a column of the grid: the rows' labels, or a field's figures, the better ones first. */
  const sortByField = (column: number) => {
    const field = fields[column - 1]
    if (field === undefined) sortBy({ axis: view.mainAxis }, false)
    else sortBy({ column: field.column.column.id }, field.column.column.better !== "lower")
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && pointed !== null) {
      hide()
      event.preventDefault()
      return
    }
    if (event.key === "Enter" || (event.key === " " && active.row < 0)) {
      const row = rows[active.row]
      if (row !== undefined) open(row)
      else if (active.row < 0) sortByField(active.column)
      event.preventDefault()
      return
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2)
    const next = moved(active, event.key, event.ctrlKey || event.metaKey, {
      rows: rows.length,
      columns: fields.length + 1,
      page
    })
    if (next === undefined) return
    event.preventDefault()
    moves.current = true
    setActive(next)
  }

  /** What every cell of the grid has. */
  const cellOf = (row: number, column: number) => ({
    "data-place": `${row}:${column}`,
    tabIndex: active.row === row && active.column === column ? 0 : -1,
    onFocus: () => {
      setActive({ row, column })
      show({ row, column })
    },
    onBlur: hide,
    ...(pointed?.row === row && pointed.column === column ? { "aria-describedby": SEED_VALUES } : {})
  })

  const shownCell = (place: Place) => {
    const row = table.rows[rows[place.row] ?? -1]
    const field = fields[place.column - 1]
    const cell = field === undefined ? undefined : row?.cells[field.column.column.id]
    if (row === undefined || field === undefined || cell === undefined || asked === null) return null
    const name = callOf(view, row.labels).filter(Boolean).join(" · ")
    return <SeedValues view={view} column={field.column} cell={cell} name={name} place={asked} />
  }

  const space = (height: number) =>
    height > 0 && (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it stands for rows that are not drawn
      <tr role="presentation" class="space">
        <td role="presentation" colSpan={fields.length + 1} style={{ height: `${height}px` }} />
      </tr>
    )

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only what the pointer has left is put away here */}
      <div
        class={`scroller ${isWhole ? "" : "windowed"}`}
        ref={scroller}
        style={{ "--row": `${ROW_HEIGHT}px` }}
        onScroll={hide}
        onMouseLeave={hide}
      >
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table that is walked by keys is a grid
          role="grid"
          aria-labelledby="table-title"
          aria-rowcount={rows.length + (hasGroups ? 2 : 1)}
          aria-colcount={fields.length + 1}
          onKeyDown={onKeyDown}
        >
          <thead>
            {hasGroups && (
              <tr aria-rowindex={1}>
                <td class="label" />
                {groups.map(({ count, first, heading }) =>
                  heading === "" ? (
                    <td key={first} colSpan={count} />
                  ) : (
                    <th key={first} colSpan={count} scope="colgroup" class="group">
                      {heading}
                    </th>
                  )
                )}
              </tr>
            )}
            <tr aria-rowindex={hasGroups ? 2 : 1}>
              <th
                scope="col"
                class="label"
                {...cellOf(-1, 0)}
                aria-sort={by !== null && "axis" in by ? sortOf(by) : undefined}
              >
                {[view.mainAxis, ...table.axes.filter((axis) => axis !== view.mainAxis)].map((axis) => (
                  <button key={axis} type="button" tabIndex={-1} onClick={() => sortBy({ axis }, false)}>
                    {axis}
                    <Sort sort={sortOf({ axis })} />
                  </button>
                ))}
              </th>
              {fields.map((field, at) => {
                const next = { column: field.column.column.id }
                const isSorted = metric === "" || at === 0
                const sort = isSorted ? sortOf(next) : undefined
                return (
                  <th
                    key={field.id}
                    scope="col"
                    class={field.isWide ? "wide" : ""}
                    aria-sort={sort}
                    {...cellOf(-1, at + 1)}
                  >
                    <button type="button" tabIndex={-1} onClick={() => sortByField(at + 1)}>
                      {field.heading}
                      <Sort sort={sort} />
                    </button>
                  </th>
                )
              })}
            </tr>
          </thead>
          <tbody>
            {space(from * ROW_HEIGHT)}
            {rows.slice(from, to).map((index, offset) => {
              const row = table.rows[index]
              if (row === undefined) return null
              const place = from + offset
              const [main, rest] = callOf(view, row.labels)
              const isBaseline = view.data.variants[index]?.isBaseline === true
              return (
                <tr key={row.id} aria-rowindex={place + (hasGroups ? 3 : 2)} class={isBaseline ? "baseline" : ""}>
                  <th scope="row" class="label" {...cellOf(place, 0)}>
                    <a
                      href={`#row=${encodeURIComponent(row.id)}`}
                      tabIndex={-1}
                      onClick={(event) => {
                        event.preventDefault()
                        open(index)
                      }}
                    >
                      <span class="main">{main === "" ? "all" : main}</span>
                      {rest !== "" && <span class="quiet">{rest}</span>}
                    </a>
                  </th>
                  {fields.map((field, at) => (
                    <td
                      key={field.id}
                      class={field.isWide ? "wide" : ""}
                      {...cellOf(place, at + 1)}
                      onMouseEnter={() => show({ row: place, column: at + 1 })}
                    >
                      {field.print(row.cells[field.column.column.id], row)}
                    </td>
                  ))}
                </tr>
              )
            })}
            {space((rows.length - to) * ROW_HEIGHT)}
          </tbody>
        </table>
        {rows.length === 0 && <p class="none">No row is what you look for.</p>}
      </div>
      {pointed !== null && !isPrinting && shownCell(pointed)}
    </>
  )
}
