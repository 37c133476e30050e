/** `ablate pull`: runs and their results, from the store that others see. */
import { Effect } from "effect"
import { pull } from "../../session/commands/exchange.ts"
import type { Arguments } from "../Arguments.ts"
import * as Exchanged from "../Exchanged.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({
  experiment,
  options: { format, remote, store }
}: Arguments<"pull">) {
  const report = yield* pull({ experiment, store, remote, onCopied: yield* Exchanged.progress })
  return yield* Exchanged.print("Pulled", report, format)
})
