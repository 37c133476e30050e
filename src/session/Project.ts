/** Where a command works: the project's root and the cache's folder. */
import { resolve } from "node:path"
import { Effect } from "effect"
import type { Where } from "./Asked.ts"
import { findProjectRoot } from "./Loader.ts"

export interface Project {
  readonly root: string
  readonly storeDir: string
}

/** The project around a folder; the cache from `store`, else `ABLATE_STORE`, else `.ablate`. */
export const find = ({ folder, store }: Where): Effect.Effect<Project> =>
  Effect.sync(() => {
    const from = folder ?? process.cwd()
    const root = findProjectRoot(from)
    // Not a `Config`: its providers come with file systems and globs, more than a tenth of what a cached run loads.
    const given = store ?? process.env.ABLATE_STORE
    return { root, storeDir: given === undefined ? resolve(root, ".ablate") : resolve(from, given) }
  })
