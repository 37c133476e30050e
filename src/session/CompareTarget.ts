/** What can be compared: runs, experiments, what a git revision ran, exported tables, rows of a run. */
import type { RunRef } from "./RunRef.ts"

/** One side of a comparison, as it is named. */
export type CompareTarget =
  | RunRef
  /** The latest run that was made with this commit checked out. */
  | { readonly _tag: "Revision"; readonly revision: string }
  /** A table exported as CSV or JSON. */
  | { readonly _tag: "File"; readonly path: string }
  /** Rows of a run, as a part of their labels: `method=plain`, or `plain/random`. */
  | { readonly _tag: "Rows"; readonly rows: string; readonly of: RunRef }
