/** The store's public API. */
export { ArtifactDamaged, ArtifactMissing } from "./ArtifactError.ts"
export type { ArtifactInfo } from "./Artifacts.ts"
export {
  blobPath,
  hashOf,
  inlineLimit,
  type PreparedArtifact,
  prepareArtifact,
  WriteThrough,
  writeBlob
} from "./Blobs.ts"
export type { OpenOptions } from "./Database.ts"
export { FileProblem, FileReason } from "./FileProblem.ts"
export { type FileHash, isSourcePath, type SourceHash } from "./Files.ts"
export type { CheckReport, DamagedArtifact, Usage } from "./Maintenance.ts"
export type { Memo } from "./Memo.ts"
export type { KnownPlan } from "./Plans.ts"
export type { RebuildReport } from "./Rebuild.ts"
export { rebuildDatabase, structuralFaults } from "./Repair.ts"
export type { ExperimentId, RunFilter } from "./Runs.ts"
export { Store } from "./Store.ts"
export { StoreError, StoreReason } from "./StoreError.ts"
export type { StoreService } from "./StoreService.ts"
export type { SweepOptions, SweepReport } from "./Sweep.ts"
export type { CommitEntry, CommitResult, StageDuration } from "./Traces.ts"
export { prepareFile, prepareFolder, readManifest, TreeInvalid } from "./Trees.ts"
