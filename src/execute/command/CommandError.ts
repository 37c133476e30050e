/** What goes wrong with an external program, told to a person. */
import { Schema } from "effect"

/** What it said last, and below that what led to it, indented. */
const ending = (tail: string): string => {
  const lines = tail.split("\n")
  const before = lines.slice(0, -1).map((line) => `\n  ${line}`)
  if (tail === "") return "it wrote nothing to its standard error"
  return `its standard error ends with "${lines.at(-1)?.trim()}"${before.length === 0 ? "" : `, after${before.join("")}`}`
}

/** It ended with a code other than 0, or by a signal. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {
  program: Schema.String,
  code: Schema.NullOr(Schema.Int),
  signal: Schema.NullOr(Schema.String),
  tail: Schema.String
}) {
  override get message() {
    const how = this.signal === null ? `ended with exit code ${this.code}` : `was ended by ${this.signal}`
    return `${this.program} ${how}; ${ending(this.tail)}`
  }
}

/** There is no such program. */
export class ProgramMissing extends Schema.TaggedError<ProgramMissing>()("ProgramMissing", {
  program: Schema.String,
  /** Where it was looked for, and what to do. */
  advice: Schema.String
}) {
  override get message() {
    return `there is no program "${this.program}": ${this.advice}`
  }
}

/** It ended well, and its output is not what the stage declares. */
export class OutputInvalid extends Schema.TaggedError<OutputInvalid>()("OutputInvalid", {
  program: Schema.String,
  /** Where the output was to be: `output.json`, `standard output`. */
  place: Schema.String,
  expected: Schema.String,
  found: Schema.String,
  tail: Schema.String
}) {
  override get message() {
    return `${this.program} ended well, but ${this.place} is not ${this.expected}: ${this.found}${this.tail === "" ? "" : `; ${ending(this.tail)}`}`
  }
}

/** What is to be laid out cannot be. */
export class LayoutInvalid extends Schema.TaggedError<LayoutInvalid>()("LayoutInvalid", { problem: Schema.String }) {
  override get message() {
    return this.problem
  }
}

/** A program's file imports one of the project that is not among its files. */
export class UndeclaredImport extends Schema.TaggedError<UndeclaredImport>()("UndeclaredImport", {
  file: Schema.String,
  line: Schema.Int,
  module: Schema.String,
  found: Schema.String
}) {
  override get message() {
    return `${this.file}, line ${this.line}, imports ${this.module}, which is ${this.found} of the project and not among the stage's \`files\`: add "${this.found}" (or its folder), so that the program finds it and a change of it counts`
  }
}
