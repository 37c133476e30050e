/** Why a node runs, with the same as lines for a person. */
import type { Explanation } from "../plan/Why.ts"

/** An explanation, with the same in words. */
export interface ToldExplanation extends Explanation {
  readonly lines: ReadonlyArray<string>
}
