/** Programs and executors of the tests' own: stages that are declared in a test, as if a program had them. */
import { Effect, Layer } from "effect"
import type { AnyStage } from "../../src/declare/Stage.ts"
import { Executor, InlineExecutor } from "../../src/execute/Executor.ts"
import * as Inline from "../../src/execute/InlineExecutor.ts"
import type { LoadedProgram } from "../../src/execute/LoadedProgram.ts"
import type { FindStage } from "../../src/execute/NodeTask.ts"
import { Notices } from "../../src/execute/Notices.ts"

/** A program of one module that exports every stage by its name. */
export const programOf = (stages: ReadonlyArray<AnyStage>, experiment?: unknown): LoadedProgram => ({
  default: experiment,
  modules: { "m.ts": Object.fromEntries(stages.map((stage) => [stage.name, stage])) }
})

export const findStage: FindStage = ({ name }) => ({ module: "m.ts", export: name })

/** The inline executor for every stage, whichever it declares. */
export const inlineOnly = (program: LoadedProgram, print: (lines: string) => void = () => {}) => {
  const inline = Inline.layer(() => Effect.succeed(program))
  return Layer.effect(Executor, InlineExecutor).pipe(
    Layer.provideMerge(inline),
    Layer.provideMerge(Notices.layer(print))
  )
}
