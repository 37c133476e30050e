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
export type { BinaryCrossEntropy } from "./objectives/BinaryCrossEntropy.ts"
export type { CategoricalCrossEntropy } from "./objectives/CategoricalCrossEntropy.ts"
export type { Evaluator, ObjectiveBatch, OnHead, Values } from "./objectives/Evaluator.ts"
export type { ExpectationMatching, ExpectedFrequency } from "./objectives/ExpectationMatching.ts"
export { checkGradient, type GradientCheck, type GradientCheckOptions } from "./objectives/GradientCheck.ts"
export { type Custom, type HeadObjective, type L2, type Objective, reversed } from "./objectives/Objective.ts"
export type { Parity } from "./objectives/Parity.ts"
export type { SquaredError } from "./objectives/SquaredError.ts"
export { Rng } from "./Rng.ts"
export * as Train from "./Train.ts"
export type { Backend, Curves, ExtraRows, Fitted, Progress, Rows, Training, Validation } from "./Training.ts"
export { TrainingDiverged } from "./TrainingDiverged.ts"
export { TrainingRefused } from "./TrainingRefused.ts"
export type { TfjsTraining } from "./tfjs/TfjsFit.ts"
export type { Tf } from "./tfjs/TfjsTypes.ts"
