/** Exact statistics for experiment tables. Pure functions of numbers; undefined figures are null, never NaN. */
export { type Bootstrap, clusterBootstrap } from "./Bootstrap.ts"
export { meanSequence } from "./ConfidenceSequence.ts"
export { holm } from "./Holm.ts"
export {
  type FittedInterval,
  type IntervalOptions,
  intervalOfMean,
  isOfKind,
  type RowVariance,
  type StandardError,
  standardError
} from "./Intervals.ts"
export { type McNemar, mcNemar } from "./McNemar.ts"
export { FEWEST_SEEDS, type PairedT, pairedDifference, pairedT, type SeedValue, sharedDifferences } from "./Paired.ts"
export { hypervolume, type Point, paretoFront } from "./Pareto.ts"
export { detectableEffect, MOST_SEEDS, POWER, pairedTPower, seedsFor } from "./Power.ts"
export { printedSpread, rootMeanSquare } from "./Reference.ts"
export { improvement, interquartileMean } from "./Runs.ts"
export { signFlipP } from "./SignFlip.ts"
export { isConstant, mean, sampleSd, sum } from "./Sum.ts"
export { type Interval, meanInterval, type Summary, summarize } from "./Summary.ts"
export { wilsonInterval } from "./Wilson.ts"
