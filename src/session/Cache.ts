/** The store as the commands that compute nothing open it. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Effect, Layer } from "effect"
import * as LocalFirst from "./LocalFirst.ts"
import type { Project } from "./Project.ts"

/**
 * Writable where there is a store already and it can be written, so that hashes of code and files are remembered from
 * one look to the next; otherwise read-only, which creates nothing and tells what is wrong with the store.
 */
export const layer = (project: Project) => {
  const readOnly = LocalFirst.open(project, { mode: "read-only" })
  return project.storeUrl === undefined && existsSync(join(project.storeDir, "ablate.db"))
    ? LocalFirst.open(project, { mode: "read-write" }).pipe(
        Layer.catch((error) => (error.reason._tag === "Damaged" ? Layer.effectContext(Effect.fail(error)) : readOnly))
      )
    : readOnly
}
