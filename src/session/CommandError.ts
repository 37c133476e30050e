/** What a command can fail with: mistakes of the person, and what is wrong with the store. Each has one message. */
import type { CodeHashError } from "../plan/CodeHashError.ts"
import type { ArtifactDamaged, ArtifactMissing } from "../store/ArtifactError.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { LoadError } from "./LoaderError.ts"
import type { UsageError } from "./UsageError.ts"

/** Any of them, by its `_tag`. */
export type CommandError = UsageError | LoadError | CodeHashError | StoreError | ArtifactDamaged | ArtifactMissing
