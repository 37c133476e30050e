/** A mistake in what the person typed or wrote: one message, exit code 2, no stack. */
import { Schema } from "effect"
import { distance } from "fastest-levenshtein"

/** What was given that is wrong: by the name of the option, which the command line has of the same name, and as it was given. */
const About = Schema.Struct({
  option: Schema.Literals(["set", "only", "cell", "force", "figures", "recompute", "rows", "sort"]),
  given: Schema.Array(Schema.String)
})
export type About = typeof About.Type

/** What an option is called where nobody typed it. */
const called: { readonly [Option in About["option"]]: string } = {
  set: "setting",
  only: "only",
  cell: "the cell",
  force: "force",
  figures: "figures",
  recompute: "recompute",
  rows: "rows",
  sort: "sort"
}

/** What was asked for cannot be: the message says what was found and what to do. */
export class UsageError extends Schema.TaggedError<UsageError>()("UsageError", {
  text: Schema.String,
  /** What the text is about, where that is one option. */
  about: Schema.optionalKey(About),
  /** Nothing that is done to a file mends it for a process that goes on (`ablate run --watch`). */
  needsRestart: Schema.optionalKey(Schema.Boolean)
}) {
  override get message() {
    const { about, text } = this
    return about === undefined ? text : `${[called[about.option], ...about.given].join(" ")}: ${text}`
  }
}

const letters = (text: string) => [...text].sort().join("")

/** Fewer than half of its letters differ, or only their order does: close enough to be a slip of the finger. */
const isNear = (given: string, candidate: string) =>
  letters(given) === letters(candidate) ||
  distance(given, candidate) <= Math.max(1, Math.floor(Math.min(given.length, candidate.length) / 2))

/** ` Did you mean "x"?`, or nothing where no candidate is near. */
export const didYouMean = (given: string, candidates: ReadonlyArray<string>): string => {
  const near = candidates
    .filter((candidate) => isNear(given, candidate) || (given.length > 2 && candidate.includes(given)))
    .sort((a, b) => distance(given, a) - distance(given, b))[0]
  return near === undefined ? "" : ` Did you mean "${near}"?`
}
