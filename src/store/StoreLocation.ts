/** Where the results are, as messages name it: of a store of files its folder, of a shared one its address without the password. */
import { Context } from "effect"

export class StoreLocation extends Context.Service<StoreLocation, string>()("ablate/store/StoreLocation") {}

/** An address without what may be a password in it. */
export const withoutPassword = (address: string): string => address.replace(/(:\/\/[^:/@]*):[^@]*@/, "$1@")

/** A store as it can be typed into a shell again: an address holds characters that are not meant for the shell. */
export const typedStore = (store: string): string => (store.includes("://") ? `'${withoutPassword(store)}'` : store)
