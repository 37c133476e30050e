/** Opens a store by where it is: a folder, or the address of a shared one, whose implementation is loaded only then. */
import { Effect, Layer } from "effect"
import type { StoreError } from "./StoreError.ts"
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
export const storeClient = /\/node_modules\/pg(pass|-[a-z-]+)?\//

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
