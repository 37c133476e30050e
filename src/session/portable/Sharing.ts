/** What a run leaves in a shared store for other machines: its program and the files that its stages get from outside. */
import { Effect } from "effect"
import type { OpenedExperiment } from "../OpenExperiment.ts"
import type { Project } from "../Project.ts"
import { UsageError } from "../UsageError.ts"
import { publish } from "./Publish.ts"
import { shareFiles } from "./ShareFiles.ts"

/** For workers elsewhere. Gives the program's name, and what they will not find in the store. */
export const shared = Effect.fnUntraced(function* (project: Project, opened: OpenedExperiment) {
  const program = yield* publish(project, opened).pipe(
    Effect.catchTag("NotPortable", ({ message }) => new UsageError({ text: message }))
  )
  return { program, leftOut: yield* shareFiles(opened.plan, opened.externals) }
})

/** For who computes the run again elsewhere; undefined where the program cannot leave this machine. */
export const kept = (project: Project, opened: OpenedExperiment) =>
  Effect.catchTag(publish(project, opened), "NotPortable", () => Effect.succeed(undefined))
