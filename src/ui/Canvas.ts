/** What a frame is drawn on. */
import type { Glyphs } from "./Glyphs.ts"

export interface Canvas {
  readonly columns: number
  /** Rows of the terminal; a frame uses one less, so that it never scrolls the screen. */
  readonly rows: number
  readonly glyphs: Glyphs
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  /** Keys can be read: else no key is offered. */
  readonly hasKeys: boolean
}
