/** Where a store is: a folder, or an address beside the folder of this machine. */

/** Where a store is, and the folder of this machine's for what is not shared: compiled programs, hashes of files. */
export interface StorePlace {
  /** The folder of this machine's; of a store of files it is the store. */
  readonly storeDir: string
  /** The address of a shared store. */
  readonly storeUrl?: string | undefined
}

/** Whether a store is named by an address instead of a folder. */
export const isAddress = (store: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(store)
