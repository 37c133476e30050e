/** Artifacts as a row of either database holds them. */
import type { ArtifactHash } from "../domain/Hash.ts"
import type { StoredArtifact } from "./ArtifactReads.ts"
import type { Stated } from "./ArtifactStore.ts"
import { inlineDefect } from "./Defect.ts"
import { rowCheck } from "./RowCheck.ts"

export interface StatedRow extends StoredArtifact {
  readonly kind: string
  readonly row_check: number
}

/** What a row says; undefined where it does not check. */
export const statedOf = (
  hash: ArtifactHash,
  { inline, kind, row_check, size }: StatedRow,
  bytesUpTo: number
): Stated | undefined => {
  if (row_check !== rowCheck("artifacts", hash, kind, size)) return undefined
  if (inline !== null && inlineDefect(hash, inline) !== undefined) return undefined
  const bytes = inline === null || size > bytesUpTo ? undefined : Uint8Array.from(inline)
  return { kind, size, bytes }
}
