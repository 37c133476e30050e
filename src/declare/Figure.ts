/** A picture that a run leaves as a file, drawn from what several cells computed. */
import type { Node } from "./Node.ts"

/** A cell as a figure sees it: its point of the grid, and the nodes that the pipeline built for it. */
export interface FigureCell<G, O> {
  readonly point: G
  readonly outputs: O
}

/** `G`: points of the grid; `O`: outputs of the pipeline; `S`: the experiment's settings. */
export interface Figure<G, O, S> {
  /** Its file name, with an extension: `figure-1.svg`. */
  readonly file: string
  /** The cells it is about; default: all. Where a run has none of them (`--only`), the figure is left out. */
  readonly of?: (point: G) => boolean
  /** The node of its bytes, given these cells: most often a stage with a list input. */
  readonly node: (cells: ReadonlyArray<FigureCell<G, O>>, settings: S) => Node<Uint8Array>
}
