/** The experiment's layer: built once a thread, in its own name. */
import { Context, Effect, Layer, type Scope } from "effect"
import { StageFailed, toInfo } from "./Failure.ts"
import { contained, Owner } from "./Owner.ts"
import { finishLines } from "./ThreadGuard.ts"

/** Fails with what every stage that runs on the thread is told then. */
export const build = (
  layer: Layer.Layer<never> | undefined
): Effect.Effect<Context.Context<never>, StageFailed, Scope.Scope> => {
  if (layer === undefined) return Effect.succeed(Context.empty())
  const owner = new Owner("the experiment's layer", { servesStages: true })
  return contained(owner, Layer.build(layer)).pipe(
    Effect.catchCause((cause) => {
      const { detail, message, tag } = toInfo(cause)
      const text = `the experiment's layer could not be built: ${message}`
      return Effect.fail(new StageFailed({ tag, text, ...(detail === undefined ? {} : { detail }) }))
    }),
    Effect.ensuring(Effect.sync(() => finishLines(owner)))
  )
}
