/** A picture that a run leaves as a file: which output of which cells. */

export interface Figure {
  /** Its file name, with an extension: `figure-1.svg`. */
  readonly file: string
  /** The pipeline's output that holds its bytes. */
  readonly output: string
  /** The cells it may be taken from: those with these labels. The first that has it counts. Default: all. */
  readonly labels?: { readonly [axis: string]: string }
}

/** `Figure` whose axes and output are types. */
export interface TypedFigure<Axis extends string, Output extends string> extends Figure {
  readonly output: Output
  readonly labels?: { readonly [A in Axis]?: string } & { readonly [axis: string]: string }
}
