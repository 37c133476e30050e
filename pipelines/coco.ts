/** Where the images of the COCO study come from. */
import { External, type Node } from "ablate"
import { Schema } from "effect"
import type { CocoSet } from "../stages/coco/CocoSet.ts"
import { GenderWords } from "../stages/coco/GenderWords.ts"
import { STAND_IN_IMAGES, StandInImages } from "../stages/coco/StandInScene.ts"
import { cocoAnnotations, cocoStandIn, cocoStandInCaptions, cocoStandInInstances } from "../stages/coco/stages.ts"
import { type CocoFolder, type CocoLayout, type CocoPart, cocoFiles } from "./cocoFolder.ts"

/** The user's folder of the settings `coco`; null for the stand-in. */
export const cocoFolderOf = (coco: {
  readonly dir: string | null
  readonly layout: CocoLayout | null
  readonly part: CocoPart
}): CocoFolder | null => (coco.dir === null ? null : { dir: coco.dir, layout: coco.layout, part: coco.part })

export const CocoSetOptions = Schema.Struct({
  /** What counts as a mention of a gender. */
  words: GenderWords,
  /** Made-up annotations, where the user has none: their seed, and how many images before the filter. */
  standIn: Schema.Struct({ seed: Schema.Int, images: StandInImages })
})
export type CocoSetOptions = typeof CocoSetOptions.Type

/** 9,885 images after the filter. */
export const STAND_IN = { seed: 2014, images: STAND_IN_IMAGES }

/** The filtered images: of the user's folder of COCO, or of the stand-in where there is none. */
export const cocoSetNode = (folder: CocoFolder | null, { standIn, words }: CocoSetOptions): Node<CocoSet> => {
  if (folder === null)
    return cocoStandIn.node(
      { instances: cocoStandInInstances.node({}, standIn), captions: cocoStandInCaptions.node({}, standIn) },
      { words }
    )
  const { captions, instances } = cocoFiles(folder)
  const annotations = (path: string) => External.file(path, "--set coco.dir")
  return cocoAnnotations.node({ instances: annotations(instances), captions: annotations(captions) }, { words })
}
