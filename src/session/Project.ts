/** Where a command works: the project's root, the cache's folder and, where the cache is a shared one, its address. */
import { resolve } from "node:path"
import { Effect } from "effect"
import { checkAddress } from "../store/OpenStore.ts"
import { withoutPassword } from "../store/StoreLocation.ts"
import { isAddress, type StorePlace } from "../store/StorePlace.ts"
import type { Where } from "./Asked.ts"
import { findProjectRoot } from "./Loader.ts"
import * as ProjectFile from "./ProjectFile.ts"
import { UsageError } from "./UsageError.ts"

/** A store behind the project's own. */
export interface Remote {
  readonly place: { readonly dir: string } | { readonly url: string }
  /** As messages name it. */
  readonly shown: string
  /** `write`: what is new here goes there too. */
  readonly mode: "read" | "write"
}

export interface Project extends StorePlace {
  readonly root: string
  readonly remote?: Remote | undefined
}

const placeOf = (from: string, store: string): Remote["place"] =>
  isAddress(store) ? { url: store } : { dir: resolve(from, store) }

const isSame = ({ storeDir, storeUrl }: StorePlace, place: Remote["place"]): boolean =>
  "url" in place ? place.url === storeUrl : storeUrl === undefined && place.dir === storeDir

/** The store behind: by `remote`, else `ABLATE_REMOTE`, else `ablate.json`. */
const remoteOf = Effect.fnUntraced(function* (own: StorePlace, root: string, from: string, asked: Where) {
  const file = yield* ProjectFile.read(root)
  const mode = asked.remoteMode ?? file.remoteMode ?? "read"
  const named = asked.remote ?? process.env.ABLATE_REMOTE
  const store = named ?? file.remote
  if (store === undefined && asked.remoteMode !== undefined && asked.remoteMode !== "off")
    return yield* new UsageError({
      text: `no remote store is named: --remote ADDRESS, ABLATE_REMOTE, or "remote" in ablate.json`
    })
  if (store === undefined || store === "" || mode === "off") return undefined
  const place = placeOf(named === undefined ? root : from, store)
  if (isSame(own, place))
    return yield* new UsageError({ text: `the remote store ${withoutPassword(store)} is the project's own store` })
  if ("url" in place)
    yield* Effect.mapError(
      checkAddress(place.url),
      ({ message }) => new UsageError({ text: message.replace("The store's address", "The remote store's address") })
    )
  const remote: Remote = { place, shown: "url" in place ? withoutPassword(place.url) : place.dir, mode }
  return remote
})

const ownStore = (root: string, from: string, given: string | undefined): StorePlace => {
  if (given === undefined) return { storeDir: resolve(root, ".ablate") }
  return isAddress(given) ? { storeDir: resolve(root, ".ablate"), storeUrl: given } : { storeDir: resolve(from, given) }
}

/** The root of the project around a folder. */
export const rootOf = ({ folder }: Pick<Where, "folder">): string => findProjectRoot(folder ?? process.cwd())

/** The project around a folder; the cache from `store`, else `ABLATE_STORE`, else `.ablate`. */
export const find = (where: Where): Effect.Effect<Project, UsageError> =>
  Effect.gen(function* () {
    const from = where.folder ?? process.cwd()
    const root = findProjectRoot(from)
    // Not a `Config`: its providers come with file systems and globs, more than a tenth of what a cached run loads.
    const own = ownStore(root, from, where.store ?? process.env.ABLATE_STORE)
    return { root, ...own, remote: yield* remoteOf(own, root, from, where) }
  })
