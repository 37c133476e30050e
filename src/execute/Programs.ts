/** Where a store keeps compiled programs: one file each, named by its content and never changed. */
import { join } from "node:path"
import { pathToFileURL } from "node:url"

export const folderOf = (storeDir: string): string => join(storeDir, "programs")

export const pathOf = (storeDir: string, hash: string): string => join(folderOf(storeDir), `${hash}.mjs`)

export const urlOf = (storeDir: string, hash: string): string => pathToFileURL(pathOf(storeDir, hash)).href

/** What another machine needs of a program beside its code: beside the program. */
export const unplacedPathOf = (storeDir: string, hash: string): string => `${pathOf(storeDir, hash)}.unplaced`
