/** The images of the study by Choi, Zhang & Liu, after the filter: what every later stage starts from. */
import { Schema } from "effect"

/** The eleven objects, in the paper's order (Table 1). With `man` behind them they are the twelve outputs of a classifier. */
export const COCO_LABELS = [
  "truck",
  "motorcycle",
  "tie",
  "backpack",
  "sports ball",
  "handbag",
  "fork",
  "knife",
  "spoon",
  "cell phone",
  "teddy bear"
] as const
export const CocoLabel = Schema.Literals(COCO_LABELS)
export type CocoLabel = typeof CocoLabel.Type

/** The outputs of a classifier: the objects and, last, whether the person is a man. */
export const OUTPUTS = [...COCO_LABELS, "man"] as const

/** The column of gender in targets and scores: 1 man, 0 woman. */
export const GENDER_COLUMN = COCO_LABELS.length

/** Their category ids in COCO 2014. */
export const CATEGORY_IDS: { readonly [L in CocoLabel]: number } = {
  truck: 8,
  motorcycle: 4,
  tie: 32,
  backpack: 27,
  "sports ball": 37,
  handbag: 31,
  fork: 48,
  knife: 49,
  spoon: 50,
  "cell phone": 77,
  "teddy bear": 88
}

export const PERSON_ID = 1

export const CocoGender = Schema.Literals(["man", "woman"])
export type CocoGender = typeof CocoGender.Type

/** One image that the filter kept. */
export const CocoImage = Schema.Struct({
  id: Schema.Int,
  /** Its file in the folder of images. */
  file: Schema.String,
  /** What its captions mention. */
  gender: CocoGender,
  /** Every one of the eleven objects in it, in the paper's order; at least one. */
  labels: Schema.Array(CocoLabel)
})
export type CocoImage = typeof CocoImage.Type

/** How many images each step of the filter leaves. */
export const Funnel = Schema.Struct({
  images: Schema.Int,
  captions: Schema.Int,
  /** With a person and at least one of the eleven objects. */
  withPersonAndLabel: Schema.Int,
  /** Of those: captions that mention only a man, only a woman, both, neither. */
  man: Schema.Int,
  woman: Schema.Int,
  both: Schema.Int,
  neither: Schema.Int,
  /** Kept: man + woman. */
  kept: Schema.Int
})
export type Funnel = typeof Funnel.Type

/** The filtered images in the order of their first appearance, category by category. */
export const CocoSet = Schema.Struct({
  /** A sentence's noun phrase on where they come from, for captions. */
  source: Schema.String,
  /** Whether they are made up: then every output says so. */
  standIn: Schema.Boolean,
  funnel: Funnel,
  images: Schema.Array(CocoImage)
})
export type CocoSet = typeof CocoSet.Type
