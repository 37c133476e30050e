/** Opens a store by where it is: a folder, or the address of a shared one, whose implementation is loaded only then. */
import { Effect, Layer } from "effect"
import type { StoreError } from "./StoreError.ts"
import { withoutPassword } from "./StoreLocation.ts"
import * as Sqlite from "./sqlite/Sqlite.ts"

/** Where a store is, and the folder of this machine's for what is not shared: compiled programs, hashes of files. */
export interface StorePlace {
  /** The folder of this machine's; of a store of files it is the store. */
  readonly storeDir: string
  /** The address of a shared store. */
  readonly storeUrl?: string | undefined
}

export interface OpenOptions {
  readonly mode: "read-write" | "read-only"
  /** True where this process has just found its structure sound: it is not checked again. Default false. */
  readonly trusted?: boolean | undefined
}

/** Whether a store is named by an address instead of a folder. */
export const isAddress = (store: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(store)

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
