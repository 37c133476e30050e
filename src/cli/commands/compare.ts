import { Effect } from "effect"
import type { Arguments } from "../Arguments.ts"
import { UsageError } from "../UsageError.ts"

export const command = Effect.fnUntraced(function* (_args: Arguments) {
  return yield* new UsageError({ text: "not built yet" })
})
