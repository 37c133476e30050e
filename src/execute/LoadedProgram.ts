/** A compiled program as a thread has it after importing it. */
import { isExperiment } from "../declare/Experiment.ts"
import { type AnyStage, isStage } from "../declare/Stage.ts"
import type { Task } from "./Task.ts"

export interface LoadedProgram {
  /** The experiment. */
  readonly default: unknown
  /** Namespaces of its modules by path. */
  readonly modules: { readonly [module: string]: { readonly [name: string]: unknown } }
}

/** The stage of a task; undefined where the program has none there. */
export const stageAt = ({ modules }: LoadedProgram, { stage }: Task): AnyStage | undefined => {
  const found = modules[stage.module]?.[stage.export]
  return isStage(found) ? found : undefined
}

/** The experiment's layer, where it has one. */
export const layerOf = (program: LoadedProgram) => (isExperiment(program.default) ? program.default.layer : undefined)

/** What a task is told whose stage is not there: the program is not the one that it was made for. */
export const noStage = ({ program, stage }: Task) =>
  new Error(`${program.name} has no stage "${stage.name}" at ${stage.module}, export ${stage.export}`)
