/** `--ui stream`: an append-only log in plain ASCII, of the stages or, `--verbose`, of every node. */
import { Effect } from "effect"
import * as NodeLines from "./NodeLines.ts"
import { Output, type RunReader } from "./RunReader.ts"
import * as StageLines from "./StageLines.ts"

export const reader = (options: { readonly verbose: boolean }): Effect.Effect<RunReader, never, Output> =>
  Effect.map(Output, (output) => {
    const lines = options.verbose ? NodeLines.make() : StageLines.make()
    return {
      onEvents: (events) =>
        output.write(
          events
            .flatMap(lines)
            .map((line) => `${line}\n`)
            .join("")
        )
    }
  })
