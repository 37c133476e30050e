/** What is found wrong with an artifact's bytes, wherever they are. */
import { randomUUID } from "node:crypto"
import { renameSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import type { ArtifactHash } from "../domain/Hash.ts"
import { ArtifactDamaged, ArtifactMissing } from "./ArtifactError.ts"
import { blobPath, hashFileSync, hashOf } from "./Blobs.ts"

/** The bytes are wrong or gone: what was found. `undefined` from a check means that they are right. */
export type Defect = { readonly _tag: "Missing" | "Damaged"; readonly found: string }

export const absent: Defect = { _tag: "Missing", found: "the store has no such artifact" }

/** Of bytes that a row holds. */
export const inlineDefect = (hash: ArtifactHash, bytes: Uint8Array): Defect | undefined => {
  const found = hashOf(bytes)
  return found === hash
    ? undefined
    : { _tag: "Damaged", found: `its ${bytes.byteLength} bytes in the database have sha256 ${found.slice(0, 12)}…` }
}

/**
 * Of a blob file; one that is not whole is gone afterwards. It is moved away before it is judged: a writer that replaces it
 * meanwhile keeps its own, good one.
 */
export const blobDefect = (dir: string, hash: ArtifactHash, size: number): Defect | undefined => {
  const path = blobPath(dir, hash)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return { _tag: "Missing", found: `its file ${path} is gone` }
  if (stats.isDirectory()) {
    rmSync(path, { recursive: true })
    return { _tag: "Missing", found: `its file ${path} is a folder` }
  }
  const aside = join(dir, "tmp", `${hash.slice(0, 16)}-${randomUUID()}.tmp`)
  renameSync(path, aside)
  const read = hashFileSync(aside)
  if (read.hash === hash) {
    renameSync(aside, path)
    return undefined
  }
  rmSync(aside)
  const found = read.size === size ? "has other content" : `has ${read.size} bytes of ${size}`
  return { _tag: "Damaged", found: `its file ${path} ${found}` }
}

/** As an error for whoever asked for the artifact. */
export const failure = (hash: ArtifactHash, { _tag, found }: Defect, healed: boolean) =>
  _tag === "Missing" ? new ArtifactMissing({ hash, found, healed }) : new ArtifactDamaged({ hash, found, healed })
