/** Where a command works: the project's root, the cache's folder and, where the cache is a shared one, its address. */
import { resolve } from "node:path"
import { Effect } from "effect"
import { isAddress, type StorePlace } from "../store/StorePlace.ts"
import type { Where } from "./Asked.ts"
import { findProjectRoot } from "./Loader.ts"

export interface Project extends StorePlace {
  readonly root: string
}

/** The project around a folder; the cache from `store`, else `ABLATE_STORE`, else `.ablate`. */
export const find = ({ folder, store }: Where): Effect.Effect<Project> =>
  Effect.sync(() => {
    const from = folder ?? process.cwd()
    const root = findProjectRoot(from)
    // Not a `Config`: its providers come with file systems and globs, more than a tenth of what a cached run loads.
    const given = store ?? process.env.ABLATE_STORE
    if (given === undefined) return { root, storeDir: resolve(root, ".ablate") }
    return isAddress(given)
      ? { root, storeDir: resolve(root, ".ablate"), storeUrl: given }
      : { root, storeDir: resolve(from, given) }
  })
