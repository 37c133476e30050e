/** What can go wrong with the store as a whole: one error, a tagged `reason`, a message that says what to do. */
import { Schema } from "effect"
import { ArtifactHash, RunId } from "../domain/Hash.ts"

export const StoreReason = Schema.TaggedUnion({
  /** The path, or a part of it, is a file. */
  NotADirectory: {},
  /** The folder, or the file system it is on, refuses writing. */
  NotWritable: { detail: Schema.String },
  /** Written by a newer Ablate. */
  NewerFormat: { found: Schema.Int, supported: Schema.Int },
  /** Written by an older Ablate, and opened read-only, so that it cannot be migrated. */
  OlderFormat: { found: Schema.Int, supported: Schema.Int },
  /** `ablate.db` is the database of another program. */
  NotAStore: { detail: Schema.String },
  /** SQLite finds the database file malformed. */
  Damaged: { detail: Schema.String },
  DiskFull: { detail: Schema.String },
  /** Another process held the write lock for too long. */
  Locked: { waitedMs: Schema.Finite },
  /** A write to a store that was opened read-only. */
  ReadOnly: {},
  /** A large artifact was to be recorded, but its blob file is not there. */
  BlobMissing: { hash: ArtifactHash },
  RunExists: { run: RunId },
  /** The address of a shared store cannot be understood. */
  BadAddress: { detail: Schema.String },
  /** A store of one machine where many are to work together. */
  NotShared: {},
  /** The package that speaks with a shared store's server is not installed. */
  ClientMissing: { name: Schema.String },
  /** The server of a shared store does not answer, or the connection was lost and did not come back. */
  Unreachable: { detail: Schema.String },
  /** The server of a shared store answers, and lets this user in no further. */
  Refused: { detail: Schema.String },
  /** The place for large results is not this store's, or is not there. */
  BlobsElsewhere: { place: Schema.String, detail: Schema.String },
  /** The bucket for large results does not let this user do what is asked, or nobody is named. */
  BucketRefused: { place: Schema.String, detail: Schema.String },
  /** Any other failure of the file system or of the database. */
  InputOutput: { detail: Schema.String }
})
export type StoreReason = typeof StoreReason.Type

const tell = (path: string, reason: StoreReason): string =>
  StoreReason.match(reason, {
    NotADirectory: () => `The store path ${path} is a file or lies below one: name another folder with --store.`,
    NotWritable: ({ detail }) =>
      `The store ${path} cannot be written (${detail}): give yourself write access, or name another folder with --store.`,
    NewerFormat: ({ found, supported }) =>
      `The store ${path} has format ${found}, written by a newer Ablate; this one supports up to format ${supported}: ` +
      "update Ablate, or name another folder with --store.",
    OlderFormat: ({ found, supported }) =>
      `The store ${path} has the older format ${found} and is opened read-only, so it cannot be brought to format ${supported}: ` +
      "open it once for writing, for example with `ablate runs`.",
    NotAStore: ({ detail }) => `${path} is not an Ablate store (${detail}): name another folder with --store.`,
    Damaged: ({ detail }) =>
      `The store's database in ${path} is damaged (${inShort(detail)}): run \`ablate doctor --repair\`. It sets the damaged file aside and keeps what still checks; the rest is computed again.`,
    DiskFull: ({ detail }) =>
      `No space left for the store ${path} (${detail}): free some, for example with \`ablate gc\`; what was stored before is intact.`,
    Locked: ({ waitedMs }) =>
      `The store ${path} stayed locked by another process for ${Math.round(waitedMs)} ms: wait for it to end, then try again.`,
    ReadOnly: () => `The store ${path} is opened read-only, so nothing can be written to it.`,
    BlobMissing: ({ hash }) =>
      `The store ${path} has no file for the artifact ${hash.slice(0, 12)}… that was to be recorded: run again.`,
    RunExists: ({ run }) => `The store ${path} already has a run named ${run}: start again.`,
    BadAddress: ({ detail }) =>
      `The store's address ${path} cannot be used: ${detail}. Write postgres://USER@HOST/DATABASE?blobs=/a/folder/that/all/see.`,
    NotShared: () =>
      `The store ${path} is this machine's alone: workers need one that all reach. ` +
      "Give --store (or ABLATE_STORE) postgres://USER@HOST/DATABASE?blobs=/a/folder/that/all/see.",
    ClientMissing: ({ name }) =>
      `The store ${path} needs the package ${name}, which is not installed: run \`npm install ${name}\`.`,
    Unreachable: ({ detail }) =>
      `The store ${path} cannot be reached (${detail}): check host, port and network, and whether the server runs.`,
    Refused: ({ detail }) =>
      `The store ${path} refuses (${detail}): check user, password (PGPASSWORD or ~/.pgpass) and database.`,
    BlobsElsewhere: ({ detail, place }) =>
      `The store ${path} keeps large results in ${place}, and ${detail}: name the folder or bucket that all of its users see with ?blobs=.`,
    BucketRefused: ({ detail, place }) =>
      `The store ${path} keeps large results in ${place}, which refuses (${detail}): check the credentials ` +
      "(AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE), the region and what they may do.",
    InputOutput: ({ detail }) => `The store ${path} could not be read or written: ${detail}.`
  })

/** SQLite may name what it found by whole statements: their beginning, on one line, is enough. */
const inShort = (detail: string): string => {
  const line = detail.replaceAll(/\s+/g, " ")
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`
}

/** The store cannot be opened, read or written: `reason._tag` says why. */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  /** The store's folder or address. */
  path: Schema.String,
  reason: StoreReason
}) {
  override get message() {
    return tell(this.path, this.reason)
  }
}

/** The code of an error of Node or of a database; empty for any other. */
export const errnoOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : ""

const reasonOf = (cause: unknown): StoreReason => {
  const code = errnoOf(cause)
  const detail = cause instanceof Error ? cause.message : String(cause)
  const cases = StoreReason.cases
  if (code === "ENOSPC" || code === "EDQUOT") return cases.DiskFull.make({ detail })
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return cases.NotWritable.make({ detail })
  if (code === "ENOTDIR" || code === "EEXIST") return cases.NotADirectory.make({})
  return cases.InputOutput.make({ detail })
}

/** What is in the store at `path` is not what was written. */
export const damaged = (path: string, detail: string): StoreError =>
  new StoreError({ path, reason: StoreReason.cases.Damaged.make({ detail }) })

/** Classifies what the file system threw; a `StoreError` passes as it is. */
export const fileError =
  (path: string) =>
  (cause: unknown): StoreError =>
    cause instanceof StoreError ? cause : new StoreError({ path, reason: reasonOf(cause) })
