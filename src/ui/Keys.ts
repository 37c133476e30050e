/** What keys do: to the view, and to the run. */
import type { Plan } from "../observe/Plan.ts"
import { isFinished, type Progress } from "../observe/Progress.ts"
import * as Vector from "../observe/Vector.ts"
import type { Offers } from "./Known.ts"
import { type Cursor, grid, initial, type Page, type Sort, type View, type Window } from "./View.ts"

/** A key as Ink reports it; only what is used here. */
export interface Key {
  readonly upArrow?: boolean
  readonly downArrow?: boolean
  readonly leftArrow?: boolean
  readonly rightArrow?: boolean
  readonly pageUp?: boolean
  readonly pageDown?: boolean
  readonly home?: boolean
  readonly end?: boolean
  readonly return?: boolean
  readonly escape?: boolean
  readonly backspace?: boolean
  readonly delete?: boolean
  readonly ctrl?: boolean
  readonly meta?: boolean
}

/** What is asked for from outside the screen. */
export type Action =
  /** What runs is let end. */
  | { readonly _tag: "Stop" }
  | { readonly _tag: "StopNow" }
  | { readonly _tag: "Pause" }
  | { readonly _tag: "Resume" }
  | { readonly _tag: "Rerun"; readonly cell: number }
  /** To be told more of a cell. */
  | { readonly _tag: "Open"; readonly cell: number }
  | { readonly _tag: "Why"; readonly cell: number }
  | { readonly _tag: "Watch" }
  /** The screen ends; the run goes on, if it does. */
  | { readonly _tag: "Leave" }

export interface Pressed {
  readonly view: View
  readonly actions: ReadonlyArray<Action>
}

/** What a key acts on. */
export interface Situation {
  readonly progress: Progress
  readonly window: Window
  readonly offers: Offers
  /** How many metrics can be shown. */
  readonly metrics: number
}

/** Keys that a terminal sends as control characters, where several arrive in one piece. */
const CONTROLS: { readonly [character: string]: readonly [string, Key] } = {
  "\u0003": ["c", { ctrl: true }],
  "\r": ["", { return: true }],
  "\n": ["", { return: true }],
  "\u007f": ["", { backspace: true }],
  "\b": ["", { backspace: true }],
  "\u001b": ["", { escape: true }]
}

/** What was typed as single keys: fast typing arrives in one piece. */
export const keysOf = (input: string, key: Key): ReadonlyArray<readonly [string, Key]> => {
  const characters = [...input]
  return characters.length < 2 ? [[input, key]] : characters.map((character) => CONTROLS[character] ?? [character, key])
}

const only = (view: View): Pressed => ({ view, actions: [] })

export const cellAt = (plan: Plan | null, cursor: Cursor | null): number =>
  cursor === null ? -1 : (plan?.variants[cursor.variant]?.cells[cursor.seed] ?? -1)

/** The failed cell that `r` runs again: the one that is open or selected. */
export const rerunnable = (
  { cursor, page }: View,
  { offers, progress }: Pick<Situation, "offers" | "progress">
): number => {
  const cell = page._tag === "Cell" ? page.cell : cellAt(progress.plan, cursor)
  const state = Vector.get(progress.cells, cell)
  return offers.steers && !isFinished(progress) && state !== undefined && state.failed + state.skipped > 0 ? cell : -1
}

/** The first q lets running stages end, which can be taken back; the second ends them. Nothing to ask where nothing runs. */
const quit = (view: View, { offers, progress }: Situation): Pressed => {
  if (!offers.steers) return { view, actions: [{ _tag: "Leave" }] }
  // Between two runs nothing is left to end.
  if (isFinished(progress)) return { view, actions: [{ _tag: "Stop" }] }
  if (view.asking !== null || progress.stopping !== null)
    return { view: { ...view, asking: null }, actions: [{ _tag: "StopNow" }] }
  if (progress.nodeCounts.running === 0) return { view, actions: [{ _tag: "Stop" }] }
  return { view: { ...view, asking: { wasPaused: progress.isPaused } }, actions: [{ _tag: "Pause" }] }
}

/** Ctrl-C does what the signal would. */
const interrupt = (view: View, { offers, progress }: Situation): Pressed =>
  !offers.steers
    ? { view, actions: [{ _tag: "Leave" }] }
    : {
        view: { ...view, asking: null },
        actions: [{ _tag: progress.stopping === null && view.asking === null ? "Stop" : "StopNow" }]
      }

const typing = (view: View, input: string, key: Key): View => {
  if (key.escape) return { ...view, isTyping: false, query: "", top: null }
  if (key.return) return { ...view, isTyping: false }
  if (key.backspace || key.delete) return { ...view, query: [...view.query].slice(0, -1).join(""), top: null }
  return key.ctrl || key.meta || input === "" || /\p{Cc}/u.test(input)
    ? view
    : { ...view, query: view.query + input, top: null }
}

/** How far a key scrolls, in lines; null: it does not. */
const scrolledBy = (input: string, key: Key, page: number): number | null => {
  if (key.upArrow || input === "k") return -1
  if (key.downArrow || input === "j") return 1
  if (key.pageUp) return -page
  if (key.pageDown || input === " ") return page
  if (key.home || input === "g") return Number.NEGATIVE_INFINITY
  if (key.end || input === "G") return Number.POSITIVE_INFINITY
  return null
}

const sideways = (key: Key, input: string): number | null =>
  key.leftArrow || input === "h" ? -1 : key.rightArrow ? 1 : null

const within = (value: number, count: number): number => Math.max(0, Math.min(value, count - 1))

/** The next seed of the row in that direction that the grid has a cell of. */
const nextSeed = (plan: Plan | null, { seed, variant }: Cursor, step: number): number => {
  const cells = plan?.variants[variant]?.cells ?? []
  for (let at = seed + step; at >= 0 && at < cells.length; at += step) if ((cells[at] ?? -1) >= 0) return at
  return seed
}

/** The cursor so many rows on, and the rows on screen along with it. */
const moveRows = (view: View, by: number, { window }: Situation): View => {
  const { count, first, order, shown } = window
  if (count === 0) return view
  const at = view.cursor === null ? -1 : order.indexOf(view.cursor.variant)
  const row = at < 0 ? within(Number.isFinite(by) ? window.start : by, count) : within(at + by, count)
  const top = row < first ? row : row >= first + shown ? row - shown + 1 : first
  return {
    ...view,
    cursor: { variant: order[row] ?? 0, seed: view.cursor?.seed ?? 0 },
    top: Math.max(0, Math.min(top, count - shown))
  }
}

const openCell = (view: View, cell: number): Pressed =>
  cell < 0
    ? only(view)
    : {
        view: { ...view, page: { _tag: "Cell", cell, top: 0, hasWhy: false, hasCause: false } },
        actions: [{ _tag: "Open", cell }]
      }

const SORTS: { readonly [S in Sort]: Sort } = { grid: "best", best: "worst", worst: "grid" }

const nextMetric = (metric: number | null, count: number): number | null =>
  metric === null ? 0 : metric + 1 < count ? metric + 1 : null

const onGrid = (view: View, input: string, key: Key, situation: Situation): Pressed => {
  const { metrics, offers, progress, window } = situation
  if (key.escape) return only({ ...initial, metric: view.metric })
  const by = scrolledBy(input, key, Math.max(1, window.shown))
  if (by !== null) return only(moveRows(view, by, situation))
  const side = sideways(key, input)
  if (side !== null) {
    const { cursor } = view.cursor === null ? moveRows(view, 0, situation) : view
    return only(
      cursor === null
        ? view
        : { ...view, top: view.top ?? window.first, cursor: { ...cursor, seed: nextSeed(progress.plan, cursor, side) } }
    )
  }
  if (key.return) {
    const selected = view.cursor === null ? moveRows(view, 0, situation) : view
    return openCell(selected, cellAt(progress.plan, selected.cursor))
  }
  switch (input) {
    case "f":
      return only({ ...view, failedOnly: !view.failedOnly, top: null, cursor: null })
    case "/":
      return only({ ...view, isTyping: true, isHelp: false })
    case "m":
      return only({ ...view, metric: nextMetric(view.metric, metrics) })
    case "s":
      return only(
        metrics === 0 || view.metric === null ? view : { ...view, sort: SORTS[view.sort], top: null, cursor: null }
      )
    case "w":
      return {
        view,
        actions: offers.steers && !offers.stays ? [{ _tag: "Watch" }] : []
      }
    default:
      return only(view)
  }
}

const onCell = (
  view: View,
  page: Extract<Page, { _tag: "Cell" }>,
  input: string,
  key: Key,
  situation: Situation
): Pressed => {
  const { offers, progress, window } = situation
  if (key.escape || key.backspace) return only({ ...view, page: grid })
  const by = scrolledBy(input, key, Math.max(1, window.shown - 1))
  if (by !== null) return only({ ...view, page: { ...page, top: scrolled(window, by) } })
  const side = sideways(key, input)
  if (side !== null && view.cursor !== null) {
    const cursor = { ...view.cursor, seed: nextSeed(progress.plan, view.cursor, side) }
    return openCell({ ...view, cursor }, cellAt(progress.plan, cursor))
  }
  if (input === "w" && offers.looksUp)
    return {
      view: { ...view, page: { ...page, hasWhy: !page.hasWhy } },
      actions: page.hasWhy ? [] : [{ _tag: "Why", cell: page.cell }]
    }
  return only(input === "c" ? { ...view, page: { ...page, hasCause: !page.hasCause } } : view)
}

const scrolled = ({ count, first, shown }: Window, by: number): number =>
  Math.max(0, Math.min(Number.isFinite(by) ? first + by : by, count - shown))

const onLog = (view: View, input: string, key: Key, { window }: Situation): Pressed => {
  if (key.escape || key.backspace) return only({ ...view, page: grid })
  const by = scrolledBy(input, key, Math.max(1, window.shown - 1))
  if (by === null) return only(view)
  const top = scrolled(window, by)
  return only({ ...view, page: { _tag: "Log", top: top >= window.count - window.shown ? null : top } })
}

/** Keys that mean the same on every page; undefined for others. */
const everywhere = (view: View, input: string, key: Key, situation: Situation): Pressed | undefined => {
  const { offers, progress } = situation
  if (view.asking !== null && (key.escape || key.return)) {
    const stops: Action = key.return ? { _tag: "Stop" } : { _tag: "Resume" }
    return { view: { ...view, asking: null }, actions: key.escape && view.asking.wasPaused ? [] : [stops] }
  }
  if (view.isHelp && key.escape) return only({ ...view, isHelp: false })
  if (key.ctrl || key.meta) return undefined
  switch (input) {
    case "q":
      return quit(view, situation)
    case "?":
      return only({ ...view, isHelp: !view.isHelp })
    case "l":
      return only({ ...view, page: view.page._tag === "Log" ? grid : { _tag: "Log", top: null } })
    case "p":
      return {
        view,
        actions:
          !offers.steers || isFinished(progress) || progress.stopping !== null || view.asking !== null
            ? []
            : [{ _tag: progress.isPaused ? "Resume" : "Pause" }]
      }
    case "r": {
      const cell = rerunnable(view, situation)
      return { view, actions: cell < 0 ? [] : [{ _tag: "Rerun", cell }] }
    }
    default:
      return undefined
  }
}

export const onKey = (view: View, input: string, key: Key, situation: Situation): Pressed => {
  if (key.ctrl && input === "c") return interrupt(view, situation)
  if (view.isTyping) return only(typing(view, input, key))
  const common = everywhere(view, input, key, situation)
  if (common !== undefined) return common
  switch (view.page._tag) {
    case "Grid":
      return onGrid(view, input, key, situation)
    case "Cell":
      return onCell(view, view.page, input, key, situation)
    case "Log":
      return onLog(view, input, key, situation)
  }
}
