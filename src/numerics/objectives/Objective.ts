/** Objectives as data: the terms whose weighted sum a training minimises. */
import { type BinaryCrossEntropy, binaryCrossEntropy } from "./BinaryCrossEntropy.ts"
import { type CategoricalCrossEntropy, categoricalCrossEntropy } from "./CategoricalCrossEntropy.ts"
import type { Evaluator, OnHead } from "./Evaluator.ts"
import { type ExpectationMatching, expectationMatching } from "./ExpectationMatching.ts"
import { type Parity, parity } from "./Parity.ts"
import { type SquaredError, squaredError } from "./SquaredError.ts"

/** ½ · strength · Σw² over parameters: all weights (default), all weights and biases, or those named. */
export interface L2 {
  readonly _tag: "L2"
  readonly name: string
  readonly strength: number
  readonly parameters?: "weights" | "all" | ReadonlyArray<string>
}

/** An objective of your own: `checkGradient` tells whether its gradient is right. */
export interface Custom extends OnHead {
  readonly _tag: "Custom"
  readonly evaluator: Evaluator
}

export type HeadObjective =
  | SquaredError
  | BinaryCrossEntropy
  | CategoricalCrossEntropy
  | Parity
  | ExpectationMatching
  | Custom

export type Objective = HeadObjective | L2

/** The pure function of an objective on a head. */
export const evaluatorOf = (objective: HeadObjective): Evaluator => {
  switch (objective._tag) {
    case "SquaredError":
      return squaredError(objective)
    case "BinaryCrossEntropy":
      return binaryCrossEntropy(objective)
    case "CategoricalCrossEntropy":
      return categoricalCrossEntropy(objective)
    case "Parity":
      return parity(objective)
    case "ExpectationMatching":
      return expectationMatching(objective)
    case "Custom":
      return objective.evaluator
  }
}

/** The targets that an objective reads, by name. */
export const targetsOf = (objective: HeadObjective): ReadonlyArray<string> => {
  switch (objective._tag) {
    case "SquaredError":
    case "BinaryCrossEntropy":
    case "CategoricalCrossEntropy":
      return [objective.target ?? objective.head]
    case "Parity":
      return [objective.groupA, objective.groupB]
    case "ExpectationMatching":
    case "Custom":
      return []
  }
}

/** The same term with its gradient reversed on the way into the trunk: the head minimises it, the trunk maximises it. */
export const reversed = <O extends HeadObjective>(objective: O, strength = 1): O => ({
  ...objective,
  trunkFactor: -strength
})
