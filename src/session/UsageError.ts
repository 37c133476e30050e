/** A mistake in what the person typed or wrote: one message, exit code 2, no stack. */
import { Schema } from "effect"
import { distance } from "fastest-levenshtein"

/** What was asked for cannot be: the message says what was found and what to do. */
export class UsageError extends Schema.TaggedError<UsageError>()("UsageError", { text: Schema.String }) {
  override get message() {
    return this.text
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
