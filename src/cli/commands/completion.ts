/** `ablate completion`: what makes a shell complete the command line. */
import { Effect } from "effect"
import type { Arguments } from "../Arguments.ts"
import { completion } from "../Completion.ts"
import * as Terminal from "../Terminal.ts"

/** Gives the exit code. */
export const command = ({ shell }: Arguments<"completion">): Effect.Effect<number> =>
  Effect.as(Terminal.print(completion(shell)), 0)
