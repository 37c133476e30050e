/** An artifact that cannot be read back: both mean "a miss", and the store has already forgotten it where it can. */
import { Schema } from "effect"
import { ArtifactHash } from "../domain/Hash.ts"

const fields = {
  hash: ArtifactHash,
  /** What was found in its place. */
  found: Schema.String,
  /** Whether the row and every trace that points to it are gone, so that the next plan sees a miss. */
  healed: Schema.Boolean
}

const consequence = (healed: boolean) =>
  healed
    ? "The cache has forgotten it; it will be computed again"
    : "Run `ablate doctor --repair`, so that it is computed again"

/** No such artifact, or its blob file is gone. */
export class ArtifactMissing extends Schema.TaggedError<ArtifactMissing>()("ArtifactMissing", fields) {
  override get message() {
    return `The artifact ${this.hash.slice(0, 12)}… is missing: ${this.found}. ${consequence(this.healed)}.`
  }
}

/** Its bytes do not have the hash it is stored under. */
export class ArtifactDamaged extends Schema.TaggedError<ArtifactDamaged>()("ArtifactDamaged", fields) {
  override get message() {
    return `The artifact ${this.hash.slice(0, 12)}… is damaged: ${this.found}. ${consequence(this.healed)}.`
  }
}
