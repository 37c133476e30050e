/** `ablate push`: runs and their results, to the store that others see. */
import { Effect } from "effect"
import { push } from "../../session/commands/exchange.ts"
import type { Arguments } from "../Arguments.ts"
import * as Exchanged from "../Exchanged.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({
  experiment,
  options: { format, remote, store }
}: Arguments<"push">) {
  const report = yield* push({ experiment, store, remote, onCopied: yield* Exchanged.progress })
  return yield* Exchanged.print("Pushed", report, format)
})
