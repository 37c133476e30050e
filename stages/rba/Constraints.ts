/**
 * Corpus-level constraints of Zhao et al. (EMNLP 2017): for every object, the share of men among the images predicted to
 * have it stays within a margin of its share in the training part.
 */
import type { LabelCount } from "../metrics/LabelBias.ts"

/** Weights of the numbers of men and of women with the object: a sum above 0 is a violation. */
export type Weights = readonly [man: number, woman: number]

export interface RatioConstraint {
  /** Column of the object. */
  readonly object: number
  /** The share of men is at least ratio − margin. */
  readonly lower: Weights
  /** The share of men is at most ratio + margin. */
  readonly upper: Weights
}

/** The constraint of an object whose share of men in the training part is `ratio`. */
export const ratioConstraint = (object: number, ratio: number, margin: number): RatioConstraint => ({
  object,
  lower: [ratio - 1 - margin, ratio - margin],
  upper: [1 - margin - ratio, -(margin + ratio)]
})

/** Constraints for the objects that more than `minOccurrences` training rows have. */
export const ratioConstraints = (
  train: ReadonlyArray<LabelCount>,
  margin: number,
  minOccurrences: number
): ReadonlyArray<RatioConstraint> =>
  train.flatMap(({ bias, positives }, object) =>
    bias === null || positives <= minOccurrences ? [] : [ratioConstraint(object, bias, margin)]
  )

/** How far predicted numbers of men and women are beyond a constraint's side; above 0 violates it. */
export const excess = ([man, woman]: Weights, men: number, women: number): number => man * men + woman * women

/** Above what an excess of counts is no rounding of a share that lies on the margin. */
export const TOLERANCE = 1e-9
