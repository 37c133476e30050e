/** Stages of this folder, run without an engine. */
import type { Artifact } from "ablate"
import { Effect, type Schema } from "effect"

/** Runs a stage as the engine does: the output goes through its file format. */
export const produce = <A>(
  stage: {
    readonly output: Artifact.Artifact<A>
    run(inputs: object, config: unknown): Effect.Effect<unknown, unknown, unknown>
  },
  inputs: object,
  config: unknown
) =>
  // These stages need no services without a default, and their output is an A by their declaration.
  (stage.run(inputs, config) as Effect.Effect<A, Schema.SchemaError>).pipe(
    Effect.flatMap(stage.output.encode),
    Effect.flatMap(stage.output.decode)
  )
