/**
 * The words of Bolukbasi et al. (NIPS 2016) that matter for the Equity Evaluation Corpus. In every pair the female
 * word stands first.
 */

export type WordPair = readonly [string, string]

/** The ten pairs that define the gender direction. */
export const DEFINITIONAL_PAIRS: ReadonlyArray<WordPair> = [
  ["woman", "man"],
  ["girl", "boy"],
  ["she", "he"],
  ["mother", "father"],
  ["daughter", "son"],
  ["gal", "guy"],
  ["female", "male"],
  ["her", "his"],
  ["herself", "himself"],
  ["Mary", "John"]
]

/** Of the published pairs to equalise, those with a word of the corpus. */
export const EQUALISE_PAIRS: ReadonlyArray<WordPair> = [
  ["aunt", "uncle"],
  ["daughter", "son"],
  ["girl", "boy"],
  ["her", "his"],
  ["herself", "himself"],
  ["mom", "dad"],
  ["mother", "father"],
  ["she", "he"],
  ["sister", "brother"],
  ["woman", "man"]
]

/** The 24 words of the corpus that are gender-specific by definition. Names are not: they are neutralised. */
export const EEC_GENDER_SPECIFIC: ReadonlyArray<string> = [
  ...["he", "him", "himself", "man", "boy", "brother", "son", "husband", "boyfriend", "father", "uncle", "dad"],
  ...["she", "her", "herself", "woman", "girl", "sister", "daughter", "wife", "girlfriend", "mother", "aunt", "mom"]
]

/** What hard debiasing needs besides the corpus' own vocabulary, and keeps from being neutralised: words outside it. */
export const OUTSIDE_GENDER_SPECIFIC: ReadonlyArray<string> = ["his", "gal", "guy", "female", "male"]

/** All words of the pairs: they must be among the wanted words of a reader. */
export const DEBIAS_WORDS: ReadonlyArray<string> = [
  ...new Set([...DEFINITIONAL_PAIRS, ...EQUALISE_PAIRS].flat())
].sort()
