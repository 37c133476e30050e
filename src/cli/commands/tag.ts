/** `ablate tag`: gives a run a name, or takes one away. */
import { Effect } from "effect"
import { tag, untag } from "../../session/commands/tag.ts"
import { UsageError } from "../../session/UsageError.ts"
import type { Arguments } from "../Arguments.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ name, options: { remove, store }, run }: Arguments<"tag">) {
  if (remove) {
    const gone = yield* untag(name === undefined ? { store, name: run } : { store, name, run })
    yield* Terminal.print(`run ${gone.run.id} of ${gone.run.experiment} has the tag ${gone.name} no more\n`)
    return 0
  }
  if (name === undefined)
    return yield* new UsageError({ text: "ablate tag: <name> is missing, as in: ablate tag latest submitted" })
  const { run: tagged, wasThere } = yield* tag({ store, run, name })
  yield* Terminal.print(
    `run ${tagged.id} of ${tagged.experiment} ${wasThere ? "has already the tag" : "has the tag"} ${name}\n`
  )
  return 0
})
