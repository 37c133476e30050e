/** What was taken of the store behind this one, for whoever tells it to the person. */
import { Context, type Effect } from "effect"

/** Undefined where no store is behind. */
export const RemoteUse = Context.Reference<
  | {
      /** Sentences: how much was taken from where. */
      readonly told: Effect.Effect<ReadonlyArray<string>>
      /** Whether it did not answer, and is left alone. */
      readonly isGone: Effect.Effect<boolean>
    }
  | undefined
>("ablate/store/RemoteUse", { defaultValue: () => undefined })
