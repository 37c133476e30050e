/** Settings that the experiments of the emotion study share: the corpus and the word vectors, and what a table says of them. */
import { Setting } from "ablate"
import { Schema } from "effect"
import { Words } from "../../pipelines/emotion.ts"

export const corpusSettings = Setting.group({ csv: Setting.make(Schema.NullOr(Schema.String), null) })

export const wordSettings = Setting.group({
  format: Setting.make(Words.fields.format, "wink"),
  path: Setting.make(Words.fields.path, null),
  dimension: Setting.make(Words.fields.dimension, null),
  casePolicy: Setting.make(Words.fields.casePolicy, "exact-then-lower"),
  tokenCase: Setting.make(Words.fields.tokenCase, "lower"),
  missing: Setting.make(Words.fields.missing, "skip")
})

/** What the figures rest on. */
export const emotionSources = ({
  eec,
  words
}: {
  readonly eec: { readonly csv: string | null }
  readonly words: Words
}): ReadonlyArray<string> => [
  eec.csv === null
    ? "Corpus: Equity Evaluation Corpus, 8,640 sentences generated from its published templates and word lists."
    : "Corpus: the user's own copy of the Equity Evaluation Corpus.",
  ...(words.path === null
    ? [
        "The vectors are a stand-in: the paper has Google News skip-gram vectors of 300 dimensions. Expect other figures than the paper's."
      ]
    : [])
]
