/** The store's public API: the ports, one interface each, and the layers that give them. */
export { ArtifactDamaged, ArtifactMissing } from "./ArtifactError.ts"
export { type ArtifactInfo, ArtifactStore } from "./ArtifactStore.ts"
export { blobPath, hashOf, inlineLimit, type PreparedArtifact, WriteThrough, writeBlob } from "./Blobs.ts"
export { FileProblem, FileReason } from "./FileProblem.ts"
export { type FileHash, Files, isSourcePath, type SourceHash } from "./Files.ts"
export {
  type CheckReport,
  type DamagedArtifact,
  Maintenance,
  type SweepOptions,
  type SweepReport,
  type Usage
} from "./Maintenance.ts"
export { Memo } from "./Memo.ts"
export * as Memory from "./memory/Memory.ts"
export { checkAddress, openBehind, openStore, shownPlace, storeClient } from "./OpenStore.ts"
export { type ExperimentId, type KnownPlan, type PlanAnswer, type RunFilter, RunHistory } from "./RunHistory.ts"
export { type JournalPart, RunJournal } from "./RunJournal.ts"
export { RemoteUse } from "./remote/RemoteUse.ts"
export { StoreError, StoreReason } from "./StoreError.ts"
export { StoreLocation, typedStore, withoutPassword } from "./StoreLocation.ts"
export { isAddress, type StorePlace } from "./StorePlace.ts"
export type { OpenOptions } from "./sqlite/Database.ts"
export type { RebuildReport } from "./sqlite/Rebuild.ts"
export { rebuildDatabase, structuralFaults } from "./sqlite/Repair.ts"
export * as Sqlite from "./sqlite/Sqlite.ts"
export { type CommitEntry, type CommitResult, type StageDuration, TraceStore } from "./TraceStore.ts"
export { readManifest, TreeInvalid } from "./Trees.ts"
