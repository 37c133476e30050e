/** ½ · strength · Σw² over parameters: all weights (default), all weights and biases, or those named. */
export interface L2 {
  readonly _tag: "L2"
  readonly name: string
  readonly strength: number
  readonly parameters?: "weights" | "all" | ReadonlyArray<string>
}

/** See {@link L2}. */
export const l2 = (options: Omit<L2, "_tag">): L2 => ({ ...options, _tag: "L2" })
