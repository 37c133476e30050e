/** Annotation files of COCO train2014's size, made up from a seed: 82,783 images, 414,000 captions, 605,000 instances with outlines. */
import { closeSync, openSync, statSync, writeSync } from "node:fs"
import { join } from "node:path"
import { Rng } from "../../src/numerics/index.ts"
import { CATEGORY_IDS, COCO_LABELS, PERSON_ID } from "../../stages/coco/CocoSet.ts"
import { type Scene, standInScenes } from "../../stages/coco/StandInScene.ts"
import { captionsOf } from "../../stages/coco/StandInWording.ts"

const IMAGES = 82_783
const INSTANCES = 604_907
/** A third of the pictures are the study's; nearly a third of COCO's show a person and one of its objects. */
const STUDIED = 3
/** Different outlines; each instance has one of them. */
const OUTLINES = 4000

export interface CocoFiles {
  readonly instances: string
  readonly captions: string
  /** Megabytes (10^6) of each. */
  readonly instancesMB: number
  readonly captionsMB: number
}

/** Collects pieces of text and writes them by the megabyte. */
class Text {
  readonly #file: number
  #pieces: Array<string> = []
  #length = 0

  constructor(path: string) {
    this.#file = openSync(path, "w")
  }

  add(piece: string): void {
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#length > 1 << 20) this.#flush()
  }

  /** A list under a key. */
  list(key: string, count: number, element: (at: number) => string): void {
    this.add(`"${key}": [`)
    for (let at = 0; at < count; at++) this.add(at === 0 ? element(at) : `, ${element(at)}`)
    this.add("]")
  }

  #flush(): void {
    writeSync(this.#file, this.#pieces.join(""))
    this.#pieces = []
    this.#length = 0
  }

  end(): void {
    this.#flush()
    closeSync(this.#file)
  }
}

const outlines = (rng: Rng): ReadonlyArray<string> =>
  Array.from({ length: OUTLINES }, (_, at) => {
    const hundredths = () => (rng.below(64_000) / 100).toString()
    if (at % 60 === 0) {
      const counts = Array.from({ length: 400 }, () => rng.below(900))
      return `{"counts": [${counts.join(", ")}], "size": [480, 640]}`
    }
    const points = 2 * (4 + rng.below(38))
    return `[[${Array.from({ length: points }, hundredths).join(", ")}]]`
  })

const image = ({ id }: Scene): string => {
  const file = `COCO_train2014_${String(id).padStart(12, "0")}.jpg`
  return `{"license": 5, "file_name": "${file}", "coco_url": "http://images.example/train2014/${file}", "height": 480, "width": 640, "date_captured": "2013-11-14 16:28:13", "flickr_url": "http://photos.example/${id}_z.jpg", "id": ${id}}`
}

const INFO = '"info": {"description": "made up", "year": 2014}, '

/** Writes both files into a folder. */
export const cocoFiles = (folder: string, seed: number): CocoFiles => {
  const scenes = standInScenes(seed, IMAGES).map(
    (scene, at): Scene => (at % STUDIED === 0 ? scene : { ...scene, kind: "no-object", labels: [] })
  )
  const sceneAt = (at: number): Scene =>
    scenes[at % scenes.length] ?? { id: 0, kind: "neither", labels: [], persons: 0 }
  const rng = Rng.stream(seed, "bench/coco-parse")
  const shapes = outlines(rng)
  const needed = scenes.flatMap(({ id, labels, persons }) => [
    ...Array.from({ length: persons }, () => [id, PERSON_ID] as const),
    ...labels.map((label) => [id, CATEGORY_IDS[label]] as const)
  ])
  // The others are of categories that nobody wants: 61 to 65.
  const others = Array.from(
    { length: INSTANCES - needed.length },
    () => [sceneAt(rng.below(IMAGES)).id, 61 + rng.below(5)] as const
  )
  const pairs = rng.shuffle([...needed, ...others])

  const instances = join(folder, "instances_train2014.json")
  const text = new Text(instances)
  text.add(`{${INFO}`)
  text.list("images", IMAGES, (at) => image(sceneAt(at)))
  text.add(', "licenses": [], ')
  text.list("annotations", pairs.length, (at) => {
    const [imageId, category] = pairs[at] ?? [0, 0]
    return `{"segmentation": ${shapes[rng.below(shapes.length)]}, "area": ${rng.below(1e7) / 100}, "iscrowd": 0, "image_id": ${imageId}, "bbox": [${rng.below(600)}.5, ${rng.below(400)}.25, ${rng.below(99)}, ${rng.below(99)}], "category_id": ${category}, "id": ${at + 1}}`
  })
  text.add(", ")
  const names = [
    [PERSON_ID, "person"] as const,
    ...COCO_LABELS.map((label) => [CATEGORY_IDS[label], label] as const),
    ...[61, 62, 63, 64, 65].map((id) => [id, `thing ${id}`] as const)
  ]
  text.list("categories", names.length, (at) => {
    const [id, name] = names[at] ?? [0, ""]
    return `{"supercategory": "any", "id": ${id}, "name": "${name}"}`
  })
  text.add("}")
  text.end()

  const captions = join(folder, "captions_train2014.json")
  const spoken = new Text(captions)
  spoken.add(`{${INFO}`)
  spoken.list("images", IMAGES, (at) => image(sceneAt(at)))
  spoken.add(', "licenses": [], ')
  const wording = rng.permutation(IMAGES)
  let number = 0
  spoken.list("annotations", IMAGES, (at) => {
    const scene = sceneAt(wording[at] ?? 0)
    return captionsOf(scene, rng)
      .map((caption) => `{"image_id": ${scene.id}, "id": ${++number}, "caption": ${JSON.stringify(caption)}}`)
      .join(", ")
  })
  spoken.add("}")
  spoken.end()
  return {
    instances,
    captions,
    instancesMB: statSync(instances).size / 1e6,
    captionsMB: statSync(captions).size / 1e6
  }
}
