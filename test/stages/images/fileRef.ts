/** References to files, as the engine hands them to stages. */
import { createHash } from "node:crypto"
import type { FileRef } from "ablate"
import { ArtifactHash } from "../../../src/domain/Hash.ts"

/** Of a path whose content does not matter: the hash is the path's. */
export const fileRef = (path: string): FileRef => ({
  path,
  hash: ArtifactHash.make(createHash("sha256").update(path).digest("hex"))
})
