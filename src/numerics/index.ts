/** Deterministic numerics: random streams, and the training of dense networks. */
export { exp, ln, sigmoid, softplus } from "./Elementary.ts"
export * as Langevin from "./langevin/Langevin.ts"
export { ChainsDiverged, SamplingRefused } from "./langevin/LangevinError.ts"
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
export * as Objective from "./objectives/Objective.ts"
export { Rng } from "./Rng.ts"
export type { Tf } from "./TfjsTypes.ts"
export * as Train from "./Train.ts"
export type { Backend, Curves, ExtraRows, Fitted, Progress, Rows, Training, Validation } from "./Training.ts"
export { TrainingDiverged } from "./TrainingDiverged.ts"
export { TrainingRefused } from "./TrainingRefused.ts"
export type { TfjsTraining } from "./tfjs/TfjsFit.ts"
