/** What a stage, the experiment's layer or a module printed: whole lines, and whose they are. */
import { Schema } from "effect"

export const Printed = Schema.Struct({
  /** Who printed it, to a person. */
  name: Schema.String,
  /** The node whose stage it was; null for what is no node's. */
  node: Schema.NullOr(Schema.String),
  /** Lines, without the end of the last one. */
  text: Schema.String
})
export type Printed = typeof Printed.Type

/** Its lines, each after the name of who printed it. */
export const named = ({ name, text }: Printed): string =>
  text
    .split(/\r?\n/)
    .map((line) => `${name}: ${line}\n`)
    .join("")
