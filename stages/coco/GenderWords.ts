/** Which gender a caption mentions. */
import { Schema } from "effect"

/**
 * What counts as a mention: the words "man" and "woman" alone, as the paper says; or lists of synonyms, that of Zhao et al.
 * (2017) as it was released later, or that of Hendricks et al. (2018, "Women also Snowboard").
 */
export const GenderWords = Schema.Literals(["whole-word", "extended", "women-snowboard"])
export type GenderWords = typeof GenderWords.Type

export const MENTIONS_MAN = 1
export const MENTIONS_WOMAN = 2

const words = (man: string, woman: string): ReadonlyMap<string, number> =>
  new Map([
    ...man.split(" ").map((word) => [word, MENTIONS_MAN] as const),
    ...woman.split(" ").map((word) => [word, MENTIONS_WOMAN] as const)
  ])

const LISTS: { readonly [W in GenderWords]: ReadonlyMap<string, number> } = {
  "whole-word": words("man", "woman"),
  extended: words("man boy gentleman male men", "woman girl lady female women"),
  "women-snowboard": words(
    "boy brother dad husband man groom male guy men males boys guys dads dude policeman policemen father son fireman actor gentleman boyfriend mans his obama actors",
    "woman girl sister mom wife woman bride female lady women girls ladies females moms actress nun girlfriend her she"
  )
}

/**
 * The lower-case words of a text: runs of letters, marks and digits. Whatever else stands between them, so that "man's" has
 * the word "man" and "woman" does not.
 */
export const wordsOf = (text: string): ReadonlyArray<string> => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []

/** {@link MENTIONS_MAN}, {@link MENTIONS_WOMAN}, their sum for both, 0 for neither. */
export const mentions = (caption: string, list: GenderWords): number => {
  let found = 0
  for (const word of wordsOf(caption)) found |= LISTS[list].get(word) ?? 0
  return found
}
