/** Opens a store by where it is: a folder, or the address of a shared one, whose implementation is loaded only then. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Effect, Layer } from "effect"
import { StoreError, StoreReason } from "./StoreError.ts"
import { withoutPassword } from "./StoreLocation.ts"
import type { StorePlace } from "./StorePlace.ts"
import * as Sqlite from "./sqlite/Sqlite.ts"

export interface OpenOptions {
  readonly mode: "read-write" | "read-only"
  /** True where this process has just found its structure sound: it is not checked again. Default false. */
  readonly trusted?: boolean | undefined
}

/** The place as messages name it. */
export const shownPlace = ({ storeDir, storeUrl }: StorePlace): string =>
  storeUrl === undefined ? storeDir : withoutPassword(storeUrl)

/** The packages by which a shared store is spoken with, as they stand in a stack: what they ask for, no stage asks for. */
export const storeClient = /\/node_modules\/(pg(pass|-[a-z-]+)?|@aws-sdk|@aws|@smithy)\//

export const openStore = (
  { storeDir, storeUrl }: StorePlace,
  options: OpenOptions
): Layer.Layer<Sqlite.Ports, StoreError> =>
  storeUrl === undefined
    ? Sqlite.layer({ dir: storeDir, ...options })
    : Layer.unwrap(
        Effect.map(
          Effect.promise(() => import("./postgres/Postgres.ts")),
          ({ layer }) => layer({ url: storeUrl, localDir: storeDir, mode: options.mode })
        )
      )

/** Fails where an address cannot be one of a shared store. */
export const checkAddress = (url: string): Effect.Effect<void, StoreError> =>
  Effect.flatMap(
    Effect.promise(() => import("./postgres/Address.ts")),
    ({ parse }) => Effect.asVoid(parse(url))
  )

/** So long a store is waited for that others can do without. */
const patienceMs = 5000

/** Opens a store that stands behind another one: without what is of one machine alone, and without waiting for long. */
export const openBehind =
  (place: { readonly dir: string } | { readonly url: string }) =>
  (mode: OpenOptions["mode"]): Layer.Layer<Sqlite.Ports, StoreError> => {
    if ("dir" in place) {
      if (mode === "read-write" || existsSync(join(place.dir, "ablate.db")))
        return Sqlite.layer({ dir: place.dir, mode })
      const reason = StoreReason.cases.NotAStore.make({ detail: "it has no ablate.db" })
      return Layer.effectContext(Effect.fail(new StoreError({ path: place.dir, reason })))
    }
    return Layer.unwrap(
      Effect.map(
        Effect.promise(() => import("./postgres/Postgres.ts")),
        ({ layer }) => layer({ url: place.url, mode, patienceMs })
      )
    )
  }
