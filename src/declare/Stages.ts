/** What an experiment file imports as `Stage`: the kinds of stages, and their types. */
export { type Command, command, type Options as CommandOptions } from "./Command.ts"
export type { Needs } from "./Needs.ts"
export {
  type AnyStage,
  type ConfigArgument,
  type Inputs,
  type InputValues,
  isStage,
  make,
  type Options,
  type OutputOf,
  type Stage,
  TypeId
} from "./Stage.ts"
