/** What an experiment file imports as `Grid`: rows, axes and seeds, and the designs that are made of them. */
export { type AblationOptions, type AblationPoint, ablation } from "./Ablation.ts"
export { type FactorialOptions, factorial, type Levels, type LevelsPoint } from "./Factorial.ts"
export { axes, type Grid, type Label, type Point, rows, type Seeds, seeds, type Until } from "./Grid.ts"
export {
  integer,
  linear,
  log,
  type Range,
  type SampleOptions,
  type Space,
  type SpacePoint,
  sample
} from "./Sample.ts"
