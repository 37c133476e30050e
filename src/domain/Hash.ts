/**
 * The branded digests. Each is a lower-case hexadecimal SHA-256 (64 characters); the brands keep one
 * kind from being used in the place of another.
 */
import { Schema } from "effect"

const sha256 = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))

/** Content hash of an artifact's encoded bytes. */
export const ArtifactHash = sha256.pipe(Schema.brand("ArtifactHash"))
export type ArtifactHash = typeof ArtifactHash.Type

/** Identity of a node's computation: hash of its `KeyRecord`. */
export const Key = sha256.pipe(Schema.brand("Key"))
export type Key = typeof Key.Type

/** Hash of a stage's tree-shaken, minified module closure. */
export const CodeHash = sha256.pipe(Schema.brand("CodeHash"))
export type CodeHash = typeof CodeHash.Type

/** Identity of one execution of a plan: sortable by start time, e.g. `20260131-154502-k3f9`. */
export const RunId = Schema.NonEmptyString.pipe(Schema.brand("RunId"))
export type RunId = typeof RunId.Type
