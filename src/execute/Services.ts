/** The experiment's layer: built once a thread, in its own name, and released in the end. */
import { Context, Effect, Layer, Scope } from "effect"
import { after } from "./Deadline.ts"
import { withDeclared } from "./DeclaredConfig.ts"
import { StageFailed, toInfo } from "./Failure.ts"
import { Owner } from "./Owner.ts"
import { guarded, tell } from "./ThreadGuard.ts"

const releaseMs = 2000

const notReleased = new StageFailed({ tag: "NotReleased", text: "no end after 2 s" })

/** Tells a release that fails; one that does not end is told and left. */
const release = (owner: Owner, effect: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const cancel = after(releaseMs, () => owner.fault(notReleased))
    return guarded(owner, effect).pipe(
      Effect.catchCause((cause) =>
        Effect.sync(() => tell(owner, `it could not be released: ${toInfo(cause).message}`))
      ),
      Effect.ensuring(Effect.sync(cancel))
    )
  })

/** Builds it; by `Config` it may read these variables. Fails with what every stage that runs on the thread is told then. */
export const build = Effect.fnUntraced(function* (
  layer: Layer.Layer<never> | undefined,
  variables: ReadonlyArray<string>
) {
  if (layer === undefined) return Context.empty()
  const owner = new Owner("the experiment's layer", { servesStages: true })
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer((exit) => release(owner, Scope.close(scope, exit)))
  return yield* guarded(owner, withDeclared(Layer.buildWithScope(layer, scope), variables)).pipe(
    Effect.catchCause((cause) => {
      const info = toInfo(cause)
      const message = `the experiment's layer could not be built: ${info.message}`
      return Effect.fail(StageFailed.of({ ...info, message }))
    })
  )
})
