/** What the person looks at: changed by keys, never by the run. */

/** A cell of the grid by its row and column. */
export interface Cursor {
  /** Index into `Plan.variants`. */
  readonly variant: number
  /** Index into `Plan.seeds`. */
  readonly seed: number
}

/** What fills the screen below its first lines. */
export type Page =
  | { readonly _tag: "Grid" }
  /** One cell. `top`: its first line shown. */
  | {
      readonly _tag: "Cell"
      readonly cell: number
      readonly top: number
      readonly hasWhy: boolean
      readonly hasCause: boolean
    }
  /** What all stages printed; `top` null follows its end. */
  | { readonly _tag: "Log"; readonly top: number | null }

/** Rows as the grid has them, or by the mean of the metric that is shown. */
export type Sort = "grid" | "best" | "worst"

export interface View {
  readonly page: Page
  /** Only variants with a failed cell. */
  readonly failedOnly: boolean
  /** Only variants whose labels contain this text. */
  readonly query: string
  /** The query is being typed. */
  readonly isTyping: boolean
  /** First row shown; null follows the run. */
  readonly top: number | null
  readonly cursor: Cursor | null
  /** Which of the metrics is shown; null: none, the states alone. */
  readonly metric: number | null
  readonly sort: Sort
  readonly isHelp: boolean
  /** Whether to stop is being asked; meanwhile nothing new is begun. */
  readonly asking: { readonly wasPaused: boolean } | null
}

export const grid: Page = { _tag: "Grid" }

export const initial: View = {
  page: grid,
  failedOnly: false,
  query: "",
  isTyping: false,
  top: null,
  cursor: null,
  metric: 0,
  sort: "grid",
  isHelp: false,
  asking: null
}

/** The lines on screen, which scrolling starts from: rows of the grid, or lines of a page. */
export interface Window {
  readonly first: number
  readonly shown: number
  readonly count: number
  /** The rows of the grid that are left by the filters, in the order shown; those on screen come first where they follow the run. */
  readonly order: ReadonlyArray<number>
  /** The row that moving starts from where none is selected. */
  readonly start: number
}

export const lineWindow = (first: number, shown: number, count: number): Window => ({
  first,
  shown,
  count,
  order: [],
  start: 0
})
