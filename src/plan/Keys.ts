/** Keys: the hash of a structured, stored, type-tagged record. Early cutoff comes from hashing inputs by artifact. */
import { hash } from "node:crypto"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { KeyRecord } from "../domain/KeyRecord.ts"
import * as Canonical from "./Canonical.ts"
import type { DagNode } from "./Dag.ts"

/** Enters every key: a change of the record's meaning makes every older key a miss. */
export const FORMAT = "ablate-key-1"

/** A stage's identity in a key: `code:<hash>` or `version:<text>`. */
export type CodeIdentity = string

/** The names of a record's fields, encoded; a record has them in this order. */
const FIELD = {
  code: Canonical.ofString("code"),
  config: Canonical.ofString("config"),
  inputs: Canonical.ofString("inputs"),
  numerics: Canonical.ofString("numerics"),
  stage: Canonical.ofString("stage")
} as const

/** The record behind a node's key. */
export const recordOf = (node: DagNode, code: CodeIdentity, inputs: ReadonlyArray<ArtifactHash>): KeyRecord => ({
  stage: node.stage.name,
  code,
  // Encoded by the stage's schema to plain JSON.
  config: node.config as KeyRecord["config"],
  inputs: Object.fromEntries(node.inputNames.map((name, at) => [name, inputs[at] as ArtifactHash])),
  ...(node.numerics === undefined ? {} : { numerics: node.numerics })
})

/** The parts of a key's encoding that all nodes of a stage share; a node's config and inputs stand between them. */
export interface StagePart {
  readonly beforeConfig: string
  readonly afterInputs: string
}

export const stagePart = (stage: string, code: CodeIdentity, numerics: string | undefined): StagePart => {
  const named = FIELD.stage + Canonical.ofString(stage)
  return {
    beforeConfig: (numerics === undefined ? "m4:" : "m5:") + FIELD.code + Canonical.ofString(code) + FIELD.config,
    afterInputs: numerics === undefined ? named : FIELD.numerics + Canonical.ofString(numerics) + named
  }
}

/**
 * The key of a node. The encoding is put together from pieces that are encoded once (the config, each hash),
 * and equals {@link keyOfRecord} of {@link recordOf}. What else should enter it enters a plan's fingerprint too.
 */
export const keyOf = (node: DagNode, code: CodeIdentity, inputs: ReadonlyArray<ArtifactHash>): Key => {
  let wired = `m${inputs.length}:`
  for (let at = 0; at < inputs.length; at++)
    wired += Canonical.ofString(node.inputNames[at] as string) + Canonical.ofString(inputs[at] as string)
  const { afterInputs, beforeConfig } = stagePart(node.stage.name, code, node.numerics)
  return digest(beforeConfig + node.canonicalConfig + FIELD.inputs + wired + afterInputs)
}

/** The key of a stored record. */
export const keyOfRecord = (record: KeyRecord): Key => digest(Canonical.encode(record))

// The digest is 64 hexadecimal digits by construction; checking it for each of ten thousand keys would only cost.
const digest = (canonical: string): Key => hash("sha256", FORMAT + canonical) as Key
