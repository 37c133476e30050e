/** A pipeline: a function from parameters to named nodes. A DAG is what calling it gives. */
import type { Schema } from "effect"
import { DeclarationError } from "./DeclarationError.ts"
import type { AnyNode } from "./Node.ts"

/** The nodes that a pipeline publishes, by name. */
export type Outputs = { readonly [name: string]: AnyNode }

/** From parameters `P` to nodes `O`. */
export interface Pipeline<P, O extends Outputs> {
  /** For messages; no part of a key. */
  readonly name: string
  /** Every point's parameters are checked by it. */
  readonly params: Schema.ConstraintCodec<P, unknown>
  /** Builds the nodes for one point. Runs nothing. */
  readonly build: (params: P) => O
}

/**
 * Declares a pipeline. Of its outputs, `metrics` fills the table's columns, `notes` its caption, and the notes tell a
 * `choice`; the others are published under their names for `ablate show`. Throws {@link DeclarationError} for an empty name.
 */
export const make = <P, O extends Outputs>(
  name: string,
  params: Schema.ConstraintCodec<P, unknown>,
  build: (params: P) => O
): Pipeline<P, O> => {
  if (name === "") throw new DeclarationError({ subject: "pipeline", problem: "the name is empty" })
  return { name, params, build }
}
