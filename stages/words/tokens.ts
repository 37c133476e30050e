/** Words of a sentence. */
import { Schema } from "effect"

/** Whether a token keeps its letters' case (`The` and `the` are two words) or loses it. */
export const TokenCase = Schema.Literals(["keep", "lower"])
export type TokenCase = typeof TokenCase.Type

const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu

/** The words of a text in order, without punctuation. An inner apostrophe or hyphen belongs to its word. */
export const tokens = (text: string, tokenCase: TokenCase): ReadonlyArray<string> =>
  (tokenCase === "lower" ? text.toLowerCase() : text).match(WORD) ?? []

/** The different words of texts, and `extra` ones, sorted by code unit: the order of the texts does not matter. */
export const vocabulary = (
  texts: Iterable<string>,
  tokenCase: TokenCase,
  extra: Iterable<string> = []
): ReadonlyArray<string> => {
  const words = new Set(extra)
  for (const text of texts) for (const word of tokens(text, tokenCase)) words.add(word)
  return [...words].sort()
}
