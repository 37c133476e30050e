/**
 * Deterministic numerics: random streams, and the training of dense networks.
 *
 * @module
 */
export { exp, ln, sigmoid, softplus } from "./Elementary.ts"
/** Samples of a distribution whose log-density is a network, by Langevin dynamics. */
export * as Langevin from "./langevin/Langevin.ts"
export { ChainsDiverged, SamplingRefused } from "./langevin/LangevinError.ts"
/** Multinomial logistic regression: the convex baseline, fitted to its optimum in float64. */
export * as LogisticRegression from "./logistic/LogisticRegression.ts"
export {
  type Head,
  type HeadActivation,
  type Init,
  initialParameters,
  type Layer,
  type Network,
  type Parameters,
  type TrunkActivation
} from "./Network.ts"
export { numericsId } from "./numericsId.ts"
export type { Adam, AdamW, Method, Momentum, Optimiser, Schedule, Sgd } from "./Optimiser.ts"
export type { Evaluator, ObjectiveBatch, OnHead, Values } from "./objectives/Evaluator.ts"
export { checkGradient, type GradientCheck, type GradientCheckOptions } from "./objectives/GradientCheck.ts"
/** Objectives as values: the terms whose weighted sum a training minimises. */
export * as Objective from "./objectives/Objective.ts"
export { Rng } from "./Rng.ts"
export type { Tf } from "./TfjsTypes.ts"
/** Trains dense networks, and models of one's own, and applies them. */
export * as Train from "./Train.ts"
export type { Backend, Curves, ExtraRows, Fitted, Progress, Rows, Training, Validation } from "./Training.ts"
export { TrainingDiverged } from "./TrainingDiverged.ts"
export { TrainingRefused } from "./TrainingRefused.ts"
export type { TfjsTraining } from "./tfjs/TfjsFit.ts"
