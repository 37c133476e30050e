/** The stages of the COCO study's images: thin wrappers around this folder's functions. */
import { Artifact, i32, Progress, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { CocoRows, CocoSplit, Embeddings } from "./CocoRows.ts"
import { CocoSet } from "./CocoSet.ts"
import { cocoNotesOf } from "./cocoNotesOf.ts"
import { GenderWords } from "./GenderWords.ts"
import { CountedLabel, countLabel, LABEL_COUNT_NAMES } from "./labelCounts.ts"
import { readCocoSet } from "./readCocoSet.ts"
import { cocoRowsOf } from "./rows.ts"
import { StandInImages } from "./StandInScene.ts"
import { splitCoco, TrainShare } from "./split.ts"
import { standInCaptions, standInInstances } from "./standInFiles.ts"

const onBytes = Effect.map(
  Progress,
  (progress) => (done: number, total: number) => progress.report({ current: done, total, unit: "byte" })
)

/** The study's images from the user's COCO annotations; see `readCocoSet`. */
export const cocoAnnotations = Stage.make("coco/annotations", {
  config: Schema.Struct({ words: GenderWords }),
  inputs: { instances: Artifact.file, captions: Artifact.file },
  output: Artifact.json(CocoSet),
  run: ({ instances, captions }, { words }) =>
    Effect.flatMap(onBytes, (report) =>
      readCocoSet(instances, captions, {
        words,
        source: "the user's copy of COCO's annotations",
        standIn: false,
        onBytes: report
      })
    )
})

const StandInConfig = Schema.Struct({ seed: Schema.Int, images: StandInImages })

/** A made-up instances file in COCO's layout; see `standInScenes`. */
export const cocoStandInInstances = Stage.make("coco/stand-in-instances", {
  config: StandInConfig,
  output: Artifact.bytes,
  run: (_, { images, seed }) => Effect.sync(() => standInInstances(seed, images))
})

/** The captions that go with {@link cocoStandInInstances} of the same seed and number of images. */
export const cocoStandInCaptions = Stage.make("coco/stand-in-captions", {
  config: StandInConfig,
  output: Artifact.bytes,
  run: (_, { images, seed }) => Effect.sync(() => standInCaptions(seed, images))
})

/** The study's images from the stand-in's files, through the same reader and filter as the real ones. */
export const cocoStandIn = Stage.make("coco/stand-in", {
  config: Schema.Struct({ words: GenderWords }),
  inputs: { instances: Artifact.bytes, captions: Artifact.bytes },
  output: Artifact.json(CocoSet),
  run: ({ instances, captions }, { words }) =>
    Effect.flatMap(onBytes, (report) =>
      readCocoSet(
        { name: "the stand-in's instances", bytes: instances },
        { name: "the stand-in's captions", bytes: captions },
        {
          words,
          source: "made-up annotations in COCO's layout, with the paper's share of men for every object (Table 1)",
          standIn: true,
          onBytes: report
        }
      )
    )
})

/** The images that have an embedding; see `cocoRowsOf`. */
export const cocoRows = Stage.make("coco/rows", {
  inputs: { set: Artifact.json(CocoSet), embeddings: Embeddings },
  output: CocoRows,
  run: ({ set, embeddings }) => cocoRowsOf(set, embeddings)
})

/** The rows of the training and the test part; see `splitCoco`. */
export const cocoSplit = Stage.make("coco/split", {
  config: Schema.Struct({ seed: Schema.Int, trainShare: TrainShare }),
  inputs: { rows: CocoRows },
  output: CocoSplit,
  run: ({ rows }, config) =>
    Effect.map(splitCoco(rows.tensors.ids.data.length, config), ({ test, train }) => ({
      tensors: { train: i32([train.length], train), test: i32([test.length], test) },
      meta: { train: train.length, test: test.length }
    }))
})

/** One row of Table 1. */
export const cocoLabelCounts = Stage.make("coco/label-counts", {
  config: Schema.Struct({ label: CountedLabel }),
  inputs: { set: Artifact.json(CocoSet) },
  output: Artifact.metrics(LABEL_COUNT_NAMES),
  run: ({ set }, { label }) => Effect.sync(() => countLabel(set, label))
})

/** What a table says of images that are only counted. */
export const cocoSetNotes = Stage.make("coco/set-notes", {
  inputs: { set: Artifact.json(CocoSet) },
  output: Artifact.notes,
  run: ({ set }) => Effect.sync(() => cocoNotesOf(set, null))
})

/** What a table says of images that were embedded. */
export const cocoNotes = Stage.make("coco/notes", {
  inputs: { set: Artifact.json(CocoSet), rows: CocoRows },
  output: Artifact.notes,
  run: ({ set, rows }) => Effect.sync(() => cocoNotesOf(set, rows.meta))
})
