/** Annotation files as data, for tests. */
import { CATEGORY_IDS, COCO_LABELS, type CocoLabel, PERSON_ID } from "../../../stages/coco/CocoSet.ts"

export interface Picture {
  readonly id: number
  /** Whether a person is in it; default true. */
  readonly person?: boolean
  readonly labels: ReadonlyArray<CocoLabel>
  readonly captions: ReadonlyArray<string>
}

export const CATEGORIES = [
  { id: PERSON_ID, name: "person" },
  ...COCO_LABELS.map((name) => ({ id: CATEGORY_IDS[name], name })),
  { id: 18, name: "dog" }
]

const images = (pictures: ReadonlyArray<Picture>) => pictures.map(({ id }) => ({ id, file_name: `${id}.jpg` }))

export const instancesOf = (pictures: ReadonlyArray<Picture>) => ({
  info: { description: "test" },
  images: images(pictures),
  annotations: pictures.flatMap(({ id, labels, person }) =>
    [...(person === false ? [] : [PERSON_ID]), ...labels.map((label) => CATEGORY_IDS[label])].map(
      (category_id, at) => ({
        segmentation: [[1.5, 2, 3, 4]],
        image_id: id,
        category_id,
        id: id * 100 + at
      })
    )
  ),
  categories: CATEGORIES
})

export const captionsOf = (pictures: ReadonlyArray<Picture>) => ({
  images: images(pictures),
  annotations: pictures.flatMap(({ captions, id }) =>
    captions.map((caption, at) => ({ image_id: id, id: id * 100 + at, caption }))
  )
})

/** A JSON source in memory. */
export const inMemory = (name: string, content: unknown) => ({
  name,
  bytes: Buffer.from(typeof content === "string" ? content : JSON.stringify(content))
})
