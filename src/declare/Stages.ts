/** What an experiment file imports as `Stage`: the kinds of stages, and their types. */
export { command, type Options as CommandOptions } from "./Command.ts"
export {
  type AnyStage,
  type Inputs,
  isStage,
  make,
  type Options,
  type OutputOf,
  type Stage,
  TypeId
} from "./Stage.ts"
