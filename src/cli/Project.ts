/** Where a command works: the project's root and the cache's folder. */
import { resolve } from "node:path"
import { Config, Effect, Option } from "effect"
import type { Arguments } from "./Arguments.ts"
import { findProjectRoot } from "./Loader.ts"

export interface Project {
  readonly root: string
  readonly storeDir: string
}

/** The project around `from`; the cache from `store`, else `ABLATE_STORE`, else `.ablate`. */
export const around = Effect.fnUntraced(function* (from: string, store: string | undefined) {
  const root = findProjectRoot(from)
  const fromEnvironment = yield* Effect.orDie(Config.String("ABLATE_STORE").pipe(Config.option))
  const given = store ?? Option.getOrUndefined(fromEnvironment)
  const project: Project = { root, storeDir: given === undefined ? resolve(root, ".ablate") : resolve(from, given) }
  return project
})

/** The project around the working directory. */
export const find = (args: Arguments) => around(process.cwd(), args.text("store"))
