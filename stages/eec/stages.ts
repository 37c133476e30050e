/** The stages of the Equity Evaluation Corpus: thin wrappers around this folder's functions. */
import { Artifact, i32, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { generateCorpus } from "./corpus.ts"
import { COUNT_NAMES, countGroup, Group } from "./counts.ts"
import { readEecCsv } from "./csv.ts"
import { Sentence } from "./Sentence.ts"
import { SplitKind, SplitMeta, splitRows } from "./split.ts"
import { Scheme, subsample } from "./subsample.ts"

/** All 8,640 sentences, generated in the official order. */
export const eecCorpus = Stage.make("eec/corpus", {
  output: Artifact.table(Sentence),
  run: () => Effect.sync(generateCorpus)
})

/** The sentences of the user's official CSV; the unchanged file gives the same artifact as {@link eecCorpus}. */
export const eecFromCsv = Stage.make("eec/csv", {
  inputs: { csv: Artifact.file },
  output: Artifact.table(Sentence),
  run: ({ csv }) => readEecCsv(csv.path)
})

/** A biased sampling of the corpus, or all of it. */
export const eecSubsample = Stage.make("eec/subsample", {
  config: Schema.Struct({ scheme: Scheme, seed: Schema.Int }),
  inputs: { corpus: Artifact.table(Sentence) },
  output: Artifact.table(Sentence),
  run: ({ corpus }, { scheme, seed }) => Effect.sync(() => subsample(corpus, scheme, seed))
})

/** One row of Table 2: the sentences of a group by emotion. */
export const eecCounts = Stage.make("eec/counts", {
  config: Schema.Struct({ group: Group }),
  inputs: { sample: Artifact.table(Sentence) },
  output: Artifact.metrics(COUNT_NAMES),
  run: ({ sample }, { group }) => Effect.sync(() => countGroup(sample, group))
})

/** Row indices `train` and `test` (I32, ascending) into the sample; see `splitRows`. */
export const eecSplit = Stage.make("eec/split", {
  config: Schema.Struct({
    split: SplitKind,
    seed: Schema.Int,
    /** Training rows of `file-order`; null for the first 80 %. */
    fileOrderTrain: Schema.NullOr(Schema.Int)
  }),
  inputs: { sample: Artifact.table(Sentence) },
  output: Artifact.tensors(SplitMeta),
  run: ({ sample }, config) =>
    Effect.map(splitRows(sample, config), ({ train, test, meta }) => ({
      tensors: { train: i32([train.length], train), test: i32([test.length], test) },
      meta
    }))
})
