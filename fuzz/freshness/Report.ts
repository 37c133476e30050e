/** What a batch of edits tells, as it passes from its process to the one that was asked. */
import { Schema } from "effect"
import { countNames } from "./Tally.ts"

export const StoredFile = Schema.Struct({
  path: Schema.String,
  base64: Schema.NullOr(Schema.String),
  link: Schema.NullOr(Schema.String)
})
export type StoredFile = typeof StoredFile.Type

export const Fault = Schema.Literals(["stale", "needless", "unexplained", "refused"])
export type Fault = typeof Fault.Type

/** A fault, with the smallest project that shows it. */
export const Finding = Schema.Struct({
  fault: Fault,
  kind: Schema.String,
  /** Equal for findings of one sort. */
  signature: Schema.String,
  /** Of the batch. */
  seed: Schema.Int,
  what: Schema.String,
  expected: Schema.String,
  got: Schema.String,
  before: Schema.Array(StoredFile),
  after: Schema.Array(StoredFile)
})
export type Finding = typeof Finding.Type

export const BatchOptions = Schema.Struct({
  seed: Schema.Int,
  edits: Schema.Int,
  features: Schema.Array(Schema.String),
  /** Faults of which the smallest project is looked for. */
  look: Schema.Array(Fault),
  /** Runs that making a project smaller may take. */
  attempts: Schema.Int
})
export type BatchOptions = typeof BatchOptions.Type

export const Message = Schema.TaggedUnion({
  /** A project was made; whether it runs before any edit. */
  Made: { runs: Schema.Boolean },
  Edited: { kind: Schema.String, counts: Schema.Array(Schema.Literals(countNames)) },
  Found: { finding: Finding }
})
export type Message = typeof Message.Type
