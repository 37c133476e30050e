/** Where a command works: the project's root and the cache's folder. */
import { resolve } from "node:path"
import { Config, Effect, Option } from "effect"
import type { Arguments } from "./Arguments.ts"
import { findProjectRoot } from "./Loader.ts"

export interface Project {
  readonly root: string
  readonly storeDir: string
}

/** The project around the working directory; the cache from `--store`, else `ABLATE_STORE`, else `.ablate`. */
export const find = Effect.fnUntraced(function* (args: Arguments) {
  const cwd = process.cwd()
  const root = findProjectRoot(cwd)
  const fromEnvironment = yield* Effect.orDie(Config.String("ABLATE_STORE").pipe(Config.option))
  const given = args.text("store")
  const storeDir =
    given !== undefined
      ? resolve(cwd, given)
      : Option.match(fromEnvironment, {
          onNone: () => resolve(root, ".ablate"),
          onSome: (path) => resolve(cwd, path)
        })
  const project: Project = { root, storeDir }
  return project
})
