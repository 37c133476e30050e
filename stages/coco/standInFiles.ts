/** The stand-in's two files, in the layout of COCO's own. */
import { Rng } from "ablate/numerics"
import { CATEGORY_IDS, COCO_LABELS, type CocoLabel, PERSON_ID } from "./CocoSet.ts"
import { type Scene, standInScenes } from "./StandInScene.ts"
import { captionsOf } from "./StandInWording.ts"

/** What else is in the pictures. */
const OTHERS: ReadonlyArray<readonly [id: number, name: string, supercategory: string]> = [
  [2, "bicycle", "vehicle"],
  [15, "bench", "outdoor"],
  [18, "dog", "animal"],
  [44, "bottle", "kitchen"],
  [47, "cup", "kitchen"]
]

const SUPERCATEGORIES: { readonly [L in CocoLabel]: string } = {
  truck: "vehicle",
  motorcycle: "vehicle",
  tie: "accessory",
  backpack: "accessory",
  "sports ball": "sports",
  handbag: "accessory",
  fork: "kitchen",
  knife: "kitchen",
  spoon: "kitchen",
  "cell phone": "electronic",
  "teddy bear": "indoor"
}

const categories = [
  { supercategory: "person", id: PERSON_ID, name: "person" },
  ...COCO_LABELS.map((name) => ({ supercategory: SUPERCATEGORIES[name], id: CATEGORY_IDS[name], name })),
  ...OTHERS.map(([id, name, supercategory]) => ({ supercategory, id, name }))
].sort((a, b) => a.id - b.id)

const INFO = {
  description: "Stand-in for COCO 2014 train: made-up annotations, no pictures",
  version: "1",
  year: 2014
}

const WIDTH = 640
const HEIGHT = 480

const images = (scenes: ReadonlyArray<Scene>) =>
  scenes.map(({ id }) => ({
    license: 0,
    file_name: `COCO_train2014_${String(id).padStart(12, "0")}.jpg`,
    height: HEIGHT,
    width: WIDTH,
    id
  }))

const file = (content: object): Uint8Array => new TextEncoder().encode(JSON.stringify(content))

/** A box inside the picture, as a four-cornered outline. */
const outline = (rng: Rng) => {
  const [x, y] = [rng.below(WIDTH - 80), rng.below(HEIGHT - 80)]
  const [width, height] = [8 + rng.below(72), 8 + rng.below(72)]
  return {
    segmentation: [[x, y, x + width, y, x + width, y + height, x, y + height]],
    area: width * height,
    iscrowd: 0,
    bbox: [x, y, width, height]
  }
}

const inScene = ({ labels, persons }: Scene, rng: Rng): ReadonlyArray<number> => [
  ...Array.from({ length: persons }, () => PERSON_ID),
  ...labels.flatMap((label) => Array.from({ length: rng.below(5) === 0 ? 2 : 1 }, () => CATEGORY_IDS[label])),
  ...(labels.length === 0 || rng.below(4) === 0 ? [OTHERS[rng.below(OTHERS.length)]?.[0] ?? PERSON_ID] : [])
]

/** `instances_train2014.json` of made-up scenes, in UTF-8. */
export const standInInstances = (seed: number, count: number): Uint8Array => {
  const scenes = standInScenes(seed, count)
  const rng = Rng.stream(seed, "coco/stand-in/instances")
  const annotations = scenes.flatMap((scene) =>
    inScene(scene, rng).map((category_id) => ({ image_id: scene.id, category_id, ...outline(rng) }))
  )
  return file({
    info: INFO,
    images: images(scenes),
    licenses: [],
    annotations: rng.shuffle(annotations).map((annotation, at) => ({ ...annotation, id: at + 1 })),
    categories
  })
}

/** `captions_train2014.json` of the same scenes. */
export const standInCaptions = (seed: number, count: number): Uint8Array => {
  const scenes = standInScenes(seed, count)
  const rng = Rng.stream(seed, "coco/stand-in/captions")
  const annotations = scenes.flatMap((scene) =>
    captionsOf(scene, rng).map((caption) => ({ image_id: scene.id, caption }))
  )
  return file({
    info: INFO,
    images: images(scenes),
    licenses: [],
    annotations: rng.shuffle(annotations).map(({ caption, image_id }, at) => ({ image_id, id: at + 1, caption }))
  })
}
