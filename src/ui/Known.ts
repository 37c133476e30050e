/** What the screen knows beside the progress of the run: which figures there are, what may be asked, and what was answered. */
import type { CellDetail } from "../observe/RunControl.ts"
import * as Figures from "./Figures.ts"

/** What keys can do here. */
export interface Offers {
  /** The run is ours: it can be paused, stopped, and cells be run again. */
  readonly steers: boolean
  /** What is stored can be looked up. */
  readonly looksUp: boolean
  /** The screen stays when the run is over. */
  readonly stays: boolean
}

/** How commands are typed that show the same. */
export interface Shell {
  /** The experiment as it was typed; null: by its name. */
  readonly experiment: string | null
  /** Words that the commands need: where the store is. */
  readonly where: ReadonlyArray<string>
  /** Words that an opened experiment needs beside: its settings. */
  readonly settings: ReadonlyArray<string>
}

export type Answer<A> =
  | { readonly _tag: "Asked" }
  | { readonly _tag: "Told"; readonly value: A }
  | { readonly _tag: "Unknown"; readonly message: string }

export interface Known {
  readonly figures: Figures.Figures
  readonly offers: Offers
  readonly shell: Shell
  /** By cell. */
  readonly cells: ReadonlyMap<number, Answer<CellDetail>>
  readonly why: ReadonlyMap<number, Answer<string>>
}

export const nothing: Known = {
  figures: Figures.none,
  offers: { steers: true, looksUp: false, stays: false },
  shell: { experiment: null, where: [], settings: [] },
  cells: new Map(),
  why: new Map()
}
